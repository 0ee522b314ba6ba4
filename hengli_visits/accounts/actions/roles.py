"""Roles given and taken, accounts disabled, enabled, unlocked and signed out by those who administer them."""

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts import pausing, queries, tries
from hengli_visits.accounts.actions.cards import revoke_cards
from hengli_visits.accounts.actions.devices import end_devices
from hengli_visits.accounts.grants import roles_of
from hengli_visits.accounts.rules import SCOPES, TOWN_ROLES, device_kind, may_manage, require_grant
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Forbidden, Invalid, Missing, require
from hengli_visits.models import Account, Device, Member, Role, RoleGrant, StandIn
from hengli_visits.orm import hold_keys
from hengli_visits.restoring import Undoing
from hengli_visits.wording import N_


def _roles_changed(session: Session, member_id: int, role: Role, before: frozenset[Role]) -> None:
    """Devices follow the roles: when their kind changes, or a role in the whole town comes or goes, the member signs
    in again. Cards that somebody made for the lesser account are worth nothing then."""
    after = roles_of(session, member_id)
    if role in TOWN_ROLES or device_kind(before) is not device_kind(after):
        end_devices(session, Device.member_id == member_id)
        revoke_cards(session, [member_id])


def grant_role(
    session: Session,
    actor: Actor,
    member_id: int,
    role: Role,
    *,
    area_id: int | None = None,
    group_id: int | None = None,
    organisation_id: int | None = None,
) -> RoleGrant:
    """Give a member a role with the scope that it wants; the grant that is there already is returned as it is. Signs
    the member's devices out when their kind changes. Raises `Forbidden` when the actor may not give this role,
    `Invalid` (field `scope`) for a wrong scope and `Missing` for an unknown member."""
    require_grant(actor, role, group_id)
    scope = {"area_id": area_id, "group_id": group_id, "organisation_id": organisation_id}
    wanted = SCOPES[role]
    if any((value is not None) is not (column == wanted) for column, value in scope.items()):
        raise Invalid(N_("请选择这个角色管哪里。"), field="scope")
    require(session.get(Member, member_id) is not None)
    end_lapsed(session, actor, RoleGrant.member_id == member_id)
    found = session.scalars(select(RoleGrant).filter_by(member_id=member_id, role=role, **scope)).one_or_none()
    if found is not None:
        return found
    before = roles_of(session, member_id)
    grant = RoleGrant(member_id=member_id, role=role, granted_at=clock.now(), granted_by_id=actor.recorded_id, **scope)
    session.add(grant)
    session.flush()
    audit.record(
        session, actor, "role.grant", "member", member_id, role=role.value, scope=area_id or group_id or organisation_id
    )
    _roles_changed(session, member_id, role, before)
    return grant


def _other_administrators(session: Session, member_id: int) -> int:
    """How many others could still administer. Nobody else counts them meanwhile, so that two cannot remove each
    other."""
    hold_keys(session, "administrators")
    holders = session.scalars(
        select(RoleGrant.member_id)
        .join(Member, Member.id == RoleGrant.member_id)
        .outerjoin(Account, Account.member_id == RoleGrant.member_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Member.active, Account.disabled_at.is_(None))
    ).all()
    return sum(holder != member_id for holder in holders)


def end_grant(session: Session, actor: Actor, grant_id: int) -> None:
    """Take a role away. Signs the member's devices out when their kind changes. Raises `Missing` for an unknown grant,
    `Forbidden` when the actor may not end it and `Conflict` for the last administrator's."""
    grant = session.get(RoleGrant, grant_id)
    if grant is None:
        raise Missing
    require_grant(actor, grant.role, grant.group_id)
    _end(session, actor, grant)


def end_stand_ins(session: Session, actor: Actor, away_id: int) -> int:
    """End the roles of all who stand in for a member, because that member is back, and say how many those were. Whoever
    may end the absence may do this: nobody needs the right to give the role. Effects as of `end_grant`."""
    grants = session.scalars(
        select(RoleGrant)
        .join(StandIn, StandIn.grant_id == RoleGrant.id)
        .where(StandIn.for_id == away_id)
        .order_by(RoleGrant.id)
    ).all()
    for grant in grants:
        _end(session, actor, grant)
    return len(grants)


def end_lapsed(session: Session, actor: Actor, which: ColumnElement[bool]) -> None:
    """Remove those of these grants that no longer count, because whom they stand in for is back: before something is
    written that they would be in the way of, or that would make them count again. Effects as of `end_grant`."""
    for grant in session.scalars(select(RoleGrant).where(which, ~holds(clock.today())).order_by(RoleGrant.id)).all():
        _end(session, actor, grant)


def _end(session: Session, actor: Actor, grant: RoleGrant) -> None:
    grant_id, member_id, role = grant.id, grant.member_id, grant.role
    if role is Role.ADMINISTRATOR and not _other_administrators(session, member_id):
        raise Conflict(N_("至少要留一位管理员。请先设置另一位。"))
    before = roles_of(session, member_id)
    session.expunge(grant)
    if not session.execute(delete(RoleGrant).where(RoleGrant.id == grant_id)).rowcount:  # type: ignore[attr-defined]
        raise Missing
    scope = grant.area_id or grant.group_id or grant.organisation_id
    audit.record(session, actor, "role.end", "member", member_id, role=role.value, scope=scope)
    _roles_changed(session, member_id, role, before)


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo the roles that a batch (`source`) gave, each as `end_grant` does: whose devices follow is signed out."""
    if undoing.table != "role_grants" or undoing.changed or undoing.gone:
        raise ValueError("a batch only gives roles")
    for (grant_id,) in undoing.made:
        end_grant(session, actor, grant_id)
    audit.record(session, actor, "role.put_back", "import_batch", source, gone=len(undoing.made))


def _manage(session: Session, actor: Actor, member_id: int) -> Member:
    member = queries.get_member(session, actor, member_id)
    if not may_manage(actor, frozenset(grant.role for grant in member.grants)):
        raise Forbidden(N_("管理员和统筹员的账号只能由管理员管理。"))
    return member


def disable(session: Session, actor: Actor, member_id: int) -> None:
    """Shut a member out at once: devices signed out, cards revoked. Nothing is deleted. Raises `Conflict` for one's own
    account and the last administrator's."""
    member = _manage(session, actor, member_id)
    if member_id == actor.id:
        raise Conflict(N_("不能停用自己的账号。"))
    if any(grant.role is Role.ADMINISTRATOR for grant in member.grants) and not _other_administrators(
        session, member_id
    ):
        raise Conflict(N_("至少要留一位管理员。请先设置另一位。"))
    if member.account is None:
        raise Conflict(N_("这位成员还没有账号，不用停用。"))
    changed = session.execute(
        update(Account)
        .where(Account.member_id == member_id, Account.disabled_at.is_(None))
        .values(disabled_at=clock.now())
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        end_devices(session, Device.member_id == member_id)
        revoke_cards(session, [member_id])
        audit.record(session, actor, "account.disable", "member", member_id)


def enable(session: Session, actor: Actor, member_id: int) -> None:
    """Let a disabled account in again, with its old password. Nothing happens when it is not disabled."""
    _manage(session, actor, member_id)
    changed = session.execute(
        update(Account).where(Account.member_id == member_id, Account.disabled_at.is_not(None)).values(disabled_at=None)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        audit.record(session, actor, "account.enable", "member", member_id)


def unlock(session: Session, actor: Actor, member_id: int, secret: str) -> None:
    """End the pause after wrong tries: the tries at this account are forgotten."""
    _manage(session, actor, member_id)
    tries.forget(session, keys=[pausing.account_key(secret, member_id), pausing.change_key(secret, member_id)])
    audit.record(session, actor, "account.unlock", "member", member_id)


def end_all_devices(session: Session, actor: Actor, member_id: int) -> int:
    """Sign a member out everywhere and say of how many devices."""
    _manage(session, actor, member_id)
    ended = end_devices(session, Device.member_id == member_id)
    audit.record(session, actor, "device.end_all", "member", member_id, count=ended)
    return ended
