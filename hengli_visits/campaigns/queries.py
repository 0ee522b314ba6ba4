"""Reads of campaigns and their categories."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.campaigns import rules
from hengli_visits.campaigns.rules import SetUp
from hengli_visits.errors import Missing, require
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    CampaignMove,
    CampaignState,
    Category,
    DispatchRule,
    Group,
    GroupMember,
    Member,
    Organisation,
    OrganisationKind,
    RoleGrant,
)

FIRST = {CampaignState.RUNNING: 0, CampaignState.DRAFT: 1, CampaignState.CLOSED: 2, CampaignState.ARCHIVED: 3}


def visible(actor: Actor) -> ColumnElement[bool]:
    """Campaigns that the actor may look at: all for coordinators, those in which they lead for leaders."""
    if actor.is_coordinator:
        return true()
    if not actor.led_groups:
        return false()
    return Campaign.id.in_(select(Group.campaign_id).where(Group.id.in_(sorted(actor.led_groups))))


def get_campaign(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """A campaign. Raises `Missing` outside the actor's scope."""
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id, visible(actor)))
    if campaign is None:
        raise Missing
    return campaign


class Progress(NamedTuple):
    """Households to visit and how far they are: within the groups that a leader leads, all for coordinators."""

    total: int
    visited: int
    again: int
    unreachable: int


def progress(session: Session, actor: Actor, campaign_ids: Sequence[int]) -> dict[int, Progress]:
    """The progress of campaigns, by id. One query."""
    counts = [
        func.count(case((Assignment.state == state, 1)))
        for state in (AssignmentState.VISITED, AssignmentState.AGAIN, AssignmentState.UNREACHABLE)
    ]
    query = (
        select(Assignment.campaign_id, func.count(Assignment.id), *counts)
        .where(Assignment.campaign_id.in_(campaign_ids), Assignment.removed_at.is_(None))
        .group_by(Assignment.campaign_id)
    )
    if not actor.is_coordinator:
        query = query.where(Assignment.group_id.in_(sorted(actor.led_groups)))
    rows = session.execute(query)
    found = {campaign_id: Progress(total, *states) for campaign_id, total, *states in rows}
    return {one: found.get(one, Progress(0, 0, 0, 0)) for one in campaign_ids}


def campaigns(session: Session, actor: Actor) -> list[tuple[Campaign, Progress]]:
    """The campaigns that the actor may look at with their progress: running ones first, then those in preparation. Two
    queries. Raises `Missing` for who may see none of any kind."""
    require(rules.may_look(actor))
    query = select(Campaign).where(visible(actor)).order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    rows = sorted(session.scalars(query), key=lambda campaign: FIRST[campaign.state])
    numbers = progress(session, actor, [campaign.id for campaign in rows])
    return [(campaign, numbers[campaign.id]) for campaign in rows]


def moves_of(session: Session, campaign_id: int) -> list[tuple[CampaignMove, str | None]]:
    """The steps that a campaign has taken, with who took them, the latest first. One query."""
    query = (
        select(CampaignMove, Member.name)
        .outerjoin(Member, Member.id == CampaignMove.actor_id)
        .where(CampaignMove.campaign_id == campaign_id)
        .order_by(CampaignMove.id.desc())
    )
    return [(move, name) for move, name in session.execute(query)]


def categories_of(session: Session, campaign_id: int) -> Sequence[Category]:
    """A campaign's categories with their lead units, those in use first. One query."""
    return session.scalars(
        select(Category)
        .where(Category.campaign_id == campaign_id)
        .options(joinedload(Category.unit))
        .order_by(Category.active.desc(), Category.position, Category.id)
    ).all()


def get_category(session: Session, campaign: Campaign, category_id: int) -> Category:
    """A category of this campaign. Raises `Missing` for any other."""
    category = session.scalar(select(Category).where(Category.id == category_id, Category.campaign_id == campaign.id))
    if category is None:
        raise Missing
    return category


def units(session: Session) -> list[tuple[int, str]]:
    """The units that may lead a category, as (id, name): those in use that answer for the whole town. One query."""
    query = (
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active, Organisation.area_id.is_(None))
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in session.execute(query)]


def _led(group: type[Group]) -> Select[int]:
    """Ids of groups that have a leader of their own or of one of their teams."""
    team = aliased(Group)
    leads = exists().where(RoleGrant.group_id == group.id, holds(clock.today()))
    of_team = exists().where(team.parent_id == group.id, RoleGrant.group_id == team.id, holds(clock.today()))
    return select(group.id).where(or_(leads, of_team))


def set_up_of(session: Session, campaign_id: int) -> SetUp:
    """What stands ready in a campaign. One query."""
    target = select(func.count(Assignment.id)).where(
        Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None)
    )
    top = (Group.campaign_id == campaign_id, Group.parent_id.is_(None))
    groups = select(func.count(Group.id)).where(*top)
    members = (
        select(func.count(func.distinct(GroupMember.member_id)))
        .join(Group, Group.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(Group.campaign_id == campaign_id, GroupMember.left_at.is_(None), Member.active)
    )
    category = select(func.count(Category.id)).where(Category.campaign_id == campaign_id, Category.active)
    row = session.execute(
        select(
            target.scalar_subquery(),
            target.where(~exists().where(AssignmentVisitor.assignment_id == Assignment.id)).scalar_subquery(),
            groups.scalar_subquery(),
            groups.where(Group.id.not_in(_led(aliased(Group)))).scalar_subquery(),
            members.scalar_subquery(),
            category.scalar_subquery(),
            category.where(Category.unit_id.is_(None), ~Category.by_area).scalar_subquery(),
        )
    ).one()
    return SetUp(*row)


def every_unit(session: Session) -> list[tuple[int, str]]:
    """All units in use as (id, name), offices before village committees. One query."""
    query = (
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active)
        .order_by(Organisation.area_id.is_not(None), Organisation.id)
    )
    return [(row.id, row.name) for row in session.execute(query)]


def areas_below(session: Session) -> list[tuple[int, str]]:
    """The areas for which a rule of the catalogue may stand: all but the town itself. One query."""
    query = select(Area.id, Area.name).where(Area.parent_id.is_not(None)).order_by(Area.position, Area.id)
    return [(row.id, row.name) for row in session.execute(query)]


def dispatch_rules(session: Session, category_ids: Collection[int]) -> list[DispatchRule]:
    """The lines of the dispatch catalogue for these categories, those everywhere first. One query."""
    query = (
        select(DispatchRule)
        .where(DispatchRule.category_id.in_(category_ids))
        .join(Category, Category.id == DispatchRule.category_id)
        .outerjoin(Area, Area.id == DispatchRule.area_id)
        .options(joinedload(DispatchRule.area), joinedload(DispatchRule.lead_unit))
        .order_by(Category.position, Category.id, DispatchRule.area_id.is_not(None), Area.position, DispatchRule.id)
    )
    return list(session.scalars(query))


def get_dispatch_rule(session: Session, campaign: Campaign, rule_id: int) -> DispatchRule:
    """A line of a campaign's catalogue. Raises `Missing`."""
    own = select(Category.id).where(Category.campaign_id == campaign.id)
    rule = session.scalar(
        select(DispatchRule)
        .where(DispatchRule.id == rule_id, DispatchRule.category_id.in_(own))
        .options(joinedload(DispatchRule.area), joinedload(DispatchRule.category))
    )
    if rule is None:
        raise Missing
    return rule
