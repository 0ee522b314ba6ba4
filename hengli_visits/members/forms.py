"""Forms of the roster of people and organisations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, MonthField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from hengli_visits import clock
from hengli_visits.forms import Form, chosen, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.members.rules import is_phone, tidy_phone
from hengli_visits.models import Gender, Sector, Standing


def phone_shaped(_form: Any, field: Field) -> None:
    """A validator for tidied phone numbers."""
    if field.data and not is_phone(field.data):
        raise ValidationError(_("这不像一个电话号码，请检查。手机 11 位，座机写成 0769-83700000。"))


def pairs(rows: Sequence[tuple[int, str]], empty: str) -> list[SelectChoice]:
    """Choices of a select from (id, name), the first one meaning none."""
    return [SelectChoice(value="", label=empty)] + [SelectChoice(value=key, label=name) for key, name in rows]


class MemberForm(Form):
    """A person on the roster."""

    name = StringField(
        _l("姓名"),
        filters=[strip],
        validators=[DataRequired(_l("请填写姓名。")), Length(max=40, message=_l("姓名太长了。"))],
    )
    gender = SelectField(_l("性别"), validators=[Optional()])
    standing = SelectField(_l("党员类别"), validators=[Optional()])
    branch_id = SelectField(_l("所属党支部"), coerce=coerce_optional_int, validators=[Optional()])
    area_id = SelectField(_l("居住村(社区)"), coerce=coerce_optional_int, validators=[Optional()])
    phone = StringField(_l("手机号"), filters=[tidy_phone], validators=[phone_shaped])
    second_phone = StringField(_l("另一个电话"), filters=[tidy_phone], validators=[phone_shaped])
    staff_number = StringField(
        _l("编号"), filters=[strip], validators=[Length(max=32, message=_l("编号最多 32 个字。"))]
    )
    born = MonthField(_l("出生年月"), validators=[Optional()])
    remarks = TextAreaField(
        _l("备注"), filters=[strip], validators=[Length(max=500, message=_l("备注最多 500 个字。"))]
    )
    active = BooleanField(_l("在册"), default=True)

    def __init__(self, branches: Sequence[tuple[int, str]], areas: Sequence[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.gender.choices = word_choices(Gender, _("未填"))
        self.standing.choices = word_choices(Standing, _("未填"))
        self.branch_id.choices = pairs(branches, _("没有支部"))
        self.area_id.choices = pairs(areas, _("未填"))

    def validate_born(self, field: Field) -> None:
        """A date of birth lies in the past, and not before 1900."""
        if field.data and not date(1900, 1, 1) <= field.data <= clock.today():
            raise ValidationError(_("出生年月不对，请检查。"))

    @property
    def fields(self) -> dict[str, Any]:
        """What to save."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"} | {
            "gender": chosen(Gender, self.gender.data),
            "standing": chosen(Standing, self.standing.data),
            "name": self.name.data or "",
            "remarks": self.remarks.data or "",
        }


class OrganisationForm(Form):
    """A branch or a unit."""

    name = StringField(
        _l("名称"),
        filters=[strip],
        validators=[DataRequired(_l("请填写名称。")), Length(max=80, message=_l("名称太长了。"))],
    )
    sector = SelectField(_l("类型"), validators=[Optional()])
    area_id = SelectField(_l("所在村(社区)"), coerce=coerce_optional_int, validators=[Optional()])
    active = BooleanField(_l("使用中"), default=True)

    def __init__(self, areas: Sequence[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.sector.choices = word_choices(Sector, _("未填"))
        self.area_id.choices = pairs(areas, _("全镇"))

    @property
    def fields(self) -> dict[str, Any]:
        """What to save."""
        return {
            "name": self.name.data or "",
            "sector": chosen(Sector, self.sector.data),
            "area_id": self.area_id.data,
        }
