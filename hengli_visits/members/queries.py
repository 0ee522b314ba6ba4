"""Reads of the roster of people and organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.members import rules
from hengli_visits.members.scope import visible
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    AuditEntry,
    Campaign,
    CampaignState,
    Gender,
    Group,
    GroupMember,
    Member,
    Organisation,
    OrganisationKind,
    RoleGrant,
    Sector,
    Standing,
)
from hengli_visits.paging import Page, paginate
from hengli_visits.search import ESCAPE, SEARCH_LENGTH, name_clause, pattern, tidy


def count_reveals(session: Session, actor: Actor) -> int:
    """How many phone numbers, of residents and members, the actor has looked at within the last hour."""
    return (
        session.scalar(
            select(func.count(AuditEntry.id)).where(
                AuditEntry.actor_id == actor.recorded_id,
                AuditEntry.action.in_(rules.REVEAL_ACTIONS),
                AuditEntry.at > clock.now() - rules.REVEAL_SPAN,
            )
        )
        or 0
    )


def matches(words: str) -> ColumnElement[bool]:
    """Members whose name, 拼音, initials, staff number or phone begin with or hold the words."""
    typed = tidy(words)[:SEARCH_LENGTH]
    found = name_clause(Member, words)
    if len(typed) >= 3:
        number = Member.staff_number.ilike(pattern(words), escape=ESCAPE)
        found = or_(found, number, Member.phone.startswith(typed, autoescape=True, escape=ESCAPE))
    return found


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the roster; None and empty mean all."""

    text: str = ""
    branch_id: int | None = None
    sector: Sector | None = None
    area_id: int | None = None
    standing: Standing | None = None
    gender: Gender | None = None
    resting: bool = False

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        """What a member must meet. The branch is joined."""
        found: list[ColumnElement[bool]] = [Member.active.is_(not self.resting)]
        if self.text.strip():
            found.append(matches(self.text))
        if self.branch_id is not None:
            found.append(Member.branch_id == self.branch_id)
        if self.sector is not None:
            found.append(Organisation.sector == self.sector)
        if self.area_id is not None:
            found.append(Member.area_id == self.area_id)
        if self.standing is not None:
            found.append(Member.standing == self.standing)
        if self.gender is not None:
            found.append(Member.gender == self.gender)
        return found


def roster(actor: Actor, wanted: Wanted) -> Select[Member]:
    """What is wanted of the roster, by name; branch and area are joined. Raises `Missing` for who may not see it all."""
    require(rules.may_edit(actor))
    return (
        select(Member)
        .outerjoin(Member.branch)
        .outerjoin(Member.area)
        .where(*wanted.clauses)
        .order_by(Member.pinyin, Member.id)
    )


def page_of_members(session: Session, actor: Actor, wanted: Wanted, number: int) -> Page[Member]:
    """A page of the roster with branch and area. Two queries. Raises `Missing` for who may not see it all."""
    query = roster(actor, wanted).options(contains_eager(Member.branch), contains_eager(Member.area))
    return paginate(session, query, number)


class Facets(NamedTuple):
    """What one may choose from: branches and villages as (id, name)."""

    branches: Sequence[tuple[int, str]]
    areas: Sequence[tuple[int, str]]


def facets(session: Session, sector: Sector | None = None) -> Facets:
    """The branches, of one sector when it is given, and the areas below the town. Two queries."""
    branches = (
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrganisationKind.BRANCH, Organisation.active)
        .order_by(Organisation.sector, Organisation.id)
    )
    if sector is not None:
        branches = branches.where(Organisation.sector == sector)
    areas = select(Area.id, Area.name).where(Area.parent_id.is_not(None)).order_by(Area.position, Area.id)
    return Facets(
        branches=[(row.id, row.name) for row in session.execute(branches)],
        areas=[(row.id, row.name) for row in session.execute(areas)],
    )


def get_member(session: Session, actor: Actor, member_id: int) -> Member:
    """A member with branch, area, account and roles. Raises `Missing` outside the actor's scope."""
    member = session.scalar(
        select(Member)
        .where(Member.id == member_id, visible(actor))
        .options(
            joinedload(Member.branch),
            joinedload(Member.area),
            joinedload(Member.account),
            selectinload(Member.grants.and_(holds(clock.today()))).options(
                joinedload(RoleGrant.area), joinedload(RoleGrant.organisation)
            ),
        )
    )
    if member is None:
        raise Missing
    return member


class Place(NamedTuple):
    """A member's part in a campaign: as a visitor (`left` or still in), or as a leader of that group."""

    campaign: str
    campaign_state: CampaignState
    group_id: int
    group: str
    parent: str | None
    leads: bool
    left: bool
    households: int
    visited: int


def find_member(session: Session, actor: Actor, member_id: int) -> Member | None:
    """The bare member, or None when there is none whom the actor may see."""
    return session.scalar(select(Member).where(Member.id == member_id, visible(actor)))


def places_of(session: Session, actor: Actor, member_id: int) -> list[Place]:
    """Where a member visits or leads, newest campaign first, with the member's own households there. Leaders see the
    groups that they lead. One query."""
    parent = aliased(Group)
    own = select(
        func.count(Assignment.id), func.count(case((Assignment.state == AssignmentState.VISITED, Assignment.id)))
    ).join(AssignmentVisitor, AssignmentVisitor.assignment_id == Assignment.id)
    own = own.where(
        AssignmentVisitor.member_id == member_id,
        Assignment.campaign_id == Campaign.id,
        Assignment.removed_at.is_(None),
    )
    total, visited = (own.with_only_columns(column).scalar_subquery() for column in own.selected_columns)
    leads = exists().where(RoleGrant.member_id == member_id, RoleGrant.group_id == Group.id, holds(clock.today()))
    query = (
        select(
            Campaign.name, Campaign.state, Group.id, Group.name, parent.name, leads, GroupMember.id,
            GroupMember.left_at, total, visited,
        )
        .join(Campaign, Campaign.id == Group.campaign_id)
        .outerjoin(parent, parent.id == Group.parent_id)
        .outerjoin(GroupMember, and_(GroupMember.group_id == Group.id, GroupMember.member_id == member_id))
        .where(or_(GroupMember.id.is_not(None), leads))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc(), GroupMember.left_at.is_not(None), Group.position)
    )  # fmt: skip
    if not actor.is_coordinator:
        query = query.where(Group.id.in_(sorted(actor.led_groups)))
    return [
        Place(campaign, state, group_id, group, upper, leading, bool(row_id and left), households, done)
        for campaign, state, group_id, group, upper, leading, row_id, left, households, done in session.execute(query)
    ]


class Branch(NamedTuple):
    """A branch or unit with how many active members it has, and how many categories it leads."""

    organisation: Organisation
    members: int


def organisations(session: Session, actor: Actor, kind: OrganisationKind, text: str = "") -> list[Branch]:
    """All branches, or all units, with their area and how many members are in them (branches) or handle issues for
    them (units). One query. Raises `Missing` for who may not see them."""
    require(rules.may_see_organisations(actor))
    if kind == OrganisationKind.BRANCH:
        people = select(func.count(Member.id)).where(Member.branch_id == Organisation.id, Member.active)
    else:
        people = select(func.count(RoleGrant.id)).where(RoleGrant.organisation_id == Organisation.id)
    query = (
        select(Organisation, people.scalar_subquery())
        .outerjoin(Organisation.area)
        .options(contains_eager(Organisation.area))
        .where(Organisation.kind == kind)
        .order_by(Organisation.active.desc(), Organisation.sector, Organisation.id)
    )
    if text.strip():
        query = query.where(Organisation.name.ilike(pattern(text), escape=ESCAPE))
    return [Branch(organisation, count) for organisation, count in session.execute(query)]


def get_organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """A branch or a unit. Raises `Missing` for who may not see them."""
    require(rules.may_see_organisations(actor))
    organisation = session.scalar(
        select(Organisation).where(Organisation.id == organisation_id).options(joinedload(Organisation.area))
    )
    if organisation is None:
        raise Missing
    return organisation
