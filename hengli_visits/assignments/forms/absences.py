"""Leave, claims and avoidances."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from hengli_visits.assignments.forms.giving import read_seen
from hengli_visits.forms import LARGEST_ID, Form, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.models import AbsenceReason

NOT_MOVED = ""
"""As who comes in for a household: it stays as it is for now."""


class AbsenceForm(Form):
    """A member's leave: from when, until when, why."""

    starts_on = DateField(_l("从哪天起"), validators=[InputRequired(_l("请选开始的日期。"))])
    ends_on = DateField(_l("到哪天止"), validators=[Optional()])
    reason = RadioField(_l("原因"), default=AbsenceReason.AWAY.value)
    note = TextAreaField(_l("说明"), filters=[strip], validators=[Length(max=200, message=_l("最多200字。"))])

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the reasons."""
        super().__init__(*args, **values)
        self.reason.choices = word_choices(AbsenceReason)

    def validate_ends_on(self, field: DateField) -> None:
        """Not before the start."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("结束日期不能早于开始日期。"))


class HandOverForm(Form):
    """Who comes in for an absent member, household by household: `to-12` = a member's id, 0 for nobody, empty to leave
    the household as it is; `seen` as the page showed the visitors."""

    seen = HiddenField()
    members = HiddenField()

    def plan(self, values: Mapping[str, str]) -> dict[int, int | None]:
        """The member who comes in for each household that changes hands, None where its partners go without one. Raises
        `ValueError` for a value that is none of the page's."""
        found: dict[int, int | None] = {}
        for id_ in read_seen(self.seen.data):
            value = values.get(f"to-{id_}", NOT_MOVED)
            if value != NOT_MOVED:
                found[id_] = row_id(value) or None
        return found


class HandBackForm(Form):
    """Which households go back to who had them."""

    assignment = SelectMultipleField(_l("走访户"), coerce=row_id, validate_choice=False)


class ClaimForm(Form):
    """Which households somebody takes up."""

    campaign = IntegerField(_l("活动"), default=0, validators=[NumberRange(min=0, max=LARGEST_ID)])
    assignment = SelectMultipleField(_l("走访户"), coerce=row_id, validate_choice=False)
    members = HiddenField()

    def validate_assignment(self, field: SelectMultipleField) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("请先勾选要认领的户。"))


class AvoidanceForm(Form):
    """Whom a household, or another member, is to avoid. Choices must be offered before the form is shown."""

    member = SelectField(_l("回避谁"), coerce=coerce_optional_int, validators=[InputRequired(_l("请先选一个人。"))])
    note = TextAreaField(_l("原因"), filters=[strip], validators=[Length(max=200, message=_l("最多200字。"))])

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Set the members to choose from."""
        self.member.choices = [
            SelectChoice(value="", label=_("请选择")),
            *(SelectChoice(value=id_, label=name) for id_, name in people),
        ]
