"""An issue's time line, read from its moves: what was done, by whom, and what was entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hengli_visits.issues.entries import read_again
from hengli_visits.issues.rules import step_of
from hengli_visits.issues.steps import Kind, Step, Verb
from hengli_visits.models import Move
from hengli_visits.wording import N_, Word

Value = str | Word | date | datetime
TONES = {
    Verb.REFUSE: "stop",
    Verb.WITHDRAW: "stop",
    Verb.DROP: "stop",
    Verb.RETURN: "again",
    Verb.AGREE_RETURN: "again",
    Verb.REFUSE_RETURN: "again",
    Verb.REWORK: "again",
    Verb.REVISIT_MISSED: "again",
    Verb.REVISIT_LATE: "wait",
    Verb.REVISIT_REDO: "late",
    Verb.REOPEN: "late",
    Verb.NOT_WANTED: "again",
}
"""The colours of steps that are not simply done."""
BY_LINK = N_("住户本人（链接）")
"""Who answered, where the resident did it without us."""


@dataclass(frozen=True)
class Entry:
    """One step as it is told: `facts` are (label, value) of what was entered besides the note."""

    verb: Verb
    note: str
    facts: tuple[tuple[str, Value], ...]
    at: datetime
    who: str
    unit: str
    tone: str


@dataclass(frozen=True)
class Chapter:
    """One round with its steps, the latest first."""

    round: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Names:
    """The names of the units and categories of which moves hold the ids."""

    units: Mapping[int, str]
    categories: Mapping[int, str]


def mentioned(moves: Iterable[Move]) -> tuple[set[int], set[int]]:
    """The ids of the units and of the categories that moves hold."""
    units: set[int] = set()
    categories: set[int] = set()
    for move in moves:
        data = move.data
        units |= {data[key] for key in ("lead_unit_id", "to_unit_id", "unit_id") if isinstance(data.get(key), int)}
        units |= set(data.get("co_unit_ids", ()))
        categories |= {data["category_id"]} if "category_id" in data else set()
    return units, categories


def tell(moves: Iterable[Move], names: Names, *, to_unit: bool) -> list[Chapter]:
    """The time line, the latest round and step first. `to_unit`: what is not for units is left out."""
    rounds: dict[int, list[Entry]] = {}
    for move in moves:
        step = step_of(move.verb)
        if step is not None:
            rounds.setdefault(move.round, []).append(_entry(move, step, names, to_unit))
    return [Chapter(number, tuple(reversed(rounds[number]))) for number in sorted(rounds, reverse=True)]


def _entry(move: Move, step: Step, names: Names, to_unit: bool) -> Entry:
    facts: list[tuple[str, Value]] = []
    for field in step.fields:
        if field.name not in move.data or (field.private and to_unit):
            continue
        value = read_again(field, move.data[field.name])
        if field.kind is Kind.CATEGORY:
            value = names.categories.get(value, "")
        elif field.kind is Kind.UNIT:
            value = names.units.get(value, "")
        elif field.kind is Kind.UNITS:
            value = "、".join(names.units.get(one, "") for one in value)
        if value:
            facts.append((field.label, value))
    if step.verb in (Verb.DISPATCH, Verb.AGREE_RETURN, Verb.REDO_DISPATCH) and "due_at" in move.data:
        facts.append((N_("办理期限"), datetime.fromisoformat(move.data["due_at"])))
    return Entry(
        verb=step.verb,
        note=move.note,
        facts=tuple(facts),
        at=move.at,
        who=BY_LINK if "link" in move.data else move.actor.name if move.actor else "",
        unit=names.units.get(move.data.get("unit_id", 0), ""),
        tone=TONES.get(step.verb, "done"),
    )
