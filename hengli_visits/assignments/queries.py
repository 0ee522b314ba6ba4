"""Reads of assignments that actions and pages share."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import portions
from hengli_visits.assignments.scope import led, own, visible
from hengli_visits.errors import Missing
from hengli_visits.models import (
    Assignment,
    AssignmentVisitor,
    Group,
    GroupMember,
    Household,
    Member,
    Visit,
)

__all__ = ["get_assignment", "led", "own", "seats_of", "tops_of", "visible", "visited_ids"]


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
