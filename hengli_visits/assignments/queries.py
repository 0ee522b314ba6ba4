"""Reads of assignments that actions and pages share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import portions
from hengli_visits.assignments.scope import led, own, visible
from hengli_visits.assignments.targets import covering_groups
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Missing
from hengli_visits.households.queries import villages
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVisitor,
    Campaign,
    Group,
    GroupMember,
    Household,
    Member,
    Visit,
)

__all__ = [
    "Batch", "campaign_open", "covered_villages", "get_assignment", "get_batch", "led", "moves_of", "own", "seats_of", "tops_of",
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


def seats_of(session: Session, campaign_id: int, member_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each active member the groups of the campaign that they are in, with the top-level group above."""
    found: dict[int, dict[int, int]] = {}
    for portion in portions(member_ids):
        for member_id, group_id, parent_id in session.execute(
            select(GroupMember.member_id, Group.id, Group.parent_id)
            .join(Group, Group.id == GroupMember.group_id)
            .join(Member, Member.id == GroupMember.member_id)
            .where(
                GroupMember.member_id.in_(portion),
                GroupMember.left_at.is_(None),
                Group.campaign_id == campaign_id,
                Member.active,
            )
            .order_by(GroupMember.id)
        ):
            found.setdefault(member_id, {})[group_id] = parent_id or group_id
    return found


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
    """Of the assignments that one step moved those of which a visit arrived or that were moved again after it."""
    ids = [move.assignment_id for move in moves]
    first = min((move.id for move in moves), default=0)
    found: set[int] = set()
    for portion in portions(ids):
        visits = select(Visit.assignment_id).where(
            Visit.assignment_id.in_(portion), Visit.voided_at.is_(None), Visit.received_at >= moves[0].at
        )
        found.update(session.scalars(visits))
        later = select(AssignmentMove.assignment_id).where(
            AssignmentMove.assignment_id.in_(portion),
            AssignmentMove.id > first,
            AssignmentMove.batch.is_distinct_from(moves[0].batch),
        )
        found.update(session.scalars(later))
    return found


@dataclass(frozen=True)
class Batch:
    """One sharing out: how many households to whom, in which campaign, and whether it can still be undone."""

    campaign_id: int
    count: int
    hands: Sequence[tuple[tuple[str, ...], int]]
    undoable: bool


def get_batch(session: Session, actor: Actor, batch: UUID) -> Batch:
    """What one sharing out did. Raises `Missing` when the actor does not decide about all of it."""
    moves = moves_of(session, batch)
    held = {
        id_: campaign_id
        for portion in portions(move.assignment_id for move in moves)
        for id_, campaign_id in session.execute(
            select(Assignment.id, Assignment.campaign_id).where(Assignment.id.in_(portion), led(actor))
        )
    }
    if not moves or len(held) < len(moves):
        raise Missing
    got = Counter(tuple(move.after["visitors"]) for move in moves)
    names = {
        id_: name
        for portion in portions(id_ for members in got for id_ in members)
        for id_, name in session.execute(select(Member.id, Member.name).where(Member.id.in_(portion)))
    }
    return Batch(
        campaign_id=next(iter(held.values())),
        count=len(moves),
        hands=[(tuple(names[id_] for id_ in members), count) for members, count in got.items()],
        undoable=not touched_since(session, moves),
    )


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
