"""The form of a step, made from the fields that it asks for, and what is said with one step for many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field as Input,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation

from hengli_visits import clock
from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.issues.entries import MOST_DAYS
from hengli_visits.issues.fields import CO_UNITS, LEAD_UNIT, LIMIT_DAYS, MAIN
from hengli_visits.issues.proposing import Proposed
from hengli_visits.issues.steps import Field, Kind, Step, Verb
from hengli_visits.models import Issue

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


class Days(IntegerField):
    """A number of days; what is no number is left to the sentence of its bounds."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a number."""
        try:
            super().process_formdata(list(valuelist))
        except ValueError:
            self.data = None


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


def options(pairs: Pairs, empty: str | None = None) -> list[SelectChoice]:
    """The choices of a select, with a first one that chooses nothing."""
    first = [SelectChoice(value="", label=empty)] if empty is not None else []
    return first + [SelectChoice(value=str(key), label=text) for key, text in pairs]


class RequiredWith:
    """A field that must be filled when another one of the form holds a value, and need not be looked at otherwise."""

    field_flags: ClassVar = {"required": True}

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
            choices = options(offered.of(field.kind), _("请选择"))
            return SelectField(**given, choices=choices, coerce=coerce_optional_int, validators=checks)
        case Kind.DAYS:
            bounds = NumberRange(min=1, max=MOST_DAYS, message=_("请填 1 到 365 之间的整数。"))
            return Days(**given, validators=[*checks, bounds], render_kw={"inputmode": "numeric"})
        case Kind.UNITS:
            return SelectMultipleField(**given, choices=options(offered.units), coerce=row_id)
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
