"""The content of a visit: one shape for the page's form and for the phone's JSON, read by the same code."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hengli_visits import clock
from hengli_visits.errors import Invalid
from hengli_visits.models import Handling, Manner, Nature, Outcome
from hengli_visits.reader import UNSTORABLE, Reader, Unfit, is_id, read_uuid
from hengli_visits.wording import N_

MOST_FEEDBACK = 20
MOST_COMPANIONS = 20
MOST_ANSWERS = 100
LONGEST_TEXT = 2000
LONGEST_COMPANIONS = 120
LONGEST_KEY = 60
LARGEST_NUMBER = 10.0**12

GOING_AGAIN = frozenset({Outcome.AWAY, Outcome.APPOINTED})
"""Outcomes with which a time for the next visit may be agreed."""


@dataclass(frozen=True)
class Position:
    """Where the visitor stood, in degrees; `accuracy` in metres."""

    latitude: float
    longitude: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Said:
    """One thing a resident said. `uuid` is made by the client; no category: one is proposed from the words."""

    uuid: UUID
    nature: Nature
    words: str
    handling: Handling
    category: int | None = None
    answer: str = ""


@dataclass(frozen=True)
class VisitContent:
    """All that a visitor tells of one visit. `companions` are member ids, ascending; `answers` are to the campaign's
    own questions."""

    outcome: Outcome
    visited_at: datetime
    manner: Manner = Manner.DOOR
    appointment_at: datetime | None = None
    remarks: str = ""
    companions: tuple[int, ...] = ()
    companions_text: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    position: Position | None = None
    feedback: tuple[Said, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is stored and as `read` takes it."""
        return {
            "outcome": self.outcome.value,
            "visited_at": self.visited_at.isoformat(),
            "manner": self.manner.value,
            "appointment_at": self.appointment_at.isoformat() if self.appointment_at else None,
            "remarks": self.remarks,
            "companions": list(self.companions),
            "companions_text": self.companions_text,
            "answers": dict(self.answers),
            "position": asdict(self.position) if self.position else None,
            "feedback": [
                {
                    "uuid": str(said.uuid),
                    "nature": said.nature.value,
                    "words": said.words,
                    "handling": said.handling.value,
                    "category": said.category,
                    "answer": said.answer,
                }
                for said in self.feedback
            ],
        }

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON: equal for equal contents, in whatever order they were sent."""
        canonical = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read(raw: object, *, latest: datetime | None = None) -> VisitContent:
    """The content in a JSON value (moments as ISO 8601, without a zone in the town's time; fields that are not known
    are passed over). `latest` refuses a visit later than that: for a time that a person typed, not for a phone's clock.
    Raises `Unfit` with a sentence for each field that is wrong."""
    problems: dict[str, Invalid] = {}
    if not isinstance(raw, Mapping):
        raise Unfit({"": Invalid(N_("没有读懂这条记录。"))})
    reader = Reader(raw, problems)
    outcome = reader.word("outcome", Outcome, N_("请选这次走访的情况。"))
    visited_at = reader.moment("visited_at")
    if visited_at is None:
        reader.refuse("visited_at", N_("请填写走访时间。"))
    elif latest is not None and visited_at > latest:
        reader.refuse("visited_at", N_("走访时间还没到，请改成实际走访的时间。"))
    content = VisitContent(
        outcome=outcome or Outcome.MET,
        visited_at=visited_at or clock.now(),
        manner=reader.word("manner", Manner, None) or Manner.DOOR,
        appointment_at=_appointment(reader, outcome, visited_at),
        remarks=reader.text("remarks", LONGEST_TEXT),
        companions=_companions(reader),
        companions_text=reader.text("companions_text", LONGEST_COMPANIONS),
        answers=_answers(reader),
        position=_position(reader),
        feedback=tuple(_feedback(reader)),
    )
    if problems:
        raise Unfit(problems)
    return content


def _appointment(reader: Reader, outcome: Outcome | None, visited_at: datetime | None) -> datetime | None:
    if outcome not in GOING_AGAIN:
        return None
    appointment = reader.moment("appointment_at")
    if appointment is None and outcome == Outcome.APPOINTED:
        reader.refuse("appointment_at", N_("请填写约好的时间。"))
    elif appointment and visited_at and appointment <= visited_at - timedelta(minutes=1):
        reader.refuse("appointment_at", N_("约好的时间要在这次走访之后。"))
    return appointment


def _companions(reader: Reader) -> tuple[int, ...]:
    ids = reader.items("companions", MOST_COMPANIONS)
    if not all(is_id(value) for value in ids):
        reader.refuse("companions", N_("请从列出的里面选一个。"))
        return ()
    return tuple(sorted(set(ids)))


def _position(reader: Reader) -> Position | None:
    value = reader.raw.get("position")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reader.refuse("position", N_("没有读懂这个位置。"))
        return None
    inner = Reader(value, reader.problems, f"{reader.path}position.")
    latitude, longitude = inner.number("latitude", -90, 90), inner.number("longitude", -180, 180)
    accuracy = inner.number("accuracy", 0, LARGEST_NUMBER)
    return Position(latitude, longitude, accuracy) if latitude is not None and longitude is not None else None


def _answers(reader: Reader) -> dict[str, Any]:
    value = reader.raw.get("answers") or {}
    if not isinstance(value, Mapping) or len(value) > MOST_ANSWERS:
        reader.refuse("answers", N_("没有读懂这条记录。"))
        return {}
    for key, answer in value.items():
        if len(key) > LONGEST_KEY or UNSTORABLE.search(key) or not _is_answer(answer):
            reader.refuse("answers", N_("没有读懂其中一个回答。"))
    return dict(value)


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_ANSWERS and all(isinstance(one, str) and _is_answer(one) for one in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and not UNSTORABLE.search(value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST_NUMBER
    return value is None


def _feedback(reader: Reader) -> Iterator[Said]:
    seen: set[UUID] = set()
    for index, raw in enumerate(reader.items("feedback", MOST_FEEDBACK)):
        path = f"{reader.path}feedback.{index}."
        inner = Reader(raw if isinstance(raw, Mapping) else {}, reader.problems, path)
        uuid = read_uuid(inner.raw.get("uuid"))
        if uuid is None or uuid in seen:
            inner.refuse("uuid", N_("没有读懂这条记录。"))
            continue
        seen.add(uuid)
        nature = inner.word("nature", Nature, N_("请选诉求、意见、建议、咨询或表扬。"))
        words = inner.text("words", LONGEST_TEXT)
        if not words:
            inner.refuse("words", N_("请写下群众说了什么。"))
        handling = inner.word("handling", Handling, None if nature == Nature.PRAISE else N_("请选怎样处理。"))
        yield Said(
            uuid=uuid,
            nature=nature or Nature.OPINION,
            words=words,
            handling=handling or Handling.NOTED,
            category=inner.whole("category"),
            answer=inner.text("answer", LONGEST_TEXT) if handling == Handling.ANSWERED else "",
        )
