"""Reads of groups and teams."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.groups import rules
from hengli_visits.members.queries import matches
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    Device,
    Group,
    GroupMember,
    Member,
    Organisation,
    RoleGrant,
)
from hengli_visits.paging import Page, paginate


def visible(actor: Actor) -> ColumnElement[bool]:
    """Groups and teams that the actor may see: all for coordinators, those led with their teams for leaders."""
    if actor.is_coordinator:
        return true()
    if not actor.led_groups:
        return false()
    return Group.id.in_(sorted(actor.led_groups))


def get_group(session: Session, actor: Actor, group_id: int) -> Group:
    """A group or team with campaign, parent, villages and leaders. Raises `Missing` outside the actor's scope.
    One query: villages and leaders are few."""
    group = (
        session.scalars(
            select(Group)
            .where(Group.id == group_id, visible(actor))
            .options(
                joinedload(Group.campaign),
                joinedload(Group.parent),
                joinedload(Group.areas),
                joinedload(Group.leader_grants.and_(holds(clock.today()))).joinedload(RoleGrant.member),
            )
        )
        .unique()
        .one_or_none()
    )
    if group is None:
        raise Missing
    return group


class Figures(NamedTuple):
    """How many members are in a group, and its households: all, and visited. Teams not counted."""

    members: int = 0
    households: int = 0
    visited: int = 0

    def with_(self, others: Sequence["Figures"]) -> "Figures":
        """These figures and others together."""
        members, households, visited = (sum(column) for column in zip(self, *others, strict=True))
        return Figures(members, households, visited)


class Branch(NamedTuple):
    """A group with the figures of it and its teams together, and its teams each with their own."""

    group: Group
    figures: Figures
    teams: Sequence[tuple[Group, Figures]]


def _with_figures() -> Select[Any]:
    people = (
        select(func.count(GroupMember.id))
        .join(Member, Member.id == GroupMember.member_id)
        .where(GroupMember.group_id == Group.id, GroupMember.left_at.is_(None), Member.active)
    )
    homes = (
        select(
            Assignment.group_id,
            func.count(Assignment.id).label("households"),
            func.count(case((Assignment.state == AssignmentState.VISITED, 1))).label("visited"),
        )
        .where(Assignment.removed_at.is_(None), Assignment.group_id.is_not(None))
        .group_by(Assignment.group_id)
        .subquery()
    )
    return (
        select(Group, people.scalar_subquery(), homes.c.households, homes.c.visited)
        .outerjoin(homes, homes.c.group_id == Group.id)
        .options(selectinload(Group.leader_grants.and_(holds(clock.today()))).joinedload(RoleGrant.member))
        .order_by(Group.position, Group.id)
    )


def tree(session: Session, actor: Actor, campaign_id: int) -> list[Branch]:
    """The groups of a campaign with their teams, leaders, villages and figures, as far as the actor may see them: the
    leader of a team sees it alone. Three queries."""
    query = _with_figures().where(Group.campaign_id == campaign_id, visible(actor))
    rows = session.execute(query.options(selectinload(Group.areas))).all()
    figures = {group.id: Figures(people, homes or 0, visited or 0) for group, people, homes, visited in rows}
    tops = [row[0] for row in rows if row[0].parent_id is None or row[0].parent_id not in figures]
    below: dict[int | None, list[tuple[Group, Figures]]] = {}
    for row in rows:
        below.setdefault(row[0].parent_id, []).append((row[0], figures[row[0].id]))
    return [
        Branch(top, figures[top.id].with_([one for _team, one in below.get(top.id, [])]), below.get(top.id, []))
        for top in tops
    ]


def teams_of(session: Session, group: Group) -> list[tuple[Group, Figures]]:
    """The teams of a group with leaders and figures. Two queries."""
    rows = session.execute(_with_figures().where(Group.parent_id == group.id))
    return [(team, Figures(people, homes or 0, visited or 0)) for team, people, homes, visited in rows]


def page_of_members(session: Session, group: Group, words: str, number: int) -> Page[Member]:
    """Who is in a group or team now, with branches. Two queries, for who may see the group."""
    query = (
        select(Member)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .outerjoin(Member.branch)
        .options(contains_eager(Member.branch))
        .where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None), Member.active)
        .order_by(Member.pinyin, Member.id)
    )
    if words.strip():
        query = query.where(matches(words))
    return paginate(session, query, number)


def everybody_in(group_id: int) -> Select[int]:
    """The ids of who is in a group or one of its teams now."""
    within = select(Group.id).where(or_(Group.id == group_id, Group.parent_id == group_id))
    return select(GroupMember.member_id).where(GroupMember.group_id.in_(within), GroupMember.left_at.is_(None))


def count_holding(session: Session, group: Group) -> int:
    """How many of a group and its teams have a phone on which records still wait to be sent. One query."""
    return (
        session.scalar(
            select(func.count(Device.member_id.distinct()))
            .join(Member, Member.id == Device.member_id)
            .where(
                Device.member_id.in_(everybody_in(group.id)),
                Device.ended_at.is_(None),
                Device.unsent > 0,
                Member.active,
            )
        )
        or 0
    )


def households_of(session: Session, group: Group, members: Sequence[Member]) -> dict[int, tuple[int, int]]:
    """How many households each of these members visits in the group's campaign, and how many are visited, by member
    id. One query at most."""
    if not members:
        return {}
    rows = session.execute(
        select(
            AssignmentVisitor.member_id,
            func.count(Assignment.id),
            func.count(case((Assignment.state == AssignmentState.VISITED, 1))),
        )
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(
            AssignmentVisitor.member_id.in_([member.id for member in members]),
            Assignment.campaign_id == group.campaign_id,
            Assignment.removed_at.is_(None),
        )
        .group_by(AssignmentVisitor.member_id)
    )
    return {member_id: (households, visited) for member_id, households, visited in rows}


@dataclass(frozen=True)
class Wanted:
    """Whom to look for on the roster; `free` leaves out who has a place in the campaign already. `leading`: somebody to
    lead the group, who may well be in it."""

    text: str = ""
    branch_id: int | None = None
    area_id: int | None = None
    free: bool = False
    leading: bool = False


def page_of_roster(
    session: Session, actor: Actor, group: Group, wanted: Wanted, number: int
) -> tuple[Page[Member], dict[int, str]]:
    """Whom one may add to a group: active members who are not in it (or do not lead it), with branch and area, those
    who live in its villages first; and by member id the name of their present group or team in the campaign. A leader
    finds those without a place and those of led groups. Three queries. Raises `Missing` for who may not add."""
    require(rules.may_run(actor, group))
    other = aliased(Group)
    seat = (
        select(GroupMember.member_id, GroupMember.group_id)
        .join(other, other.id == GroupMember.group_id)
        .where(other.campaign_id == group.campaign_id, GroupMember.left_at.is_(None))
        .subquery()
    )
    homes = [area.id for area in group.areas]
    near = case((seat.c.group_id == group.id, 0), (Member.area_id.in_(homes), 1), else_=2)
    query = (
        select(Member)
        .outerjoin(seat, seat.c.member_id == Member.id)
        .outerjoin(Member.branch)
        .outerjoin(Member.area)
        .options(contains_eager(Member.branch), contains_eager(Member.area))
        .where(Member.active)
        .order_by(near, Organisation.id.is_(None), Organisation.id, Member.pinyin, Member.id)
    )
    if wanted.leading:
        query = query.where(
            ~exists().where(RoleGrant.group_id == group.id, RoleGrant.member_id == Member.id, holds(clock.today()))
        )
    else:
        query = query.where(or_(seat.c.group_id.is_(None), seat.c.group_id != group.id))
    if wanted.free:
        query = query.where(seat.c.group_id.is_(None))
    elif not actor.is_coordinator:
        query = query.where(or_(seat.c.group_id.is_(None), seat.c.group_id.in_(sorted(actor.led_groups))))
    if wanted.text.strip():
        query = query.where(matches(wanted.text))
    if wanted.branch_id is not None:
        query = query.where(Member.branch_id == wanted.branch_id)
    if wanted.area_id is not None:
        query = query.where(Member.area_id == wanted.area_id)
    page = paginate(session, query, number)
    ids = [member.id for member in page.items]
    places = select(seat.c.member_id, Group.name).join(Group, Group.id == seat.c.group_id)
    rows = session.execute(places.where(seat.c.member_id.in_(ids)))
    return page, {row.member_id: row.name for row in rows}


def next_name(session: Session, campaign: Campaign, parent: Group | None) -> str:
    """A free name for the next group (第3组) or team (第3组第2小组). One query."""
    taken = set(session.scalars(select(Group.name).where(Group.campaign_id == campaign.id)))
    above, kind = (parent.name, "小组") if parent else ("", "组")
    return next(name for name in (f"{above}第{number}{kind}" for number in itertools.count(1)) if name not in taken)


def count_households(session: Session, group: Group, member_id: int) -> int:
    """How many households a member still has to visit in the group's campaign. One query."""
    return (
        session.scalar(
            select(func.count(Assignment.id))
            .join(AssignmentVisitor, AssignmentVisitor.assignment_id == Assignment.id)
            .where(
                AssignmentVisitor.member_id == member_id,
                Assignment.campaign_id == group.campaign_id,
                Assignment.removed_at.is_(None),
                Assignment.state != AssignmentState.VISITED,
            )
        )
        or 0
    )


class Place(NamedTuple):
    """Where somebody belongs in a campaign: in a group now (as a visitor, or because they lead it), or once."""

    group_id: int
    now: bool


def place_in(session: Session, actor: Actor, campaign_id: int) -> Place | None:
    """The actor's place in a campaign: the team or group in which they visit, else the one that they lead, else the
    one that they left last. None for who never had one. One query, two for who is no visitor there."""
    seats = session.execute(
        select(GroupMember.group_id, GroupMember.left_at)
        .join(Group, Group.id == GroupMember.group_id)
        .where(GroupMember.member_id == actor.id, Group.campaign_id == campaign_id)
        .order_by(Group.parent_id.is_(None), Group.id)
    ).all()
    if (now := next((row for row in seats if row.left_at is None), None)) is not None:
        return Place(now.group_id, now=True)
    led = session.scalar(
        select(Group.id)
        .where(Group.id.in_(sorted(actor.led_groups)), Group.campaign_id == campaign_id)
        .order_by(Group.parent_id.is_not(None), Group.id)
        .limit(1)
    )
    if led is not None:
        return Place(led, now=True)
    last = max(seats, key=lambda row: row.left_at, default=None)
    return Place(last.group_id, now=False) if last else None
