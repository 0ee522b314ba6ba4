"""Forms of assignments, and what a list page hands on to the next step."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from hengli_visits import clock
from hengli_visits.assignments.distribute.levels import Level, Terms
from hengli_visits.assignments.distribute.problem import Wish
from hengli_visits.assignments.rules import MOST_VISITORS, MOST_WORDS
from hengli_visits.assignments.sheets import MOST_SHEETS
from hengli_visits.assignments.targets import Selection
from hengli_visits.assignments.wishes import ORDERS, Weights, Wishes
from hengli_visits.forms import LARGEST_ID, Form, chosen, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.models import AbsenceReason, HouseholdKind

MEMBERS = re.compile(r"[1-9]\d{0,8}(?:,[1-9]\d{0,8}){0,3}")
ROW_ID = re.compile(r"[0-9]{1,10}")
SEEN = re.compile(r"(\d{1,12}):((?:\d{1,12}(?:,\d{1,12})*)?)")


def _whole(least: int, most: int) -> NumberRange:
    return NumberRange(min=least, max=most, message=_l("请填%(min)s到%(max)s的整数。"))


def _kilometres(_form: FlaskForm, field: DecimalField) -> None:
    if field.data is not None and not 0 < field.data <= MOST_KILOMETRES:
        raise ValidationError(_("请填0到100的数，例如2或1.5。"))


MOST_KILOMETRES = 100


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

    group = SelectField(_l("小组"), coerce=row_id, validators=[InputRequired(_l("请选一个小组。"))])
    seen = HiddenField()
    back = HiddenField()

    def offer(self, groups: list[tuple[int, str]]) -> None:
        """Set the groups to choose from."""
        self.group.choices = [SelectChoice(value=id_, label=name) for id_, name in groups]


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


def _order_words() -> dict[Wish, str]:
    return {Wish.WHOLE: _("整村整街"), Wish.NEAR: _("本村就近"), Wish.AGAIN: _("上次去的人")}


class ShareOutForm(Form):
    """What a share-out shall look like: which groups, how far down, who goes with whom, and what matters most."""

    group = SelectMultipleField(_l("小组"), coerce=row_id, validate_choice=False)
    homeless = BooleanField(_l("也分还没有小组的户"))
    redo = BooleanField(_l("上次自动分的、还没走访的户重新分"))
    level = RadioField(_l("分到哪一级"))
    hands = RadioField(_l("走访方式"))
    mix_experience = BooleanField(_l("一老一新：走访过的带没走访过的"))
    mix_gender = BooleanField(_l("一男一女"))
    order = SelectField(_l("先顾哪样"))
    spread = IntegerField(_l("各人最多相差几户"), validators=[_whole(1, 20)])
    cap = IntegerField(_l("每人最多几户"), validators=[Optional(), _whole(1, 999)])
    oldest = IntegerField(_l("满几岁不分"), validators=[Optional(), _whole(18, 120)])
    enterprise = IntegerField(_l("一家企业算几户"), validators=[_whole(1, 9)])
    heavy = SelectMultipleField(_l("这些类别多算一户"), validate_choice=False)
    far = DecimalField(_l("离村中心超过几公里的多算一户"), validators=[Optional(), _kilometres])

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the choices that are always the same."""
        super().__init__(*args, **values)
        words = _order_words()
        self.level.choices = [
            SelectChoice(value=Level.VISITOR.value, label=_("走访员")),
            SelectChoice(value=Level.TEAM.value, label=_("小组")),
            SelectChoice(value=Level.GROUP.value, label=_("组")),
        ]
        self.hands.choices = [
            SelectChoice(value="pair", label=_("两人一组")),
            SelectChoice(value="single", label=_("一人一户")),
        ]
        self.order.choices = [
            SelectChoice(value=",".join(order), label=" › ".join(words[wish] for wish in order)) for order in ORDERS
        ]

    @classmethod
    def of(cls, wishes: Wishes) -> Self:
        """The form as it shows wishes."""
        terms, weights = wishes.terms, wishes.weights
        return cls(
            formdata=None,
            group=list(wishes.groups),
            homeless=wishes.homeless,
            redo=wishes.redo,
            level=terms.level.value,
            hands="pair" if terms.pairs else "single",
            mix_experience=terms.mix_experience,
            mix_gender=terms.mix_gender,
            order=",".join(terms.order),
            spread=terms.spread,
            cap=terms.cap,
            oldest=wishes.oldest,
            enterprise=weights.enterprise,
            heavy=list(weights.heavy),
            far=weights.far,
        )

    def wishes(self) -> Wishes:
        """What is asked for."""
        return Wishes(
            groups=tuple(self.group.data or ()),
            homeless=bool(self.homeless.data),
            redo=bool(self.redo.data),
            oldest=self.oldest.data,
            terms=Terms(
                level=Level(self.level.data),
                pairs=self.hands.data != "single",
                order=tuple(Wish(one) for one in self.order.data.split(",")),
                spread=self.spread.data or 1,
                cap=self.cap.data,
                mix_experience=bool(self.mix_experience.data),
                mix_gender=bool(self.mix_gender.data),
            ),
            weights=Weights(
                enterprise=self.enterprise.data or 1,
                heavy=tuple(self.heavy.data or ()),
                far=float(self.far.data) if self.far.data is not None else None,
            ),
        )

    def validate_group(self, field: SelectMultipleField) -> None:
        """At least one group, or the households that have none."""
        if not field.data and not self.homeless.data:
            raise ValidationError(_("请至少选一个小组。"))


class ApplyForm(Form):
    """Until when the households of a plan shall be visited."""

    due_on = DateField(_l("走访期限"), validators=[Optional()])

    def validate_due_on(self, field: DateField) -> None:
        """Not in the past."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("期限不能早于今天。"))


class PlanMoveForm(Form):
    """Which households of a plan go to whom instead: `members` are ids joined by commas."""

    row = SelectMultipleField(_l("户"), coerce=row_id, validate_choice=False)
    members = SelectField(_l("移给"), validate_choice=False)

    def chosen_members(self) -> tuple[int, ...]:
        """The ids of those who shall go; nobody when the value is none."""
        text = self.members.data or ""
        return tuple(int(part) for part in text.split(",")) if MEMBERS.fullmatch(text) else ()


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
