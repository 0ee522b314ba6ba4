"""Who of a campaign's groups can take households, and what each has already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import LAST_DOOR, OPEN_STATES
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.sharing import Place, Pool, in_pairs
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Group,
    GroupMember,
    Household,
    Member,
)

_NOBODY = (
    Assignment.removed_at.is_(None),
    Assignment.state.in_(OPEN_STATES),
    ~exists().where(AssignmentVisitor.assignment_id == Assignment.id),
)


@dataclass(frozen=True)
class Candidate:
    """A member of a group with the households of the campaign that they have: all, and those visited."""

    member_id: int
    name: str
    group_id: int
    given: int = 0
    visited: int = 0


def led_groups(session: Session, actor: Actor, campaign_id: int) -> list[Group]:
    """The groups and teams of a campaign that the actor leads, each group before its teams."""
    query = select(Group).where(Group.campaign_id == campaign_id)
    if not actor.is_coordinator:
        query = query.where(Group.id.in_(sorted(actor.led_groups)))
    found = list(session.scalars(query.order_by(Group.position, Group.id)))
    place = {group.id: number for number, group in enumerate(found)}
    return sorted(found, key=lambda g: (place.get(g.parent_id or g.id, -1), g.parent_id is not None, place[g.id]))


def candidates(session: Session, campaign_id: int, group_ids: Collection[int]) -> dict[int, list[Candidate]]:
    """The members of these groups by group, in the order of the roster, with their loads."""
    members = (
        select(Member.id, Member.name, GroupMember.group_id)
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
        found.setdefault(row.group_id, []).append(Candidate(row.id, row.name, row.group_id, given, int(visited)))
    return found


def tasks_of(session: Session, campaign_id: int) -> dict[int, frozenset[int]]:
    """The assignments of a campaign that each member has."""
    found: dict[int, set[int]] = {}
    for member_id, assignment_id in session.execute(
        select(AssignmentVisitor.member_id, AssignmentVisitor.assignment_id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
    ):
        found.setdefault(member_id, set()).add(assignment_id)
    return {member_id: frozenset(ids) for member_id, ids in found.items()}


@dataclass(frozen=True)
class Waiting:
    """A household that waits for visitors."""

    place: Place
    group_id: int
    village: str
    street: str


def waiting(session: Session, actor: Actor, campaign_id: int, group_ids: Collection[int]) -> list[Waiting]:
    """The households of these groups to which nobody goes yet, as far as the actor decides about them."""
    rows = session.execute(
        select(
            Assignment.id,
            Assignment.group_id,
            Area.position,
            Area.id.label("area_id"),
            Area.name,
            Household.street,
            Household.street_order,
            Household.door_number,
            Household.door,
        )
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(
            led(actor),
            Assignment.campaign_id == campaign_id,
            Assignment.group_id.in_(sorted(group_ids)),
            *_NOBODY,
        )
    )
    return [
        Waiting(
            Place((row.position, row.area_id), row.street_order, row.door_number or LAST_DOOR, row.door, row.id),
            row.group_id,
            row.name,
            row.street,
        )
        for row in rows
    ]


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


def pools_of(
    groups: Sequence[Group],
    chosen: Collection[int],
    rosters: dict[int, list[Candidate]],
    households: Sequence[Waiting],
    *,
    pairs: bool,
) -> list[Pool]:
    """The pools to share out: a team's own households among its members, then those of the group itself among all of
    its members. `chosen` holds groups and teams; a group stands for its teams too. Pairs are of one team."""
    pools: list[Pool] = []
    parts: dict[int, list[tuple[int, ...]]] = {}
    for group in groups:
        own = [candidate.member_id for candidate in rosters.get(group.id, ())]
        parts[group.id] = in_pairs(own) if pairs else [(member_id,) for member_id in own]
    for group in groups:
        if group.id not in chosen or group.parent_id in chosen:
            continue
        teams = [team for team in groups if team.parent_id == group.id]
        everybody = [hands for part in (*teams, group) for hands in parts[part.id]]
        for part, hands in [*((team, parts[team.id]) for team in teams), (group, everybody)]:
            places = tuple(w.place for w in households if w.group_id == part.id)
            pools.append(Pool(places, tuple(hands)))
    return pools
