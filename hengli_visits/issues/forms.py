"""Forms of issues: one is made from the fields of each step, and that of a revisit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import request
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field as Input,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from hengli_visits import clock
from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.issues.entries import MOST_DAYS
from hengli_visits.issues.fields import CO_UNITS, LEAD_UNIT, LIMIT_DAYS, MAIN
from hengli_visits.issues.proposing import Proposed
from hengli_visits.issues.rules import REOPEN_DAYS
from hengli_visits.issues.steps import Field, Kind, Step, Verb
from hengli_visits.models import Contentment, Issue, Manner, Solved

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
Pairs = Sequence[tuple[int, str]]


def wall_clock(moment: datetime) -> datetime:
    """A moment as a field of time holds it: the town's wall clock to the minute, without a zone."""
    return clock.town_time(moment).replace(second=0, microsecond=0, tzinfo=None)


class Day(DateField):
    """A date, with a sentence of our own for what is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a date."""
        try:
            super().process_formdata(list(valuelist))
        except ValueError:
            raise ValueError(_("请填写正确的日期。")) from None


class Moment(DateTimeLocalField):
    """A moment of the town's wall clock, with a sentence of our own for what is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a moment."""
        try:
            super().process_formdata(list(valuelist))
            if self.data is not None:
                clock.from_town(self.data)
        except ValueError:
            self.data = None
            raise ValueError(_("请填写正确的日期和时间。")) from None


def _options(pairs: Pairs, empty: str | None = None) -> list[SelectChoice]:
    first = [SelectChoice(value="", label=empty)] if empty is not None else []
    return first + [SelectChoice(value=str(key), label=text) for key, text in pairs]


class RequiredWith:
    """A field that must be filled when another one of the form holds a value, and need not be looked at otherwise."""

    def __init__(self, name: str, value: str, message: str) -> None:
        self._name, self._value, self._message = name, value, message

    def __call__(self, form: Form, field: Input) -> None:
        """Refuse what is missing; end the checks of what is not asked for."""
        wanted = form.data.get(self._name) == self._value
        if wanted and field.data in (None, ""):
            field.errors = []
            raise StopValidation(self._message)
        if not wanted:
            field.errors = []
            raise StopValidation


@dataclass(frozen=True)
class Offered:
    """What can be chosen in a step's form, as (id, name): units, categories, co-units of the issue."""

    units: Pairs = ()
    categories: Pairs = ()
    co_units: Pairs = ()

    def of(self, kind: Kind) -> Pairs:
        """What a field of this kind offers."""
        return {Kind.CATEGORY: self.categories, Kind.CO_UNIT: self.co_units}.get(kind, self.units)


def _checks(field: Field) -> list[Any]:
    if field.given is not None:
        return [RequiredWith(field.given[0], field.given[1].value, _(field.missing))]
    return [DataRequired(_(field.missing)) if field.missing else Optional()]


def _input(field: Field, offered: Offered) -> Input:
    checks = _checks(field)
    given: dict[str, Any] = {"label": _(field.label), "description": _(field.hint) if field.hint else ""}
    match field.kind:
        case Kind.LINE | Kind.TEXT | Kind.ISSUE | Kind.MEMBER:
            checks.append(Length(max=field.longest, message=_("最多写 %(most)s 个字。", most=field.longest)))
            kind = TextAreaField if field.kind is Kind.TEXT else StringField
            return kind(**given, filters=[strip], validators=checks)
        case Kind.WORD:
            return RadioField(**given, choices=word_choices(field.words), validators=checks)
        case Kind.CATEGORY | Kind.UNIT | Kind.CO_UNIT:
            options = _options(offered.of(field.kind), _("请选择"))
            return SelectField(**given, choices=options, coerce=coerce_optional_int, validators=checks)
        case Kind.DAYS:
            bounds = NumberRange(min=1, max=MOST_DAYS, message=_("请填 1 到 365 之间的整数。"))
            return IntegerField(**given, validators=[*checks, bounds], render_kw={"inputmode": "numeric"})
        case Kind.UNITS:
            return SelectMultipleField(**given, choices=_options(offered.units), coerce=row_id)
        case Kind.DAY | Kind.AHEAD:
            return Day(**given, validators=checks)
        case Kind.MOMENT:
            return Moment(**given, format=MOMENTS, validators=checks)


def step_form(fields: Iterable[Field], proposed: dict[str, Any], offered: Offered) -> Form:
    """The form of a step: one input for each field, filled with what is proposed until it is sent."""
    inputs = {field.name: _input(field, offered) for field in fields}
    form: Form = type("StepForm", (Form,), inputs)(data={} if request.method == "POST" else proposed)
    return form


def proposal(step: Step, issue: Issue, proposed: Proposed | None, asked_unit: int | None) -> dict[str, Any]:
    """What a step's form begins with. `proposed`: what triage begins with; `asked_unit`: where the present unit wants
    an issue to go. A main issue can be named in the address."""
    today = clock.today()
    found: dict[str, Any] = {"resident_told_on": today, "said_on": today}
    match step.verb:
        case Verb.DISPATCH:
            unit = proposed.unit if proposed else None
            found |= {"category_id": proposed.category_id if proposed else None, "urgency": issue.urgency.value}
            if unit is not None:
                found |= {LEAD_UNIT.name: unit.lead_unit_id, LIMIT_DAYS.name: unit.limit_days}
                found |= {CO_UNITS.name: list(unit.co_unit_ids)}
        case Verb.AGREE_RETURN:
            found |= {LEAD_UNIT.name: asked_unit}
        case Verb.REDO_DISPATCH:
            helping = [unit.organisation_id for unit in issue.co_units]
            found |= {LEAD_UNIT.name: issue.lead_unit_id, "co_unit_ids": helping}
        case Verb.ANSWER:
            found |= {"done": issue.done, "reply": issue.reply, "result": issue.result and issue.result.value}
        case Verb.CONTACT:
            found |= {"contacted_at": wall_clock(clock.now())}
        case Verb.PARK:
            found |= {"review_on": issue.review_on}
        case Verb.MERGE:
            found |= {MAIN.name: request.args.get(MAIN.name, "")}
        case Verb.ABOUT:
            member = issue.about_member
            found |= {"about_unit_id": issue.about_unit_id, "about_member_id": member.name if member else ""}
    return found


def wire(proposed: Proposed) -> dict[int, dict[str, Any]]:
    """For each category what its choice fills in, as frontend/proposals.ts reads it."""
    return {
        category_id: {
            LEAD_UNIT.name: unit.lead_unit_id,
            CO_UNITS.name: list(unit.co_unit_ids),
            LIMIT_DAYS.name: unit.limit_days,
            "why": _(unit.words, **unit.params),
        }
        for category_id, unit in proposed.units.items()
    }


class RevisitForm(Form):
    """Telling the resident the answer. What must be told depends on whether anybody was reached, so the action checks
    it."""

    uuid = HiddenField(validators=[DataRequired(), UUID()])
    at = Moment(_l("什么时候"), format=MOMENTS, validators=[InputRequired(_l("请填写回访的时间。"))])
    manner = RadioField(_l("怎样联系"), validators=[DataRequired(_l("请选择怎样联系的。"))])
    reached = RadioField(_l("联系上了吗"), validators=[DataRequired(_l("请选择是否联系上。"))])
    solved = RadioField(_l("问题解决了吗"), validators=[Optional()])
    contentment = RadioField(_l("住户满意吗"), validators=[Optional()])
    comment = TextAreaField(
        _l("住户说了什么"),
        description=_l("不满意的，请写下原因。"),
        filters=[strip],
        validators=[Length(max=1000, message=_l("最多写 1000 个字。"))],
    )

    def __init__(self, *, new: bool = False) -> None:
        """The form as it was sent; a new one when nothing was, or with `new`."""
        begin = {"uuid": str(uuid4()), "at": wall_clock(clock.now()), "manner": Manner.PHONE.value}
        if new:
            super().__init__(formdata=None, data=begin)
        else:
            super().__init__(data={} if request.method == "POST" else begin)
        self.manner.choices = word_choices(Manner)
        self.reached.choices = [
            SelectChoice(value="yes", label=_("联系上了")),
            SelectChoice(value="no", label=_("没联系上")),
        ]
        self.solved.choices = word_choices(Solved)
        self.contentment.choices = word_choices(Contentment)


class CheckForm(Form):
    """What a resident said of an issue of a sample. What must be told depends on whether anybody was reached, so the
    action checks it."""

    reached = RadioField(_l("联系上了吗"), validators=[DataRequired(_l("请选择是否联系上。"))])
    solved = RadioField(_l("问题解决了吗"), validators=[Optional()])
    contentment = RadioField(_l("住户满意吗"), validators=[Optional()])
    comment = TextAreaField(
        _l("住户说了什么"),
        description=_l("不满意的，请写下原因。"),
        filters=[strip],
        validators=[Length(max=1000, message=_l("最多写 1000 个字。"))],
    )

    def __init__(self) -> None:
        """The form as it was sent."""
        super().__init__()
        self.reached.choices = [
            SelectChoice(value="yes", label=_("联系上了")),
            SelectChoice(value="no", label=_("没联系上")),
        ]
        self.solved.choices = word_choices(Solved)
        self.contentment.choices = word_choices(Contentment)


class DrawForm(Form):
    """From which ended issues how many are drawn."""

    size = IntegerField(_l("抽几件"), validators=[InputRequired(_l("请填写抽几件。"))])
    campaign = SelectField(_l("活动"), coerce=coerce_optional_int, validators=[Optional()])
    area = SelectField(_l("村(社区)"), coerce=coerce_optional_int, validators=[Optional()])
    unit = SelectField(_l("主办单位"), coerce=coerce_optional_int, validators=[Optional()])
    since = Day(_l("办结日期从"), description=_l("30 天内办结的，查出没有解决还能重新打开。"), validators=[Optional()])
    until = Day(_l("到"), validators=[Optional()])
    on_the_spot = BooleanField(_l("只抽当场办结的"))

    def __init__(self, campaigns: Pairs, areas: Pairs, units: Pairs, usual: int) -> None:
        """The form as it was sent, with what there is to choose from."""
        since = clock.today() - timedelta(days=REOPEN_DAYS)
        super().__init__(data={} if request.method == "POST" else {"size": usual, "since": since})
        self.campaign.choices = _options(campaigns, _("全部活动"))
        self.area.choices = _options(areas, _("全部村(社区)"))
        self.unit.choices = _options(units, _("全部单位"))


class LinkForm(Form):
    """How the resident was told the answer, before a link is made."""

    manner = RadioField(_l("您怎样告诉住户的"), validators=[DataRequired(_l("请选择怎样联系的。"))])

    def __init__(self) -> None:
        """The form as it was sent."""
        super().__init__(data={} if request.method == "POST" else {"manner": Manner.PHONE.value})
        self.manner.choices = word_choices(Manner)


class ResidentForm(Form):
    """What a resident answers by a link. Its secret is the permission, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    solved = RadioField(_l("问题解决了吗？"), validators=[DataRequired(_l("请选一项。"))])
    contentment = RadioField(_l("您满意吗？"), validators=[DataRequired(_l("请选一项。"))])
    comment = TextAreaField(
        _l("还想说什么"),
        description=_l("不满意的，请写一写哪里没办好。"),
        filters=[strip],
        validators=[Length(max=1000, message=_l("最多写 1000 个字。"))],
    )

    def __init__(self) -> None:
        """The form as it was sent."""
        super().__init__()
        self.solved.choices = [
            SelectChoice(value=Solved.YES.value, label=_("解决了")),
            SelectChoice(value=Solved.PARTLY.value, label=_("解决了一部分")),
            SelectChoice(value=Solved.NO.value, label=_("没有解决")),
        ]
        self.contentment.choices = word_choices(Contentment)


class TogetherForm(Form):
    """What is said with one step for many issues: words that are the same for all, where the step has any."""

    note = TextAreaField(_l("备注"), filters=[strip], validators=[Length(max=1000, message=_l("最多写 1000 个字。"))])

    def __init__(self, step: Step, **values: Any) -> None:
        """The words as the step asks for them."""
        super().__init__(**values)
        asked = next((field for field in step.fields if field.name == "note"), None)
        if asked is not None:
            self.note.label.text = _(asked.label)
            if asked.missing:
                self.note.validators = [DataRequired(_(asked.missing)), *self.note.validators]
                self.note.flags.required = True
