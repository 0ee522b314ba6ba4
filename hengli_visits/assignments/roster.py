"""Who of a campaign's groups can take households, and what each has already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.scope import leads, led
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Group,
    GroupMember,
    Member,
)
from hengli_visits.orm import portions

_NOBODY = (
    Assignment.removed_at.is_(None),
    Assignment.state.in_(OPEN_STATES),
    ~exists().where(AssignmentVisitor.assignment_id == Assignment.id),
)


@dataclass(frozen=True)
class Candidate:
    """A member of a group with the households of the campaign that they have: all, and those visited. `sounds` are
    the 拼音 of the name and its initials."""

    member_id: int
    name: str
    group_id: int
    given: int = 0
    visited: int = 0
    sounds: str = ""
    phone: str | None = None


def led_groups(session: Session, actor: Actor, campaign_id: int) -> list[Group]:
    """The groups and teams of a campaign that the actor leads (all, for a coordinator), each group followed by its
    teams. One query."""
    top = aliased(Group)
    query = (
        select(Group)
        .join(top, top.id == func.coalesce(Group.parent_id, Group.id))
        .where(Group.campaign_id == campaign_id, leads(actor))
        .order_by(top.position, top.id, Group.parent_id.is_not(None), Group.position, Group.id)
    )
    return list(session.scalars(query))


def seats_of(session: Session, campaign_id: int | None, member_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each active member the groups of the campaign (None: of all) that they are in, with the top-level group
    above."""
    seats = (
        select(GroupMember.member_id, Group.id, Group.parent_id)
        .join(Group, Group.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(GroupMember.left_at.is_(None), Member.active)
        .order_by(GroupMember.id)
    )
    if campaign_id is not None:
        seats = seats.where(Group.campaign_id == campaign_id)
    found: dict[int, dict[int, int]] = {}
    for portion in portions(member_ids):
        for member_id, group_id, parent_id in session.execute(seats.where(GroupMember.member_id.in_(portion))):
            found.setdefault(member_id, {})[group_id] = parent_id or group_id
    return found


def candidates(session: Session, campaign_id: int, group_ids: Collection[int]) -> dict[int, list[Candidate]]:
    """The members of these groups by group, in the order of the roster, with their loads."""
    members = (
        select(Member.id, Member.name, Member.pinyin, Member.initials, Member.phone, GroupMember.group_id)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .where(GroupMember.group_id.in_(sorted(group_ids)), GroupMember.left_at.is_(None), Member.active)
        .order_by(GroupMember.id)
    )
    loads = {
        row.member_id: (row.given, row.visited)
        for row in session.execute(
            select(
                AssignmentVisitor.member_id,
                func.count().label("given"),
                func.sum(case((Assignment.state == AssignmentState.VISITED, 1), else_=0)).label("visited"),
            )
            .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
            .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
            .group_by(AssignmentVisitor.member_id)
        )
    }
    found: dict[int, list[Candidate]] = {}
    for row in session.execute(members):
        given, visited = loads.get(row.id, (0, 0))
        one = Candidate(row.id, row.name, row.group_id, given, int(visited), f"{row.pinyin} {row.initials}", row.phone)
        found.setdefault(row.group_id, []).append(one)
    return found


def heads(groups: Sequence[Group]) -> list[Group]:
    """Of these groups and teams those that no other of them stands above."""
    ids = {group.id for group in groups}
    return [group for group in groups if group.parent_id not in ids]


def waiting_counts(session: Session, actor: Actor, campaign_id: int, groups: Sequence[Group]) -> dict[int, int]:
    """How many households of each of these groups (its teams counted in) have nobody to go there yet."""
    rows = session.execute(
        select(Assignment.group_id, func.count())
        .where(led(actor), Assignment.campaign_id == campaign_id, *_NOBODY)
        .group_by(Assignment.group_id)
    )
    own = {row[0]: row[1] for row in rows}
    return {
        group.id: sum(own.get(part.id, 0) for part in groups if group.id in (part.id, part.parent_id))
        for group in groups
    }


def target_counts(session: Session, campaign_id: int, group_ids: Collection[int]) -> dict[int | None, int]:
    """How many targets each of these groups has, and how many have no group (None)."""
    within = or_(Assignment.group_id.in_(sorted(group_ids)), Assignment.group_id.is_(None))
    rows = session.execute(
        select(Assignment.group_id, func.count())
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None), within)
        .group_by(Assignment.group_id)
    )
    return {row[0]: row[1] for row in rows}
