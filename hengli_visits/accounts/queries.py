"""Reads of accounts and devices."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.accounts.grants import LIVE_CAMPAIGNS
from hengli_visits.accounts.rules import REST, AccountState, may_see_accounts, sign_in_name
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.models import (
    Account,
    Area,
    Campaign,
    Device,
    Group,
    GroupMember,
    Member,
    Role,
    RoleGrant,
    SignInCard,
)
from hengli_visits.paging import Page, paginate
from hengli_visits.search import name_clause


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


# Each request asks these: they are put together once.
_GRANTS = (
    select(RoleGrant.role, RoleGrant.group_id, RoleGrant.organisation_id, Area.path)
    .outerjoin(Area, Area.id == RoleGrant.area_id)
    .where(RoleGrant.member_id == bindparam("member"), holds(bindparam("day", type_=Date)))
)
_granted: BindParameter[Any] = bindparam("granted", expanding=True)
_LED = (
    select(Group.id)
    .join(Campaign, Campaign.id == Group.campaign_id)
    .where(or_(Group.id.in_(_granted), Group.parent_id.in_(_granted)), Campaign.state.in_(LIVE_CAMPAIGNS))
)
_JOINED = (
    select(GroupMember.group_id)
    .join(Group, Group.id == GroupMember.group_id)
    .join(Campaign, Campaign.id == Group.campaign_id)
    .where(
        GroupMember.member_id == bindparam("member"),
        GroupMember.left_at.is_(None),
        Campaign.state.in_(LIVE_CAMPAIGNS),
    )
)
_BEHIND = (
    select(Device, Account, Member.name)
    .join(Account, Account.member_id == Device.member_id)
    .join(Member, Member.id == Device.member_id)
    .where(
        Device.token_hash == bindparam("token"),
        Device.ended_at.is_(None),
        Account.disabled_at.is_(None),
        Member.active,
    )
)


def _scopes(session: Session, member_id: int) -> _Scopes:
    grants = session.execute(_GRANTS, {"member": member_id, "day": clock.today()}).all()
    granted_groups = [g.group_id for g in grants if g.group_id is not None]
    led: frozenset[int] = frozenset()
    if granted_groups:
        led = frozenset(session.scalars(_LED, {"granted": granted_groups}))
    groups = session.scalars(_JOINED, {"member": member_id})
    return _Scopes(
        roles=frozenset(g.role for g in grants),
        area_paths=tuple(sorted({g.path for g in grants if g.path})),
        led_groups=led,
        units=frozenset(g.organisation_id for g in grants if g.organisation_id is not None),
        groups=frozenset(groups),
    )


def _assemble(session: Session, member_id: int, name: str) -> Actor:
    scopes = _scopes(session, member_id)
    return Actor(
        id=member_id,
        name=name,
        roles=scopes.roles,
        led_area_paths=scopes.area_paths,
        led_groups=scopes.led_groups,
        units=scopes.units,
        groups=scopes.groups,
    )


def actor_of(session: Session, member_id: int) -> Actor:
    """The actor that a member would be, without a device: for commands and for telling what a member may see. Raises
    `Missing` for an unknown member."""
    name = session.scalar(select(Member.name).where(Member.id == member_id))
    if name is None:
        raise Missing
    return _assemble(session, member_id, name)


def load_actor(session: Session, token: str, *, address: str = "", request_id: str = "") -> tuple[Actor, Device] | None:
    """The actor behind a device's token with the device, or None when the device is unknown, ended, rested too long
    or its account is disabled. Three or four queries."""
    row = session.execute(_BEHIND, {"token": hash_token(token)}).one_or_none()
    if row is None:
        return None
    device, account, name = row
    now = clock.now()
    if now >= device.expires_at or now >= device.last_seen_at + REST[device.kind]:
        return None
    actor = replace(
        _assemble(session, device.member_id, name),
        device_id=device.id,
        device_kind=device.kind,
        must_change=account.must_change,
        text_size=account.text_size,
        language=account.language,
        address=address,
        request_id=request_id,
    )
    return actor, device


def was_ended(session: Session, token: str) -> bool:
    """Whether a device was signed out or its account closed, rather than left to lapse: then nothing may stay readable
    on it. An unknown token is no device of ours."""
    row = session.execute(
        select(Device.ended_at, Account.disabled_at, Member.active)
        .join(Account, Account.member_id == Device.member_id)
        .join(Member, Member.id == Device.member_id)
        .where(Device.token_hash == hash_token(token))
    ).one_or_none()
    return row is not None and (row.ended_at is not None or row.disabled_at is not None or not row.active)


@dataclass(frozen=True)
class SignInRow:
    """What signing in needs to know of a member. `usable` is False for a disabled account, a member who left the
    roster and an initial password that is too old."""

    member_id: int
    password_hash: str | None
    usable: bool


def find_for_sign_in(session: Session, name: str) -> SignInRow | None:
    """The account behind a phone or staff number, as `rules.sign_in_name` writes it."""
    row = session.execute(
        select(Member.id, Member.active, Account)
        .join(Account, Account.member_id == Member.id)
        .where(or_(Member.phone == name, func.lower(Member.staff_number) == name))
        .order_by((Member.phone == name).desc(), Member.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    member_id, active, account = row
    fresh = account.initial_expires_at is None or clock.now() < account.initial_expires_at
    return SignInRow(member_id, account.password_hash, active and account.disabled_at is None and fresh)


def get_own(session: Session, actor: Actor) -> Member:
    """The actor's own member row with its account."""
    return session.scalars(select(Member).where(Member.id == actor.id).options(joinedload(Member.account))).one()


def live_devices(session: Session, member_id: int) -> Sequence[Device]:
    """The devices in which a member is signed in, the latest used first."""
    now = clock.now()
    rested = or_(*(and_(Device.kind == kind, Device.last_seen_at > now - rest) for kind, rest in REST.items()))
    return session.scalars(
        select(Device)
        .where(Device.member_id == member_id, Device.ended_at.is_(None), Device.expires_at > now, rested)
        .order_by(Device.last_seen_at.desc(), Device.id)
    ).all()


def get_member(session: Session, actor: Actor, member_id: int) -> Member:
    """A member with account, branch and grants, for administration. Raises `Missing` for who does not administer."""
    require(may_see_accounts(actor))
    member = session.scalars(
        select(Member)
        .where(Member.id == member_id)
        .options(
            joinedload(Member.account),
            joinedload(Member.branch),
            selectinload(Member.grants.and_(holds(clock.today()))),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if member is None:
        raise Missing
    return member


@dataclass(frozen=True)
class Wanted:
    """What the list of accounts is narrowed to."""

    text: str = ""
    role: Role | None = None
    state: AccountState | None = None


def _state_clause(state: AccountState, paused: Iterable[int]) -> ColumnElement[bool]:
    if state is AccountState.GONE:
        return Member.active.is_(False)
    if state is AccountState.DISABLED:
        return and_(Member.active, Account.disabled_at.is_not(None))
    usable = and_(Member.active, Account.disabled_at.is_(None))
    if state is AccountState.PAUSED:
        return and_(usable, Member.id.in_(list(paused)))
    usable = and_(usable, Member.id.not_in(list(paused)))
    if state is AccountState.NONE:
        return and_(usable, Account.password_hash.is_(None))
    return and_(usable, Account.password_hash.is_not(None))


def page_of_accounts(
    session: Session, actor: Actor, wanted: Wanted, number: int, paused: Mapping[int, datetime]
) -> Page[Member]:
    """The roster with accounts and grants, those with a role in the town first. Four queries."""
    require(may_see_accounts(actor))
    query = (
        select(Member)
        .outerjoin(Account, Account.member_id == Member.id)
        .options(contains_eager(Member.account), selectinload(Member.grants.and_(holds(clock.today()))))
        .order_by(Member.pinyin, Member.id)
    )
    if wanted.text.strip():
        typed = sign_in_name(wanted.text)
        found = name_clause(Member, wanted.text)
        if len(typed) >= 3:
            found = or_(
                found, Member.phone.startswith(typed, autoescape=True), func.lower(Member.staff_number) == typed
            )
        query = query.where(found)
    if wanted.role is not None:
        query = query.where(
            Member.id.in_(select(RoleGrant.member_id).where(RoleGrant.role == wanted.role, holds(clock.today())))
        )
    if wanted.state is not None:
        query = query.where(_state_clause(wanted.state, paused))
    return paginate(session, query, number)


def find_card(session: Session, token: str) -> SignInCard | None:
    """The card behind a link with its member, if it may still be used: not used, not revoked, not too old, its account
    not disabled."""
    return session.scalars(
        select(SignInCard)
        .join(Member, Member.id == SignInCard.member_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(
            SignInCard.token_hash == hash_token(token),
            SignInCard.used_at.is_(None),
            SignInCard.revoked_at.is_(None),
            SignInCard.expires_at > clock.now(),
            Member.active,
            Account.disabled_at.is_(None),
        )
        .options(contains_eager(SignInCard.member))
    ).one_or_none()


def latest_card(session: Session, member_id: int) -> SignInCard | None:
    """The newest card that was made for a member."""
    return session.scalars(
        select(SignInCard).where(SignInCard.member_id == member_id).order_by(SignInCard.id.desc()).limit(1)
    ).first()
