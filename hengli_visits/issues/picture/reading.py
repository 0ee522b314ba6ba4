"""What the table says, in the words of the documentation: who takes a step, and which arrows lead from state to state."""

from collections.abc import Iterable
from dataclasses import dataclass

from hengli_visits.issues.steps import Part, Step, Way
from hengli_visits.issues.table import MOVES
from hengli_visits.issues.table.terms import UNDER_WAY
from hengli_visits.models import IssueState

PEOPLE = {
    Part.COORDINATOR: "统筹员",
    Part.AREA_LEAD: "挂点领导",
    Part.LEADER: "组长",
    Part.VISITOR: "走访员",
    Part.RAISER: "反映人",
    Part.HANDLER: "主办",
    Part.CO_HANDLER: "协办",
    Part.RETURN_JUDGE: "统筹员（再退：挂点领导）",
    Part.PARK_JUDGE: "挂点领导",
    Part.EXTENSION_JUDGE: "统筹员（再延：挂点领导）",
}
SHORT = {Part.RETURN_JUDGE: "统筹员", Part.EXTENSION_JUDGE: "统筹员"}
BY_ITSELF = {Way.SYSTEM: "系统", Way.VISIT: "走访记录"}
MANY = 5
"""A step out of so many states or more is drawn once, not from each of them."""


def who_of(step: Step, *, short: bool = False) -> str:
    """Who takes a step, in words."""
    names = PEOPLE | SHORT if short else PEOPLE
    return "、".join(names[part] for part in step.who) or BY_ITSELF[step.way]


@dataclass(frozen=True)
class Arrow:
    """All steps from one state to another, as the lines of one label. No source: from any state under way."""

    source: IssueState | None
    target: IssueState
    lines: tuple[str, ...]


def _label(steps: Iterable[Step]) -> tuple[str, ...]:
    """One line for each step; those that bear the same name only once."""
    return tuple(dict.fromkeys(f"{step.verb.label} · {who_of(step, short=True)}" for step in steps))


def arrows() -> list[Arrow]:
    """The arrows of the picture, in the order of the table."""
    found: dict[tuple[IssueState | None, IssueState], list[Step]] = {}
    for step in MOVES:
        if step.target is None:
            continue
        sources = [None] if len(step.sources) >= MANY else [s for s in step.sources if s is not step.target]
        for source in sources:
            found.setdefault((source, step.target), []).append(step)
    return [Arrow(source, target, _label(steps)) for (source, target), steps in found.items()]


def spine() -> list[IssueState]:
    """The way of an issue that nothing delays: from the first state by the obvious step of each."""
    first = next(step.target for step in MOVES if not step.sources)
    way = [first] if first is not None else []
    while way:
        following = next(
            (s.target for s in MOVES if s.primary and way[-1] in s.sources and s.target and s.target not in way), None
        )
        if following is None:
            return way
        way.append(following)
    return way


def states() -> list[IssueState]:
    """The states, those under way first, as the table knows them."""
    return [*UNDER_WAY, *(state for state in IssueState if state not in UNDER_WAY)]
