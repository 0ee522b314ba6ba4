"""Finding households of a campaign as people type them, in the order in which one walks."""

import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from hengli_visits import clock
from hengli_visits.models import Area, Assignment, AssignmentState, Household
from hengli_visits.search import ESCAPE, name_clause, pattern

LAST_DOOR = 10**7
"""Stands for a door without a number, after all others."""

WALK: tuple[ColumnElement[Any], ...] = (
    Area.position.expression,
    Area.id.expression,
    Household.street_order.expression,
    func.coalesce(Household.door_number, LAST_DOOR),
    Household.door.expression,
    Assignment.id.expression,
)
"""Village by village, street by street, by door number. Household and Area are joined."""

OPEN_STATES = (AssignmentState.WAITING, AssignmentState.AGAIN)
"""States in which somebody still has to go."""


def matches(words: str) -> ColumnElement[bool]:
    """Households whose name, 拼音, initials or address hold the words; a number alone is a door number."""
    plain = unicodedata.normalize("NFKC", words).strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        return or_(Household.door_number == int(plain), Household.door.like(f"{plain}%"))
    anywhere = pattern(words)
    return or_(
        name_clause(Household, words),
        (Household.street + Household.door).ilike(anywhere, escape=ESCAPE),
        Household.code.ilike(anywhere, escape=ESCAPE),
    )


def late(today: date) -> ColumnElement[bool]:
    """Assignments whose due date has passed while somebody still has to go."""
    return (Assignment.due_on < today) & Assignment.state.in_(OPEN_STATES)


def on_days(
    moment: ColumnElement[Any] | InstrumentedAttribute[Any], since: date | None, until: date | None
) -> ColumnElement[bool]:
    """Moments that lie on these days of the town, both included; None: no end on that side."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(moment >= clock.from_town(datetime.combine(since, time())))
    if until is not None:
        found.append(moment < clock.from_town(datetime.combine(until + timedelta(days=1), time())))
    return and_(true(), *found)


def visited_within(since: date | None, until: date | None) -> ColumnElement[bool]:
    """Visited assignments whose latest visit was on these days of the town."""
    return on_days(Assignment.last_visit_at, since, until) & (Assignment.state == AssignmentState.VISITED)


def visited_on(day: date) -> ColumnElement[bool]:
    """Visited assignments whose latest visit was on this day of the town."""
    return visited_within(day, day)
