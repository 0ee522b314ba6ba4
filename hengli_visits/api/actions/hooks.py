"""Addresses of other systems that are told of events: a channel that belongs to a key."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.api.rules import MOST_HOOKS, fitting_events, may_keep_keys
from hengli_visits.config import Outgoing
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.models import ApiToken, Channel, ChannelKind, Delivery, Pace
from hengli_visits.notices.targets import read_address
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


def add_hook(
    session: Session,
    actor: Actor,
    token: ApiToken,
    address: str,
    secret: str,
    events: Sequence[str],
    outgoing: Outgoing,
) -> Channel:
    """Tell another system of events from now on. Raises `Invalid` for an address inside the town's network or an event
    that its key does not open, `Conflict` for a key that works no more. Writes an audit entry."""
    require(may_keep_keys(actor))
    if not token.works(clock.now()):
        raise Conflict(N_("这个密钥已经停用或到期。"))
    if not events or set(events) - set(fitting_events(token.scopes)):
        raise Invalid(N_("请选择要通知的事件。"), field="events")
    hold_keys(session, f"hooks:{token.id}")
    found = session.scalars(select(Channel.address).where(Channel.token_id == token.id)).all()
    if len(found) >= MOST_HOOKS:
        raise Invalid(N_("最多 %(most)s 个，请先删掉不用的。"), most=MOST_HOOKS)
    place = read_address(ChannelKind.WEBHOOK, address, outgoing)
    if place in found:
        raise Invalid(N_("这个地址已经加过了。"), field="address")
    now = clock.now()
    hook = Channel(
        kind=ChannelKind.WEBHOOK, name=token.name, token_id=token.id, address=place, secret=secret, pace=Pace.EACH,
        kinds=list(events), made_by_id=actor.recorded_id, made_at=now, told_until=now,
    )  # fmt: skip
    session.add(hook)
    session.flush()
    audit.record(session, actor, "api_hook.add", "channel", hook.id, token=token.id, events=list(events))
    return hook


def remove_hook(session: Session, actor: Actor, hook: Channel) -> None:
    """Tell an address nothing any more; what waits for it goes too. Writes an audit entry."""
    require(may_keep_keys(actor))
    waiting = session.scalar(select(func.count()).select_from(Delivery).where(Delivery.channel_id == hook.id))
    audit.record(session, actor, "api_hook.remove", "channel", hook.id, token=hook.token_id, rows=waiting)
    session.execute(delete(Delivery).where(Delivery.channel_id == hook.id))
    session.execute(delete(Channel).where(Channel.id == hook.id))
    session.flush()
