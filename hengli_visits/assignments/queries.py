"""Reads of assignments that actions and pages share."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.roster import seats_of
from hengli_visits.assignments.scope import led, own, visible
from hengli_visits.assignments.targets import covering_groups
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Missing
from hengli_visits.households.queries import villages
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    Group,
    Household,
    Visit,
)
from hengli_visits.orm import portions

__all__ = [
    "campaign_open", "can_undo", "can_undo_by_hand", "covered_villages", "get_assignment", "led", "made_by_hand",
    "moves_of", "own", "seats_of", "tops_of",
    "touched_since", "visible", "visited_ids",
    "without_group",
]  # fmt: skip


def get_assignment(session: Session, actor: Actor, assignment_id: int) -> Assignment:
    """The assignment with its campaign, household and area, group with the one above, visitors with their members.
    Raises `Missing` when it is not there or out of the actor's scope."""
    assignment = session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id, visible(actor))
        .options(
            joinedload(Assignment.campaign),
            joinedload(Assignment.household).joinedload(Household.area),
            joinedload(Assignment.group).joinedload(Group.parent),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
    )
    if assignment is None:
        raise Missing
    return assignment


def tops_of(session: Session, campaign_id: int) -> dict[int, int]:
    """For each group and team of a campaign the top-level group above it, or itself."""
    rows = session.execute(select(Group.id, Group.parent_id).where(Group.campaign_id == campaign_id))
    return {row.id: row.parent_id or row.id for row in rows}


def visited_ids(session: Session, ids: Iterable[int]) -> set[int]:
    """Of these assignments those with a visit that is not voided."""
    found: set[int] = set()
    for portion in portions(ids):
        found.update(
            session.scalars(
                select(Visit.assignment_id).where(Visit.assignment_id.in_(portion), Visit.voided_at.is_(None))
            )
        )
    return found


def moves_of(session: Session, batch: UUID) -> list[AssignmentMove]:
    """The moves of one sharing out."""
    return list(
        session.scalars(select(AssignmentMove).where(AssignmentMove.batch == batch).order_by(AssignmentMove.id))
    )


def touched_since(session: Session, moves: Sequence[AssignmentMove]) -> set[int]:
    """Of the assignments that one step moved those that were visited or moved again after it; a visit counts from when
    the server had it."""
    ids = [move.assignment_id for move in moves]
    first = min((move.id for move in moves), default=0)
    found: set[int] = set()
    for portion in portions(ids):
        since = (Visit.received_at >= moves[0].at) & Visit.voided_at.is_(None)
        found.update(session.scalars(select(Visit.assignment_id).where(Visit.assignment_id.in_(portion), since)))
        later = select(AssignmentMove.assignment_id).where(
            AssignmentMove.assignment_id.in_(portion),
            AssignmentMove.id > first,
            AssignmentMove.batch.is_distinct_from(moves[0].batch),
        )
        found.update(session.scalars(later))
    return found


def can_undo(session: Session, batch: UUID) -> bool:
    """Whether one step can be taken back: it did something, and nothing of it was visited or changed since."""
    moves = moves_of(session, batch)
    return bool(moves) and not touched_since(session, moves)


def without_group(session: Session, campaign_id: int) -> int:
    """How many targets of a campaign belong to no group, so that no leader has them."""
    query = select(func.count(Assignment.id)).where(
        Assignment.campaign_id == campaign_id, Assignment.group_id.is_(None), Assignment.removed_at.is_(None)
    )
    return session.scalar(query) or 0


def covered_villages(session: Session, campaign_id: int) -> list[Area]:
    """The villages where a campaign goes: those that its groups cover, all of the town when they name none. Two
    queries."""
    paths = tuple(path for covered in covering_groups(session, campaign_id).values() for path in covered)
    return [area for area in villages(session) if not paths or area.path.startswith(paths)]


def campaign_open(session: Session, campaign_id: int) -> bool:
    """Whether targets and visitors of a campaign may still change."""
    state = session.scalar(select(Campaign.state).where(Campaign.id == campaign_id))
    return state is not None and may_change_set_up(state)


def can_undo_by_hand(session: Session, actor: Actor, step: UUID) -> bool:
    """Whether the actor can still take a step back: they decide about all that it moved, and nobody has been there or
    changed any of it since."""
    moves = moves_of(session, step)
    if not made_by_hand(moves):
        return False
    ids = {move.assignment_id for move in moves}
    held = select(func.count(Assignment.id)).where(led(actor))
    count = sum(session.scalar(held.where(Assignment.id.in_(portion))) or 0 for portion in portions(ids))
    return count == len(ids) and not touched_since(session, moves)


def made_by_hand(moves: Sequence[AssignmentMove]) -> bool:
    """Whether these moves are a step of somebody's hand and not, for one, an applied plan, which is undone as such."""
    by_hand = (AssignmentVerb.GIVE, AssignmentVerb.TAKE_BACK, AssignmentVerb.SWAP)
    return bool(moves) and all(move.verb in by_hand for move in moves)
