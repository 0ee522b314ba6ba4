"""Roles with what they hang on: areas, groups, units."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.rules import SCOPES
from hengli_visits.accounts.standing import holds
from hengli_visits.models import (
    Area,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Organisation,
    OrganisationKind,
    Role,
    RoleGrant,
)

LIVE_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.CLOSED)
"""Campaigns whose groups still give their leaders and visitors something to see. Archived ones do not."""


@dataclass(frozen=True)
class Place:
    """A role with what it hangs on: its scope's name and, for groups, the campaign. `grant_id` is None for plain
    membership of a group, whose `role` is None."""

    grant_id: int | None
    role: Role | None
    scope: str
    campaign: str
    group_id: int | None


def places(session: Session, member_id: int) -> list[Place]:
    """A member's roles, the groups visited for (of campaigns that are not archived) last."""
    grants = session.execute(
        select(RoleGrant, Area.name, Organisation.name, Group.name, Campaign.name)
        .outerjoin(Area, Area.id == RoleGrant.area_id)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .outerjoin(Group, Group.id == RoleGrant.group_id)
        .outerjoin(Campaign, Campaign.id == Group.campaign_id)
        .where(RoleGrant.member_id == member_id, holds(clock.today()))
        .order_by(RoleGrant.id)
    )
    found = [
        Place(grant.id, grant.role, area or unit or group or "", campaign or "", grant.group_id)
        for grant, area, unit, group, campaign in grants
    ]
    visited = session.execute(
        select(Group.id, Group.name, Campaign.name)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .join(Campaign, Campaign.id == Group.campaign_id)
        .where(
            GroupMember.member_id == member_id,
            GroupMember.left_at.is_(None),
            Campaign.state.in_(LIVE_CAMPAIGNS),
        )
        .order_by(Campaign.starts_on.desc(), Group.position)
    )
    return found + [Place(None, None, group, campaign, group_id) for group_id, group, campaign in visited]


def roles_of(session: Session, member_id: int) -> frozenset[Role]:
    """The roles that a member has today."""
    query = select(RoleGrant.role).where(RoleGrant.member_id == member_id, holds(clock.today()))
    return frozenset(session.scalars(query))


def scope_choices(session: Session, role: Role) -> list[tuple[int, str]]:
    """What a role may hang on, as (id, name): areas, groups or teams of campaigns that are not archived, units."""
    scope = SCOPES[role]
    if scope == "area_id":
        return [(i, name) for i, name in session.execute(select(Area.id, Area.name).order_by(Area.position, Area.id))]
    if scope == "organisation_id":
        units = (
            select(Organisation.id, Organisation.name)
            .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active)
            .order_by(Organisation.area_id.is_not(None), Organisation.name)
        )
        return [(i, name) for i, name in session.execute(units)]
    if scope == "group_id":
        level = Group.parent_id.is_(None) if role is Role.GROUP_LEADER else Group.parent_id.is_not(None)
        groups = (
            select(Group.id, Group.name, Campaign.name)
            .join(Campaign, Campaign.id == Group.campaign_id)
            .where(level, Campaign.state.in_(LIVE_CAMPAIGNS))
            .order_by(Campaign.starts_on.desc(), Group.position, Group.id)
        )
        return [(i, f"{campaign} · {name}") for i, name, campaign in session.execute(groups)]
    return []
