"""Forms of groups and teams."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, row_id, strip
from hengli_visits.models import Area


class GroupForm(Form):
    """A group or team: its name and the villages it covers."""

    name = StringField(
        _l("名称"),
        filters=[strip],
        validators=[DataRequired(_l("请填写名称。")), Length(max=40, message=_l("名称太长了。"))],
    )
    areas = SelectMultipleField(_l("负责的村(社区)"), coerce=row_id)

    def __init__(self, areas: Sequence[Area], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self._areas = areas
        self.areas.choices = [SelectChoice(value=area.id, label=area.name) for area in areas]

    @property
    def chosen_areas(self) -> list[Area]:
        """The villages that were chosen."""
        return [area for area in self._areas if area.id in (self.areas.data or [])]


class PeopleForm(Form):
    """The people who were picked from a list."""

    member = SelectMultipleField(_l("选的人"), coerce=row_id, validate_choice=False)

    def validate_member(self, field: Any) -> None:
        """Somebody must be picked."""
        if not field.data:
            raise ValidationError(_("请先勾选要加入的人。"))


class StandInForm(Form):
    """Who stands in for a leader."""

    member = SelectField(_l("由谁代理"), coerce=coerce_optional_int, validators=[InputRequired(_l("请先选一个人。"))])

    def __init__(self, people: Sequence[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.member.choices = [
            SelectChoice(value="", label=_("请选择")),
            *(SelectChoice(value=id_, label=name) for id_, name in people),
        ]
