"""The map of a campaign: households by state, visits of a period, issues by how they stand; villages as centres with
their numbers. Nothing is known of the outlines of villages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import Area, Assignment, AssignmentState, Household, Issue, IssueState, Outcome, Visit
from hengli_visits.reports.span import Span
from hengli_visits.reports.visiting import filters_of
from hengli_visits.visits.finding import counted
from hengli_visits.wording import N_, Word

MOST_POINTS = 10_000
"""So many points at most are sent to a map."""


class Layer(Word):
    """What the map shows."""

    HOUSEHOLDS = "households", N_("走访户")
    VISITS = "visits", N_("走访")
    ISSUES = "issues", N_("问题")


class Standing(Word):
    """How an issue stands on the map."""

    LATE = "late", N_("已超期")
    OPEN = "open", N_("在办")
    PARKED = "parked", N_("挂账")
    ENDED = "ended", N_("已结束")


TONES: dict[Word, str] = {
    AssignmentState.VISITED: "done",
    AssignmentState.AGAIN: "again",
    AssignmentState.UNREACHABLE: "stop",
    Outcome.MET: "done",
    Outcome.AWAY: "again",
    Outcome.APPOINTED: "send",
    Outcome.DECLINED: "late",
    Outcome.MOVED: "stop",
    Standing.LATE: "late",
    Standing.OPEN: "send",
    Standing.PARKED: "stop",
    Standing.ENDED: "done",
}
"""The tones of marks, those of the rest of the program; what is not here waits."""


@dataclass(frozen=True)
class Point:
    """One household, visit or issue where it lies. `kind` is what its mark stands for; `leads_to` the assignment or the
    issue whose page tells more."""

    id: int
    leads_to: int
    latitude: float
    longitude: float
    name: str
    where: str
    area: str
    kind: Word


@dataclass(frozen=True)
class VillageRow:
    """A village: how many of a layer it has, and how many of these have a position."""

    area: Area
    number: int
    placed: int


def kinds_of(layer: Layer) -> type[Word]:
    """The words that marks of a layer stand for, in the order of their colours."""
    return {Layer.HOUSEHOLDS: AssignmentState, Layer.VISITS: Outcome, Layer.ISSUES: Standing}[layer]


def tone_of(kind: Word) -> str:
    """The tone in which the rest of the program shows what a mark stands for."""
    return TONES.get(kind, "wait")


def _households(actor: Actor, span: Span) -> Any:
    return (
        select(Assignment.id, Assignment.state)
        .select_from(Assignment)
        .join(Household, Household.id == Assignment.household_id)
        .where(span.tasks(actor))
        .order_by(Assignment.id)
    )


def _visits(actor: Actor, span: Span) -> Any:
    return (
        select(Visit.id, Visit.outcome, Visit.assignment_id)
        .select_from(Visit)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .where(counted(actor, filters_of(span)))
        .order_by(Visit.visited_at.desc(), Visit.id)
    )


def _issues(actor: Actor, span: Span) -> Any:
    return (
        select(Issue.id, Issue.state, Issue.step_due_at, Issue.title)
        .select_from(Issue)
        .outerjoin(Household, Household.id == Issue.household_id)
        .where(span.raised(actor))
        .order_by(Issue.id)
    )


QUERIES: dict[Layer, Callable[[Actor, Span], Any]] = {
    Layer.HOUSEHOLDS: _households,
    Layer.VISITS: _visits,
    Layer.ISSUES: _issues,
}


def points(session: Session, actor: Actor, span: Span, layer: Layer, now: datetime) -> list[Point]:
    """What a layer shows, `MOST_POINTS` at most; what has no position is left out. One query."""
    area = Area.id == (Issue.area_id if layer is Layer.ISSUES else Household.area_id)
    query = QUERIES[layer](actor, span).join(Area, area)
    query = query.where(Household.latitude.is_not(None), Household.longitude.is_not(None)).limit(MOST_POINTS)
    place = (Household.latitude, Household.longitude, Household.name, Household.street, Household.door)
    return list(_points(session.execute(query.add_columns(*place, Area.name.label("area"))), layer, now))


def _points(rows: Any, layer: Layer, now: datetime) -> Iterator[Point]:
    for row in rows:
        address = f"{row.street}{row.door}"
        if layer is Layer.ISSUES:
            kind: Word = standing_of(row.state, row.step_due_at, now)
            yield Point(row.id, row.id, row.latitude, row.longitude, row.title, address, row.area, kind)
        else:
            kind = row.state if layer is Layer.HOUSEHOLDS else row.outcome
            leads_to = row.id if layer is Layer.HOUSEHOLDS else row.assignment_id
            yield Point(row.id, leads_to, row.latitude, row.longitude, row.name, address, row.area, kind)


def standing_of(state: IssueState, due: datetime | None, now: datetime) -> Standing:
    """How an issue stands on the map."""
    if state in FINAL:
        return Standing.ENDED
    if state is IssueState.PARKED:
        return Standing.PARKED
    return Standing.LATE if due is not None and due <= now else Standing.OPEN


def villages(session: Session, actor: Actor, span: Span, layer: Layer) -> list[VillageRow]:
    """The villages of a layer in the town's order. One query."""
    found = QUERIES[layer](actor, span).order_by(None)
    area = Issue.area_id if layer is Layer.ISSUES else Household.area_id
    inner = found.with_only_columns(area.label("area_id"), Household.latitude.label("latitude")).subquery()
    rows = session.execute(
        select(Area, func.count().label("number"), func.count(inner.c.latitude).label("placed"))
        .join(inner, inner.c.area_id == Area.id)
        .group_by(Area.id)
        .order_by(Area.position, Area.id)
    ).all()
    return [VillageRow(row.Area, row.number, row.placed) for row in rows]
