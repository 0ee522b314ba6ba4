"""Finding households of a campaign as people type them, in the order in which one walks."""

import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_

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


def visited_on(day: date) -> ColumnElement[bool]:
    """Visited assignments whose latest visit was on this day of the town."""
    start = datetime.combine(day, time())
    within = (Assignment.last_visit_at >= clock.from_town(start)) & (
        Assignment.last_visit_at < clock.from_town(start + timedelta(days=1))
    )
    return within & (Assignment.state == AssignmentState.VISITED)
