"""Wishes for a share-out, and what is done with its plan."""

import re
from collections.abc import Callable
from typing import Any, Self

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional, StopValidation, ValidationError

from hengli_visits import clock
from hengli_visits.assignments.distribute.levels import Level, Terms
from hengli_visits.assignments.distribute.problem import Wish
from hengli_visits.assignments.wishes import ORDERS, Weights, Wishes
from hengli_visits.forms import Form, lazy as _l, row_id

MEMBERS = re.compile(r"[1-9]\d{0,8}(?:,[1-9]\d{0,8}){0,3}")


def _whole(least: int, most: int) -> Callable[[FlaskForm, IntegerField], None]:
    """A validator that says one sentence, whatever is wrong with the number."""

    def check(_form: FlaskForm, field: IntegerField) -> None:
        if field.data is None or not least <= field.data <= most:
            field.errors = []
            raise StopValidation(_("请填%(min)s到%(max)s的整数。", min=least, max=most))

    return check


def _kilometres(_form: FlaskForm, field: DecimalField) -> None:
    if field.data is not None and not 0 < field.data <= MOST_KILOMETRES:
        raise ValidationError(_("请填大于0、不超过100的数，例如2或1.5。"))


MOST_KILOMETRES = 100


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
