"""An issue's time line, read from its moves: what was done, by whom, and what was entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hengli_visits.issues.entries import read_again
from hengli_visits.issues.fields import RAISED_TO, TOLD_MANNER
from hengli_visits.issues.rules import step_of
from hengli_visits.issues.steps import Kind, Step, Verb
from hengli_visits.models import Move
from hengli_visits.wording import N_, Word

Value = str | int | Word | date | datetime
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
    Verb.REDIRECT: "again",
    Verb.MERGE: "stop",
    Verb.UNMERGE: "again",
    Verb.MAIN_ENDED: "again",
    Verb.REVISIT_FOLLOW: "late",
    Verb.MERGED_REDO: "late",
    Verb.PARK: "stop",
    Verb.PARK_ON: "stop",
    Verb.REFUSE_PARK: "again",
    Verb.ASK_EXTENSION: "again",
    Verb.REFUSE_EXTENSION: "again",
    Verb.REMIND: "again",
    Verb.NEAR_DUE: "again",
    Verb.SUPERVISE: "late",
    Verb.OVERDUE: "late",
    Verb.ESCALATE: "late",
    Verb.ABOUT: "wait",
}
"""The colours of steps that are not simply done."""
BY_LINK = N_("住户本人（链接）")
"""Who answered, where the resident did it without us."""


DUE_TOLD = (
    Verb.DISPATCH,
    Verb.AGREE_RETURN,
    Verb.REDIRECT,
    Verb.REDO_DISPATCH,
    Verb.GRANT_EXTENSION,
    Verb.RESUME,
)
"""Steps that set the unit's due moment."""


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
    """The names of the units, categories and members, and the numbers of the issues, of which moves hold the ids."""

    units: Mapping[int, str]
    categories: Mapping[int, str]
    issues: Mapping[int, str] = field(default_factory=dict)
    members: Mapping[int, str] = field(default_factory=dict)

    def of(self, kind: Kind, value: Any) -> str | None:
        """The name of what a field of this kind holds; None for a kind that holds no id."""
        if kind is Kind.UNITS:
            return "、".join(self.units.get(one, "") for one in value)
        names = {
            Kind.CATEGORY: self.categories,
            Kind.UNIT: self.units,
            Kind.CO_UNIT: self.units,
            Kind.ISSUE: self.issues,
            Kind.MEMBER: self.members,
        }.get(kind)
        return None if names is None else names.get(value, "")


@dataclass(frozen=True)
class Mentioned:
    """The ids that moves hold."""

    units: set[int]
    categories: set[int]
    issues: set[int]
    members: set[int]


def mentioned(moves: Iterable[Move]) -> Mentioned:
    """The ids of the units, categories, issues and members that moves hold."""
    moves = list(moves)

    def ids(*keys: str) -> set[int]:
        return {move.data[key] for move in moves for key in keys if isinstance(move.data.get(key), int)}

    helping = {one for move in moves for one in move.data.get("co_unit_ids", ())}
    return Mentioned(
        units=ids("lead_unit_id", "to_unit_id", "unit_id", "co_unit_id", "about_unit_id") | helping,
        categories=ids("category_id"),
        issues=ids("main_issue_id", "merged_issue_id"),
        members=ids("about_member_id"),
    )


def tell(moves: Iterable[Move], names: Names, *, to_unit: bool) -> list[Chapter]:
    """The time line, the latest round and step first. `to_unit`: what is not for units is left out."""
    rounds: dict[int, list[Entry]] = {}
    for move in moves:
        step = step_of(move.verb)
        if step is not None and not (step.private and to_unit):
            rounds.setdefault(move.round, []).append(_entry(move, step, names, to_unit))
    return [Chapter(number, tuple(reversed(rounds[number]))) for number in sorted(rounds, reverse=True)]


def _entry(move: Move, step: Step, names: Names, to_unit: bool) -> Entry:
    facts: list[tuple[str, Value]] = []
    for asked in step.fields:
        if asked.name not in move.data or (asked.private and to_unit) or ("link" in move.data and asked is TOLD_MANNER):
            continue
        value = read_again(asked, move.data[asked.name])
        name = names.of(asked.kind, value)
        value = value if name is None else name
        if value:
            facts.append((asked.label, value))
    if step.verb is Verb.REDO_DISPATCH and "supervision" in move.data:
        facts.append((RAISED_TO.label, read_again(RAISED_TO, move.data["supervision"])))
    if step.verb in DUE_TOLD and "due_at" in move.data:
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
