"""The households of the leaders' list on a map: where they lie, and in whose hands they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.tasks import Wanted, tasks_of
from hengli_visits.models import Assignment, AssignmentVisitor, Group, Household, Member

MOST_SPOTS = 5000
"""So many households at most are shown on one map, the first ones as one walks."""
MOST_HANDS = 24
"""So many can be told apart on a map by colour and shape."""


class Hand(NamedTuple):
    """Who has households: those who visit them together, a team or a group."""

    key: str
    name: str


class Visitor(NamedTuple):
    """Somebody who visits a household."""

    id: int
    name: str


@dataclass(frozen=True)
class Spot:
    """A household of the list, with household, area, group (and the one above) and its visitors in their order."""

    assignment: Assignment
    visitors: tuple[Visitor, ...]

    @property
    def placed(self) -> bool:
        """Whether it is known where it lies."""
        household = self.assignment.household
        return household.latitude is not None and household.longitude is not None

    @property
    def names(self) -> str:
        """The names of its visitors; empty when nobody goes there."""
        return "、".join(visitor.name for visitor in self.visitors)


def spots(session: Session, actor: Actor, wanted: Wanted) -> list[Spot]:
    """The households of the list that the actor sees, those without a position too, in walking order, `MOST_SPOTS` at
    most. Two queries whatever it holds."""
    shown = tasks_of(actor, wanted).limit(MOST_SPOTS)
    rows = session.scalars(
        shown.options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            joinedload(Assignment.group).joinedload(Group.parent),
        )
    ).all()
    ids = shown.with_only_columns(Assignment.id).subquery()
    going: dict[int, list[Visitor]] = {}
    for assignment_id, member_id, name in session.execute(
        select(AssignmentVisitor.assignment_id, Member.id, Member.name)
        .join(Member, Member.id == AssignmentVisitor.member_id)
        .where(AssignmentVisitor.assignment_id.in_(select(ids.c.id)))
        .order_by(AssignmentVisitor.assignment_id, AssignmentVisitor.position)
    ):
        going.setdefault(assignment_id, []).append(Visitor(member_id, name))
    return [Spot(row, tuple(going.get(row.id, ()))) for row in rows]


def by_visitors(spot: Spot) -> Hand | None:
    """Those who visit it, whoever of them is named first; None when nobody does."""
    ids = sorted(visitor.id for visitor in spot.visitors)
    return Hand("v" + "-".join(map(str, ids)), spot.names) if ids else None


def by_team(spot: Spot) -> Hand | None:
    """The group or team of those who visit it; None when nobody does."""
    group = spot.assignment.group
    return Hand(f"g{group.id}", group.name) if spot.visitors and group else None


def by_group(spot: Spot) -> Hand | None:
    """The top-level group of those who visit it; None when nobody does."""
    group = spot.assignment.group
    top = (group.parent or group) if group else None
    return Hand(f"g{top.id}", top.name) if spot.visitors and top else None


Holder = Callable[[Spot], Hand | None]


def holder_of(found: Sequence[Spot]) -> Holder:
    """By what the households of a map are coloured: by who visits them while these can be told apart, else by team,
    else by group."""
    return next((by for by in (by_visitors, by_team) if len(_keys(found, by)) <= MOST_HANDS), by_group)


def _keys(found: Iterable[Spot], by: Holder) -> set[str]:
    return {hand.key for spot in found if (hand := by(spot))}


def hands_of(found: Iterable[Spot], by: Holder) -> list[Hand]:
    """Who has the households of a map, in the order in which one comes by them."""
    first: dict[str, Hand] = {}
    for spot in found:
        if hand := by(spot):
            first.setdefault(hand.key, hand)
    return list(first.values())
