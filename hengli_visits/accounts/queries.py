"""Reads of accounts and devices."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.rules import REST
from hengli_visits.actor import Actor
from hengli_visits.models import (
    Account,
    Area,
    Campaign,
    CampaignState,
    Device,
    Group,
    GroupMember,
    Member,
    Role,
    RoleGrant,
)

LIVE_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.CLOSED)
"""Campaigns whose groups still give their leaders and visitors something to see. Archived ones do not."""


def hash_token(token: str) -> str:
    """The form in which a random token (128 bits or more) is stored: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class _Scopes:
    roles: frozenset[Role]
    area_paths: tuple[str, ...]
    led_groups: frozenset[int]
    units: frozenset[int]
    groups: frozenset[int]


def _scopes(session: Session, member_id: int) -> _Scopes:
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.group_id, RoleGrant.organisation_id, Area.path)
        .outerjoin(Area, Area.id == RoleGrant.area_id)
        .where(RoleGrant.member_id == member_id)
    ).all()
    granted_groups = [g.group_id for g in grants if g.group_id is not None]
    led: frozenset[int] = frozenset()
    if granted_groups:
        led = frozenset(
            session.scalars(
                select(Group.id)
                .join(Campaign, Campaign.id == Group.campaign_id)
                .where(
                    or_(Group.id.in_(granted_groups), Group.parent_id.in_(granted_groups)),
                    Campaign.state.in_(LIVE_CAMPAIGNS),
                )
            )
        )
    groups = session.scalars(
        select(GroupMember.group_id)
        .join(Group, Group.id == GroupMember.group_id)
        .join(Campaign, Campaign.id == Group.campaign_id)
        .where(
            GroupMember.member_id == member_id,
            GroupMember.left_at.is_(None),
            Campaign.state.in_(LIVE_CAMPAIGNS),
        )
    )
    return _Scopes(
        roles=frozenset(g.role for g in grants),
        area_paths=tuple(sorted({g.path for g in grants if g.path})),
        led_groups=led,
        units=frozenset(g.organisation_id for g in grants if g.organisation_id is not None),
        groups=frozenset(groups),
    )


def load_actor(session: Session, token: str, *, address: str = "", request_id: str = "") -> tuple[Actor, Device] | None:
    """The actor behind a device's token with the device, or None when the device is unknown, ended, rested too long
    or its account is disabled. Three or four queries."""
    row = session.execute(
        select(Device, Account, Member.name)
        .join(Account, Account.member_id == Device.member_id)
        .join(Member, Member.id == Device.member_id)
        .where(
            Device.token_hash == hash_token(token),
            Device.ended_at.is_(None),
            Account.disabled_at.is_(None),
            Member.active,
        )
    ).one_or_none()
    if row is None:
        return None
    device, account, name = row
    now = clock.now()
    if now >= device.expires_at or now >= device.last_seen_at + REST[device.kind]:
        return None
    scopes = _scopes(session, device.member_id)
    actor = Actor(
        id=device.member_id,
        name=name,
        roles=scopes.roles,
        led_area_paths=scopes.area_paths,
        led_groups=scopes.led_groups,
        units=scopes.units,
        groups=scopes.groups,
        device_id=device.id,
        device_kind=device.kind,
        must_change=account.must_change,
        text_size=account.text_size,
        language=account.language,
        address=address,
        request_id=request_id,
    )
    return actor, device
