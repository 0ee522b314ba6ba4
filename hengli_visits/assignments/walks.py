"""A visitor's own round in the order in which one walks it, read in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, contains_eager

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import matches
from hengli_visits.assignments.onward import following, last_place, rank
from hengli_visits.assignments.scope import own
from hengli_visits.assignments.walking import Stop, walk
from hengli_visits.models import Area, Assignment, AssignmentState, Household
from hengli_visits.paging import LAST_PAGE, Page

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A household of one's round, as far as the way to it needs to be known. `shown`: whether the list that was asked
    for shows it."""

    id: int
    stop: Stop
    name: str
    where: str
    state: AssignmentState
    appointment_at: datetime | None
    last_visit_at: datetime | None
    shown: bool

    @property
    def words(self) -> str:
        """Where and who, as one says it: 二巷 19号 陈锦."""
        return " ".join(part for part in (self.where, self.name) if part)


def stop_of(assignment: Assignment) -> Stop:
    """The stop of an assignment whose household and area are loaded."""
    household = assignment.household
    return _stop(assignment.id, (household.area.position, household.area.id), household)


def _stop(id_: int, village: tuple[int, int], place: Any) -> Stop:
    """A stop at a household, or at a row with its columns."""
    known = place.latitude is not None and place.longitude is not None
    return Stop(
        id=id_,
        village=village,
        street=place.street,
        street_order=place.street_order,
        door_number=place.door_number,
        door=place.door,
        position=(place.latitude, place.longitude) if known else None,
    )


def call_of(assignment: Assignment) -> Call:
    """The call of an assignment whose household and area are loaded."""
    household = assignment.household
    return Call(
        id=assignment.id,
        stop=stop_of(assignment),
        name=household.name,
        where=_where(household.street, household.door, household.address),
        state=assignment.state,
        appointment_at=assignment.appointment_at,
        last_visit_at=assignment.last_visit_at,
        shown=True,
    )


def in_walking_order(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Assignments (household and area loaded) as one walks."""
    by_id = {assignment.id: assignment for assignment in assignments}
    return [by_id[stop.id] for stop in walk(stop_of(one) for one in by_id.values())]


def my_walk(
    session: Session, actor: Actor, campaign_id: int, state: AssignmentState | None = None, words: str = ""
) -> list[Call]:
    """The actor's whole round of a campaign in walking order. `shown` are those that the words find, in all states;
    without words those in the state (None: all)."""
    wanted: ColumnElement[bool] = true()
    if words:
        wanted = matches(words)
    elif state is not None:
        wanted = Assignment.state == state
    rows = session.execute(
        select(
            Assignment.id, Assignment.state, Assignment.appointment_at, Assignment.last_visit_at,
            Household.name, Household.street, Household.street_order, Household.door, Household.door_number,
            Household.address, Household.latitude, Household.longitude,
            Area.position, Area.id.label("area_id"), wanted.label("shown"),
        )
        .join(Assignment.household)
        .join(Household.area)
        .where(own(actor), Assignment.campaign_id == campaign_id)
    )  # fmt: skip
    calls = {
        row.id: Call(
            id=row.id,
            stop=_stop(row.id, (row.position, row.area_id), row),
            name=row.name,
            where=_where(row.street, row.door, row.address),
            state=row.state,
            appointment_at=row.appointment_at,
            last_visit_at=row.last_visit_at,
            shown=bool(row.shown),
        )
        for row in rows
    }
    return [calls[stop.id] for stop in walk(call.stop for call in calls.values())]


def _where(street: str, door: str, address: str) -> str:
    return " ".join(part for part in (street, door) if part) or address


def walk_page(session: Session, calls: Sequence[Call], number: int, size: int = PAGE_SIZE) -> Page[Assignment]:
    """A page of those of a round that are shown, with household and area, in walking order. One query."""
    ids = [call.id for call in calls if call.shown]
    pages = max(1, -(-len(ids) // size))
    number = min(max(1, number), pages, LAST_PAGE)
    here = ids[(number - 1) * size : number * size]
    query = (
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(Assignment.id.in_(here))
        .options(contains_eager(Assignment.household).contains_eager(Household.area))
    )
    found = {one.id: one for one in session.scalars(query)}
    return Page([found[id_] for id_ in here], number, len(ids), size)


def next_from(calls: Sequence[Call], here: int | None) -> Call | None:
    """Where to go next from a household of the round."""
    today = clock.today()
    found = following([(call.id, rank(call, today)) for call in calls], here)
    return next((call for call in calls if call.id == found), None)


def next_call(calls: Sequence[Call]) -> Call | None:
    """Where to go next from where one stands: after the household that was visited last today, else from the start."""
    return next_from(calls, last_place(calls, clock.today()))
