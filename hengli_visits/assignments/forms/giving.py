"""Who shall visit: giving, boards, swaps, reminders, sheets; a leader's word on a household; which households are targets."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from hengli_visits import clock
from hengli_visits.assignments.forms.sharing import MEMBERS
from hengli_visits.assignments.rules import MOST_VISITORS, MOST_WORDS
from hengli_visits.assignments.sheets import MOST_SHEETS
from hengli_visits.assignments.targets import Selection
from hengli_visits.forms import LARGEST_ID, Form, chosen, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.models import HouseholdKind

ROW_ID = re.compile(r"[0-9]{1,10}")


SEEN = re.compile(r"(\d{1,12}):((?:\d{1,12}(?:,\d{1,12})*)?)")


def write_seen(visitors: Mapping[int, tuple[int, ...]]) -> str:
    """Assignments with their visitors as one form value: "12:3,4 15:"."""
    return " ".join(f"{id_}:{','.join(map(str, members))}" for id_, members in visitors.items())


def read_seen(text: str | None) -> dict[int, tuple[int, ...]]:
    """The other way round; what is no such value reads as nothing."""
    found: dict[int, tuple[int, ...]] = {}
    for part in (text or "").split():
        match = SEEN.fullmatch(part)
        if match:
            found[int(match[1])] = tuple(int(member) for member in match[2].split(",") if member)
    return found


def write_hands(members: Iterable[int]) -> str:
    """Those who go together as one form value: "3,4"; nobody is an empty one."""
    return ",".join(map(str, members))


def read_hands(text: str | None) -> tuple[int, ...]:
    """The other way round; what is no such value reads as nobody."""
    return tuple(int(member) for member in (text or "").split(",")) if MEMBERS.fullmatch(text or "") else ()


class GiveForm(Form):
    """Who shall visit, and until when."""

    members = SelectMultipleField(_l("走访员"), coerce=row_id, validate_choice=False)
    due_on = DateField(_l("走访期限"), validators=[Optional()])
    seen = HiddenField()
    back = HiddenField()

    def validate_members(self, field: SelectMultipleField) -> None:
        """One to four of those on the page."""
        if not field.data:
            raise ValidationError(_("请选走访员，一般两人一组。"))
        if len(field.data) > MOST_VISITORS:
            raise ValidationError(_("一户最多由%(most)s人走访。", most=MOST_VISITORS))

    def validate_due_on(self, field: DateField) -> None:
        """Not in the past."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("期限不能早于今天。"))


NOBODY, OTHERS = "nobody", "others"


"""What the board's choice of people can hold besides people: take back; choose on the page for giving."""


class BoardForm(Form):
    """Which households of a board go to whom: `to` holds member ids ("3,4"), `NOBODY` or `OTHERS`."""

    group = IntegerField(_l("小组"), default=0, validators=[NumberRange(min=0, max=LARGEST_ID)])
    assignment = SelectMultipleField(_l("走访户"), coerce=row_id, validate_choice=False)
    to = SelectField(_l("交给谁"), coerce=str, choices=[], validate_choice=False)
    seen = HiddenField()

    def validate_assignment(self, field: SelectMultipleField) -> None:
        """At least one household."""
        if not field.data:
            raise ValidationError(_("请先勾选走访户。"))

    def validate_to(self, field: SelectField) -> None:
        """People, nobody, or others than those on the page."""
        if field.data not in (NOBODY, OTHERS) and not read_hands(field.data):
            raise ValidationError(_("请选交给谁。"))


class SwapForm(Form):
    """Two sides that change places; without `first` and `second` those of the households in `seen`."""

    first = HiddenField()
    second = HiddenField()
    seen = HiddenField()
    back = HiddenField()


class ToGroupForm(Form):
    """To which group or team."""

    group = SelectField(_l("小组"), coerce=coerce_optional_int, validators=[InputRequired(_l("请选一个小组。"))])
    seen = HiddenField()
    back = HiddenField()

    def offer(self, groups: list[tuple[int, str]]) -> None:
        """Set the groups to choose from."""
        self.group.choices = [
            SelectChoice(value="", label=_("请选择")),
            *(SelectChoice(value=id_, label=name) for id_, name in groups),
        ]


class TakeBackForm(Form):
    """Which assignments, as the page showed them."""

    seen = HiddenField()
    back = HiddenField()


class NudgeForm(Form):
    """Whom to remind, as the page showed them ("3 17 204"), and what to say."""

    campaign = IntegerField(_l("活动"), default=0, validators=[NumberRange(min=0, max=LARGEST_ID)])
    members = HiddenField()
    words = TextAreaField(
        _l("捎一句话"), filters=[strip], validators=[Length(max=MOST_WORDS, message=_l("最多200字。"))]
    )
    back = HiddenField()

    def chosen(self) -> list[int]:
        """The members; what is no id is left out."""
        parts = (self.members.data or "").split()
        return [int(part) for part in parts if ROW_ID.fullmatch(part) and int(part) <= LARGEST_ID]


class ConfirmForm(Form):
    """A leader's word on a household that cannot be visited."""

    note = TextAreaField(_l("给走访员的话"), filters=[strip], validators=[Length(max=500, message=_l("最多500字。"))])
    agreed = HiddenField()


class TargetForm(Form):
    """Which households: of villages, kinds, categories. Choices must be offered before the form is shown."""

    area = SelectMultipleField(_l("村"), coerce=row_id, validate_choice=False)
    kind = SelectMultipleField(_l("类型"), validate_choice=False)
    category = SelectMultipleField(_l("类别"), validate_choice=False)

    def offer(self, areas: list[tuple[int, str]], categories: list[str]) -> None:
        """Set what there is to choose from."""
        self.area.choices = [SelectChoice(value=id_, label=name) for id_, name in areas]
        self.kind.choices = word_choices(HouseholdKind)
        self.category.choices = [SelectChoice(value=text, label=text) for text in categories]

    def selection(self) -> Selection:
        """What is chosen; values that are none are left out."""
        kinds = (chosen(HouseholdKind, value) for value in self.kind.data or ())
        return Selection(
            area_ids=tuple(id_ for id_ in self.area.data or () if 0 < id_ < 2**31),
            kinds=tuple(kind for kind in kinds if kind is not None),
            categories=tuple(self.category.data or ()),
        )

    def kept(self) -> dict[str, Any]:
        """The choice as parts of an address."""
        return {"area": self.area.data or [], "kind": self.kind.data or [], "category": self.category.data or []}

    def validate_area(self, field: SelectMultipleField) -> None:
        """At least one village."""
        if not field.data:
            raise ValidationError(_("请至少选一个村。"))


class SheetForm(Form):
    """Whose walk lists to print; `every`: with the households that were visited."""

    pair = SelectMultipleField(_l("走访员"), validate_choice=False)
    every = BooleanField(_l("已走访的也打上"))

    def validate_pair(self, field: SelectMultipleField) -> None:
        """At least one pair, and no more than come out of a printer."""
        if not field.data:
            raise ValidationError(_("请先勾选要打印谁的走访单。"))
        if len(field.data) > MOST_SHEETS:
            raise ValidationError(_("一次最多打印%(most)s份。", most=MOST_SHEETS))
