"""久未走访: households that somebody was given and to which nobody went for long, or to which nobody will go because all of
their visitors have left. They are shown to who leads; nothing takes them away by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from hengli_visits import clock
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.models import (
    WORKING_CAMPAIGNS,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Member,
)

_visitor = aliased(AssignmentVisitor)


def seated(visitor: Any) -> ColumnElement[bool]:
    """Whether this visitor of an assignment (an entity of AssignmentVisitor in the query, beside Assignment) is active
    and still in the group, or a team of the group, that has the assignment. The seats are one set for all rows: looked
    for visitor by visitor they cost a thousand times as much."""
    home, seat = aliased(Group), aliased(Group)
    top = select(func.coalesce(home.parent_id, home.id)).where(home.id == Assignment.group_id)
    seats = (
        select(GroupMember.member_id, func.coalesce(seat.parent_id, seat.id))
        .join(seat, seat.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(GroupMember.left_at.is_(None), Member.active)
    )
    place = tuple_(visitor.member_id, top.correlate(Assignment).scalar_subquery())
    return func.coalesce(place.in_(seats), false())


def _held(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_visitor.assignment_id == Assignment.id, *how).correlate(Assignment)


def _in_campaign(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Campaign.id == Assignment.campaign_id, *how).correlate(Assignment)


def abandoned() -> ColumnElement[bool]:
    """Assignments to which somebody still has to go and whose visitors have all left the group or the roster, while
    their campaign may still change."""
    open_still = _in_campaign(Campaign.state.in_(WORKING_CAMPAIGNS))
    return and_(Assignment.state.in_(OPEN_STATES), _held(), ~_held(seated(_visitor)), open_still)


def forgotten(now: datetime, days: int) -> ColumnElement[bool]:
    """Assignments of a running campaign to which somebody still has to go, which one of their visitors has had for so
    many days of the town, and to which nobody went in as many; days before the campaign started do not count. One that
    expects a visit at an appointed time to come is not among them."""
    first = clock.town_time(now).date() - timedelta(days=days)
    before = clock.from_town(datetime.combine(first + timedelta(days=1), time()))
    runs = _in_campaign(
        Campaign.state == CampaignState.RUNNING,
        Campaign.starts_on <= first,
        or_(Campaign.started_at.is_(None), Campaign.started_at < before),
    )
    return and_(
        Assignment.state.in_(OPEN_STATES),
        or_(Assignment.last_visit_at.is_(None), Assignment.last_visit_at < before),
        or_(Assignment.appointment_at.is_(None), Assignment.appointment_at < now),
        _held(_visitor.since < before),
        runs,
    )


def stale(now: datetime, days: int) -> ColumnElement[bool]:
    """Assignments that are `forgotten` or `abandoned`."""
    return or_(forgotten(now, days), abandoned())


@dataclass(frozen=True)
class Stale:
    """Why an assignment is stale: all its visitors are gone (`abandoned`); nobody went for so many `days` since it was
    given, or, with `visited`, since the last try."""

    abandoned: bool
    days: int | None
    visited: bool


def stale_among(session: Session, rows: Sequence[Assignment], days: int) -> dict[int, Stale]:
    """Which of these assignments (visitors loaded) are stale, and why, by their ids. One query."""
    now = clock.now()
    long, gone = forgotten(now, days), abandoned()
    query = select(Assignment.id, Assignment.last_visit_at, long.label("long"), gone.label("gone"), Campaign.starts_on)
    query = query.join(Campaign, Campaign.id == Assignment.campaign_id).where(or_(long, gone))
    found = session.execute(query.where(Assignment.id.in_([row.id for row in rows]))).all()
    since = {row.id: min((visitor.since for visitor in row.visitors), default=now) for row in rows}
    return {
        row.id: Stale(
            bool(row.gone),
            _days(max(since[row.id], row.last_visit_at or since[row.id]), row.starts_on) if row.long else None,
            row.last_visit_at is not None and row.last_visit_at > since[row.id],
        )
        for row in found
    }


def _days(since: datetime, starts_on: date) -> int:
    return (clock.today() - max(clock.town_time(since).date(), starts_on)).days
