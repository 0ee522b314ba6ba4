"""The form of an export."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, RadioField
from wtforms.validators import InputRequired, Optional, ValidationError

from hengli_visits.exports.rules import Format, Purpose
from hengli_visits.forms import Form, chosen, lazy as _l, word_choices


class ExportForm(Form):
    """What kind of file; whole phone numbers or masked ones, and what whole ones are needed for."""

    format = RadioField(_l("存成什么"), default=Format.XLSX.value, validators=[InputRequired(_l("请选择一种文件。"))])
    full = BooleanField(_l("带完整电话"))
    purpose = RadioField(_l("完整电话用来做什么"), validators=[Optional()])

    def __init__(self, *, may_unmask: bool, **values: Any) -> None:
        """Fill the choices; who may not have whole numbers is not asked."""
        super().__init__(**values)
        self.format.choices = word_choices(Format)
        self.purpose.choices = word_choices(Purpose)
        if not may_unmask:
            del self.full, self.purpose

    def validate_full(self, field: Field) -> None:
        """Whole numbers want a purpose."""
        if field.data and chosen(Purpose, self.purpose.data) is None:
            raise ValidationError(_("要带完整电话，请选择用途。"))

    @property
    def chosen_format(self) -> Format:
        """The kind of file."""
        return Format(self.format.data)

    @property
    def chosen_purpose(self) -> Purpose | None:
        """What whole numbers are needed for; None: phones stay masked."""
        return chosen(Purpose, self.purpose.data) if "full" in self and self.full.data else None
