"""The page's form of a visit. It checks nothing: it is turned into the structure that a phone sends, and read by the
same code (`visits.content`)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form as Part,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from hengli_visits.errors import Invalid
from hengli_visits.formats import moment, sentence, time_input
from hengli_visits.forms import Form, lazy as _l, word_choices
from hengli_visits.models import Category, Handling, Manner, Nature, Outcome
from hengli_visits.reader import is_id, read_moment, read_uuid
from hengli_visits.visits.content import MOST_FEEDBACK, VisitContent

PLACE = "__N__"
"""Stands for the number of a card in the template from which the script makes more cards."""

HANDLINGS = (Handling.FOLLOW_UP, Handling.ANSWERED, Handling.NOTED)
POSITION = ("latitude", "longitude", "accuracy")
SHOWN = {"outcome", "appointment_at", "visited_at", "manner", "companions", "companions_text", "remarks", "photos"}
SHOWN_AT_DOOR = {"name", "area", "street", "door", "phone", "category"}
SHOWN_ON_CARD = {"nature", "words", "category", "handling", "answer"}


class SaidPart(Part):
    """One card: one thing that a resident said."""

    uuid = HiddenField()
    nature = RadioField(_l("性质"), validate_choice=False)
    words = TextAreaField(_l("内容"))
    category = SelectField(_l("类别"), validate_choice=False)
    handling = RadioField(_l("怎样处理"), validate_choice=False)
    answer = TextAreaField(_l("当场怎样答复的"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered, so that the card means nothing."""
        return not any((field.data or "").strip() for field in (self.words, self.nature, self.handling, self.answer))


class HouseholdPart(Part):
    """A household that is in no book: what is seen and told at its door."""

    uuid = HiddenField()
    name = StringField(_l("户主姓名"))
    area = SelectField(_l("村(社区)"), validate_choice=False)
    street = StringField(_l("街巷"))
    door = StringField(_l("门牌号"))
    phone = StringField(_l("联系电话"))
    category = SelectField(_l("类别"), validate_choice=False)


HOUSEHOLD = FormField(HouseholdPart, _l("这是哪一户"))
"""Made before the fields of the visit, so that it stands before them in the order of fields too."""


class VisitForm(Form):
    """The visit form, for a new visit and for a revision."""

    uuid = HiddenField()
    based_on = HiddenField()
    outcome = RadioField(_l("见到了吗？"), validate_choice=False)
    appointment_at = StringField(_l("约好什么时候再来"))
    feedback = FieldList(FormField(SaidPart), _l("群众说了什么？"))
    visited_at = StringField(_l("走访时间"))
    manner = RadioField(_l("方式"), validate_choice=False)
    companions = SelectMultipleField(_l("同行"), validate_choice=False)
    companions_text = StringField(_l("其他同行人员"))
    remarks = TextAreaField(_l("备注"))
    latitude = HiddenField()
    longitude = HiddenField()
    accuracy = HiddenField()
    photos = MultipleFileField(_l("照片"))

    def offer(self, people: Sequence[tuple[int, str]], categories: Iterable[Category]) -> None:
        """Fill in what may be chosen: the people who can have come along, the campaign's categories."""
        self.outcome.choices = word_choices(Outcome)
        self.manner.choices = word_choices(Manner)
        self.companions.choices = [SelectChoice(value=str(id_), label=name) for id_, name in people]
        self._categories = [SelectChoice(value=str(one.id), label=one.name) for one in categories]
        for card in self.cards:
            self._offer_card(card)

    def _offer_card(self, card: SaidPart) -> None:
        card.nature.choices = word_choices(Nature)
        card.handling.choices = word_choices(HANDLINGS)
        card.category.choices = [SelectChoice(value="", label=_("按文字推荐")), *self._categories]

    @property
    def revision(self) -> int | None:
        """The revision that was on the page when it was opened."""
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def sent_files(self) -> list[FileStorage]:
        """The photos that were chosen."""
        return [file for file in self.photos.data or () if file and file.filename]

    @property
    def summary(self) -> str:
        """What the folded part of the form holds, in a line: 6月29日 10:00 · 入户 · 方光润."""
        choices: Iterable[Any] = (*self.manner.iter_choices(), *self.companions.iter_choices())
        named = [item.label for item in choices if item.selected]
        return " · ".join(part for part in (moment(read_moment(self.visited_at.data)), *named) if part)

    @property
    def cards(self) -> list[SaidPart]:
        """The cards, in their order."""
        return [entry.form for entry in self.feedback.entries]

    @property
    def pattern_card(self) -> SaidPart:
        """The card from which the script makes more."""
        card = SaidPart(prefix=f"feedback-{PLACE}-")
        self._offer_card(card)
        return card

    def add_card(self) -> None:
        """One more card, with the UUID under which what is written there will be known."""
        if len(self.feedback) < MOST_FEEDBACK:
            self.feedback.append_entry({"uuid": str(uuid.uuid4())})

    def change_cards(self, added: bool, removed: str | None) -> bool:
        """Do what the buttons of the cards ask for; False when none was pressed."""
        if removed is not None and removed.isdecimal() and int(removed) < len(self.feedback):
            self.feedback.pop_entry(int(removed))  # type: ignore[call-arg]  # newer than its stubs
        if added or (removed is not None and not self.feedback.entries):
            self.add_card()
        return added or removed is not None

    def structure(self, base: VisitContent | None = None) -> dict[str, Any]:
        """What a phone would have sent. `base` is the content that is revised: what the form does not show, and times
        that it shows to the minute only, are taken from there."""
        filled = [(index, card) for index, card in enumerate(self.cards) if not card.is_blank]
        self._filled = [card for _index, card in filled]
        raw = {name: self[name].data for name in ("outcome", "manner", "companions_text", "remarks")}
        return raw | {
            "visited_at": _exact(self.visited_at.data, base.visited_at if base else None),
            "appointment_at": self.appointment_at.data,
            "companions": [_number(value) for value in self.companions.data or ()],
            "answers": dict(base.answers) if base else {},
            "position": self._position(),
            "feedback": [self._said(index, card) for index, card in filled],
        }

    def _said(self, index: int, card: SaidPart) -> dict[str, Any]:
        own = read_uuid(self.uuid.data) or uuid.uuid4()
        made = uuid.uuid5(own, f"feedback-{index}")
        texts = {name: card[name].data for name in ("nature", "words", "handling", "answer")}
        return texts | {"uuid": card.uuid.data or str(made), "category": _number(card.category.data or "") or None}

    def _position(self) -> dict[str, float | None] | None:
        numbers = {name: _decimal(self[name].data) for name in POSITION}
        return numbers if numbers["latitude"] is not None and numbers["longitude"] is not None else None

    def show(self, problems: Mapping[str, Invalid]) -> None:
        """Put what is wrong beside the fields, after `structure`; what has no field stands above the form."""
        for path, error in problems.items():
            field = self._field_at(path)
            if field is None:
                self.form_errors.append(sentence(error))
            else:
                field.errors = [*field.errors, sentence(error)]
        self.feedback.errors = [entry.errors for entry in self.feedback.entries]

    def _field_at(self, path: str) -> Field | None:
        head, *rest = path.split(".")
        if head != "feedback":
            return self[head] if head in SHOWN else None
        if len(rest) < 2 or rest[1] not in SHOWN_ON_CARD:
            return None
        card = self._filled[int(rest[0])]
        field: Field = card[rest[1]]
        number = self.cards.index(card) + 1
        field.label.text = _("第%(number)s条的%(label)s", number=number, label=field.label.text)
        return field


class DoorstepForm(VisitForm):
    """The visit form for a household that is in no book."""

    household = HOUSEHOLD

    def offer_places(self, villages: Sequence[tuple[int, str]], categories: Iterable[str]) -> None:
        """Fill in where the household may be, and of what kind."""
        part = self.household.form
        only = [SelectChoice(value=str(id_), label=name) for id_, name in villages]
        part.area.choices = only if len(only) == 1 else [SelectChoice(value="", label=_("请选择")), *only]
        part.category.choices = [SelectChoice(value="", label=_("不清楚"))]
        part.category.choices += [SelectChoice(value=name, label=name) for name in categories]
        for field in (part["name"], part.area):
            field.flags.required = True

    def newcomer(self, campaign_id: int) -> dict[str, Any]:
        """The household as a phone would have sent it."""
        told = dict(self.household.form.data)
        return told | {"campaign": campaign_id, "area": _number(told["area"] or "") or None}

    def _field_at(self, path: str) -> Field | None:
        head, _dot, name = path.partition(".")
        return self.household.form[name] if head == "household" and name in SHOWN_AT_DOOR else super()._field_at(path)


class KeyForm(Form):
    """One line of a walk list that came back on paper, with what is carried on from line to line: the day, the time and
    who went. Like the visit form it checks nothing itself (`visits.keying`)."""

    uuid = HiddenField()
    day = StringField(_l("走访日期"))
    went = SelectMultipleField(_l("谁去的"), validate_choice=False)
    code = StringField(_l("识别码"))
    outcome = StringField(_l("结果"))
    time = StringField(_l("时间"))
    words = StringField(_l("意见摘要"))
    nature = StringField(_l("性质"))
    follow_up = BooleanField(_l("需跟进"))
    appointment = StringField(_l("约好的时间"))
    repeat = BooleanField(_l("同一天又去了一次，照样保存"))


class VoidForm(Form):
    """Voiding a visit."""

    reason = TextAreaField(_l("为什么作废"), render_kw={"maxlength": 300})


def _number(text: str) -> int | str:
    """A row's number as a number; anything else as it is, to be refused by its reader."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text
    return value if is_id(value) else text


def _decimal(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _exact(text: str | None, told: datetime | None) -> str | None:
    """A time as it was typed, or to the second as it was told when it was not changed."""
    if told is not None and read_moment(text) is not None and text == time_input(told):
        return told.isoformat()
    return text
