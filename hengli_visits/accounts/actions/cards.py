"""Sign-in cards: one-use links with which a member sets a password."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts import queries, reach
from hengli_visits.accounts.actions.devices import end_devices
from hengli_visits.accounts.actions.signing_in import (
    Client,
    check_new_password,
    enter,
    open_account,
    set_password,
)
from hengli_visits.accounts.queries import hash_token
from hengli_visits.accounts.rules import CARD_LIFE
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Forbidden, Missing
from hengli_visits.models import Device, Group, Member, SignInCard
from hengli_visits.wording import N_


def revoke_cards(session: Session, member_ids: Iterable[int]) -> None:
    """Make the unused cards of these members worthless."""
    session.execute(
        update(SignInCard)
        .where(
            SignInCard.member_id.in_(list(member_ids)), SignInCard.used_at.is_(None), SignInCard.revoked_at.is_(None)
        )
        .values(revoked_at=clock.now())
    )


def _make_card(session: Session, actor: Actor, member_id: int) -> str:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    card = SignInCard(
        member_id=member_id,
        token_hash=hash_token(token),
        created_at=now,
        created_by_id=actor.recorded_id,
        expires_at=now + CARD_LIFE,
    )
    session.add(card)
    session.flush()
    audit.record(session, actor, "card.issue", "member", member_id, card=card.id)
    return token


def issue_card(session: Session, actor: Actor, member_id: int) -> str:
    """Make a sign-in card for a member and return its token, which is stored nowhere; earlier unused cards are revoked.
    Raises `Missing` outside the actor's reach, `Forbidden` for oneself (a new password is set with the old one) and
    when the member's roles go beyond it, and `Conflict` when the account is disabled."""
    member = reach.get_target(session, actor, member_id)
    if member_id == actor.id:
        raise Forbidden(N_("不能给自己开登录卡，请在“我的”里改密码。"))
    if reach.beyond(session, actor, [member_id]):
        raise Forbidden(N_("这位成员还有别的职务，请让管理员开登录卡。"))
    if member.account is not None and member.account.disabled_at is not None:
        raise Conflict(N_("这个账号已停用。请先启用，再开登录卡。"))
    revoke_cards(session, [member_id])
    return _make_card(session, actor, member_id)


@dataclass(frozen=True)
class Sheet:
    """The cards of one group: members with their tokens, how many have a password already and got none, and those for
    whom the actor may not make one."""

    group: Group
    cards: list[tuple[Member, str]]
    settled: int
    others: list[Member]


def issue_cards(session: Session, actor: Actor, group_id: int, *, everyone: bool = False) -> Sheet:
    """Make cards for the visitors and leaders of a group and its teams who have no password yet, with `everyone` for
    the others too. Disabled accounts and the actor get none. Raises `Missing` for a group that the actor does not lead."""
    group = reach.get_group(session, actor, group_id)
    members = reach.group_targets(session, actor, group_id)
    able = [m for m in members if m.id != actor.id and (m.account is None or m.account.disabled_at is None)]
    high = reach.beyond(session, actor, [m.id for m in able])
    wanting = [m for m in able if everyone or m.account is None or m.account.password_hash is None]
    chosen = [m for m in wanting if m.id not in high]
    revoke_cards(session, [m.id for m in chosen])
    return Sheet(
        group=group,
        cards=[(member, _make_card(session, actor, member.id)) for member in chosen],
        settled=len(able) - len(wanting),
        others=[m for m in wanting if m.id in high],
    )


def _is_beyond_its_maker(session: Session, card: SignInCard) -> bool:
    if card.created_by_id is None:
        return False
    maker = queries.actor_of(session, card.created_by_id)
    return bool(reach.beyond(session, maker, [card.member_id]))


def use_card(session: Session, token: str, password: str, client: Client) -> str:
    """Set a member's password by a card, use the card up and sign in: returns the device's token. All devices of the
    member before are signed out. Raises `Invalid` for a poor password (the card stays good) and `Missing` for a card
    that is used, revoked, too old or unknown, or that its maker could not make any more: the member's roles have grown
    beyond the maker's since."""
    card = queries.find_card(session, token)
    if card is None or _is_beyond_its_maker(session, card):
        raise Missing
    check_new_password(session, card.member_id, password)
    now = clock.now()
    used = session.execute(
        update(SignInCard)
        .where(
            SignInCard.id == card.id,
            SignInCard.used_at.is_(None),
            SignInCard.revoked_at.is_(None),
            SignInCard.expires_at > now,
        )
        .values(used_at=now)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise Missing
    set_password(session, open_account(session, card.member_id), password)
    end_devices(session, Device.member_id == card.member_id)
    return enter(session, card.member_id, client, "card.use")
