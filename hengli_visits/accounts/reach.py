"""For whom an actor may make a sign-in card. Who holds a card can take the account over, so nobody may make one for an
account that can do more than their own."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.accounts.rules import LEADER_ROLES
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.models import (
    WORKING_CAMPAIGNS,
    Account,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Member,
    Role,
    RoleGrant,
)


def _belongs_to(groups: Iterable[int]) -> ColumnElement[bool]:
    ids = list(groups)
    return or_(
        Member.id.in_(
            select(GroupMember.member_id).where(GroupMember.group_id.in_(ids), GroupMember.left_at.is_(None))
        ),
        Member.id.in_(
            select(RoleGrant.member_id).where(
                RoleGrant.group_id.in_(ids), RoleGrant.role.in_(LEADER_ROLES), holds(clock.today())
            )
        ),
    )


def _within(actor: Actor) -> ColumnElement[bool]:
    if actor.is_administrator or actor.is_coordinator:
        return true()
    return _belongs_to(actor.led_groups)


def get_target(session: Session, actor: Actor, member_id: int) -> Member:
    """A member for whom the actor may ask for a card, with account. Raises `Missing` for everybody else."""
    member = session.scalars(
        select(Member)
        .where(Member.id == member_id, Member.active, _within(actor))
        .options(joinedload(Member.account), selectinload(Member.grants.and_(holds(clock.today()))))
    ).one_or_none()
    if member is None:
        raise Missing
    return member


def may_card(session: Session, actor: Actor, member_id: int) -> bool:
    """Whether the actor would get a sign-in card for this member; nobody asks for one of their own."""
    account_open = or_(~Member.account.has(), Member.account.has(Account.disabled_at.is_(None)))
    wanted = select(Member.id).where(Member.id == member_id, Member.active, account_open, _within(actor))
    known = member_id != actor.id and session.scalar(wanted) is not None
    return known and not beyond(session, actor, [member_id])


def get_group(session: Session, actor: Actor, group_id: int) -> Group:
    """A group or team that the actor leads (coordinators and administrators: any), with campaign. Raises `Missing`."""
    group = session.scalars(select(Group).where(Group.id == group_id).options(joinedload(Group.campaign))).one_or_none()
    if group is None:
        raise Missing
    require(actor.is_administrator or actor.is_coordinator or group_id in actor.led_groups)
    return group


def group_targets(session: Session, actor: Actor, group_id: int) -> list[Member]:
    """Visitors and leaders of a group and its teams, by 拼音, with account."""
    ids = session.scalars(select(Group.id).where(or_(Group.id == group_id, Group.parent_id == group_id))).all()
    return list(
        session.scalars(
            select(Member)
            .where(Member.active, _within(actor), _belongs_to(ids))
            .options(joinedload(Member.account))
            .order_by(Member.pinyin, Member.id)
        )
    )


def team_names(session: Session, group_id: int) -> dict[int, str]:
    """The team of each visitor of a group, by member id; members of the group itself are left out."""
    query = (
        select(GroupMember.member_id, func.min(Group.name))
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.parent_id == group_id, GroupMember.left_at.is_(None))
        .group_by(GroupMember.member_id)
    )
    return dict(session.execute(query).all())


def beyond(session: Session, actor: Actor, member_ids: Iterable[int]) -> set[int]:
    """Those of these members whose roles go beyond what the actor may hand out. Administrators: nobody; coordinators:
    administrators; leaders: everybody with a role other than leading a group that they lead themselves (or one of an
    archived campaign), and who visits in a group of a present campaign that they do not lead."""
    if actor.is_administrator:
        return set()
    grants = select(RoleGrant.member_id).where(RoleGrant.member_id.in_(list(member_ids)), holds(clock.today()))
    if actor.is_coordinator:
        return set(session.scalars(grants.where(RoleGrant.role == Role.ADMINISTRATOR)))
    harmless = and_(
        RoleGrant.role.in_(LEADER_ROLES),
        or_(RoleGrant.group_id.in_(list(actor.led_groups)), Campaign.state == CampaignState.ARCHIVED),
    )
    elsewhere = (
        select(GroupMember.member_id)
        .join(Group, Group.id == GroupMember.group_id)
        .join(Campaign, Campaign.id == Group.campaign_id)
        .where(
            GroupMember.member_id.in_(list(member_ids)),
            GroupMember.left_at.is_(None),
            GroupMember.group_id.not_in(list(actor.led_groups)),
            Campaign.state.in_(WORKING_CAMPAIGNS),
        )
    )
    return set(session.scalars(elsewhere)) | set(
        session.scalars(
            grants.outerjoin(Group, Group.id == RoleGrant.group_id)
            .outerjoin(Campaign, Campaign.id == Group.campaign_id)
            .where(not_(func.coalesce(harmless, False)))
        )
    )
