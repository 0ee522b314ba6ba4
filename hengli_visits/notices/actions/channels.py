"""Writes of channels: made, changed, paused, tried out, deleted; and a delivery sent once more by hand."""

import uuid

from sqlalchemy import delete as delete_rows, func, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.config import Outgoing
from hengli_visits.errors import Conflict, Invalid, TooMany, require
from hengli_visits.models import AuditEntry, Channel, ChannelKind, Delivery, DeliveryState
from hengli_visits.notices.parcels import Note, Parcel
from hengli_visits.notices.rules import MOST_CHANNELS, SIGNING, TEST_SPAN, TESTS, Wishes, may_keep, may_oversee
from hengli_visits.notices.targets import read_address
from hengli_visits.notices.ways import OPEN_STATES
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_

TEST = "channel.test"


def create(
    session: Session, actor: Actor, kind: ChannelKind, wishes: Wishes, outgoing: Outgoing, *, unit_id: int | None = None
) -> Channel:
    """Make a channel of the actor's own, or as the office of a unit. Nothing that happened before goes through it. Raises
    `Invalid` for an address that may not be used, `Missing` for who may not. Writes an audit entry."""
    require(unit_id is None or may_oversee(actor))
    if kind is ChannelKind.EMAIL and outgoing.mail is None:
        raise Invalid(N_("本系统没有设置发邮件的服务器，请联系管理员。"), field="address")
    owner = Channel.member_id == actor.id if unit_id is None else Channel.unit_id == unit_id
    hold_keys(session, f"channels:{unit_id or 'm'}:{actor.id if unit_id is None else ''}")
    addresses = session.scalars(select(Channel.address).where(owner, Channel.kind == kind)).all()
    if (session.scalar(select(func.count()).select_from(Channel).where(owner)) or 0) >= MOST_CHANNELS:
        raise Invalid(N_("最多 %(most)s 个，请先删掉不用的。"), most=MOST_CHANNELS)
    address = read_address(kind, wishes.address, outgoing)
    if address in addresses:
        raise Invalid(N_("这个地址已经加过了。"), field="address")
    now = clock.now()
    channel = Channel(
        kind=kind,
        name=wishes.name,
        member_id=actor.id if unit_id is None else None,
        unit_id=unit_id,
        address=address,
        secret=wishes.secret if kind in SIGNING else "",
        pace=wishes.pace,
        kinds=list(wishes.kinds),
        made_by_id=actor.recorded_id,
        made_at=now,
        told_until=now,
    )
    session.add(channel)
    session.flush()
    audit.record(session, actor, "channel.create", "channel", channel.id, kind=kind.value, unit=unit_id)
    return channel


def edit(session: Session, actor: Actor, channel: Channel, wishes: Wishes, outgoing: Outgoing) -> None:
    """Change a channel; what already waits in it goes to the new address. Writes an audit entry."""
    require(may_keep(actor, channel))
    if wishes.address.strip():
        channel.address = read_address(channel.kind, wishes.address, outgoing)
    if channel.kind in SIGNING and (wishes.secret or wishes.unsigned):
        channel.secret = "" if wishes.unsigned else wishes.secret
    channel.name, channel.pace, channel.kinds = wishes.name, wishes.pace, list(wishes.kinds)
    audit.record(session, actor, "channel.edit", "channel", channel.id, address=bool(wishes.address.strip()))
    session.flush()


def _switch(session: Session, actor: Actor, channel: Channel, *, active: bool) -> None:
    require(may_keep(actor, channel))
    values: dict[str, object] = {"active": active} | ({"told_until": clock.now()} if active else {})
    done = session.execute(
        update(Channel).where(Channel.id == channel.id, Channel.active.is_not(active)).values(values)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("这个通知方式已经开着。") if active else N_("这个通知方式已经暂停了。"))
    audit.record(session, actor, "channel.resume" if active else "channel.pause", "channel", channel.id)
    session.flush()


def pause(session: Session, actor: Actor, channel: Channel) -> None:
    """Send nothing through a channel any more; what waits in it stays. Raises `Conflict` when it is paused already."""
    _switch(session, actor, channel, active=False)


def resume(session: Session, actor: Actor, channel: Channel) -> None:
    """Open a channel again, for what still waits and what comes from now on. Raises `Conflict` when it is open."""
    _switch(session, actor, channel, active=True)


def delete(session: Session, actor: Actor, channel: Channel) -> None:
    """Delete a channel with everything that went or waits in it. Writes an audit entry."""
    require(may_keep(actor, channel))
    audit.record(session, actor, "channel.delete", "channel", channel.id, kind=channel.kind.value)
    session.execute(delete_rows(Delivery).where(Delivery.channel_id == channel.id))
    session.execute(delete_rows(Channel).where(Channel.id == channel.id))
    session.flush()


def prepare_test(session: Session, actor: Actor, channel: Channel, title: str, text: str) -> Parcel:
    """A message with which a channel is tried out, to be brought once the database is let go of. Raises `TooMany` when
    the actor does so all the time. Writes an audit entry."""
    require(may_keep(actor, channel))
    done = session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.actor_id == actor.id, AuditEntry.action == TEST, AuditEntry.at > clock.now() - TEST_SPAN)
    )
    if (done or 0) >= TESTS:
        raise TooMany(N_("这一小时试得太多了，请过一会儿再试。"), retry_after=int(TEST_SPAN.total_seconds()))
    audit.record(session, actor, TEST, "channel", channel.id)
    session.flush()
    note = Note(f"{channel.id}:test:{uuid.uuid4().hex}", title, text)
    return Parcel(channel.kind, channel.address, channel.secret, (note,), clock.now())


def send_again(session: Session, actor: Actor, delivery: Delivery) -> None:
    """Send what did not arrive, or perhaps did not, once more and at once. Its channel must be loaded. Raises `Conflict`
    when somebody was faster or its channel is paused. Writes an audit entry."""
    require(may_keep(actor, delivery.channel) or may_oversee(actor))
    if not delivery.channel.active:
        raise Conflict(N_("这个通知方式暂停着，请先重新开启。"))
    done = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state.in_(OPEN_STATES))
        .values(state=DeliveryState.WAITING, tries=0, next_try_at=clock.now(), claimed_at=None, error="")
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("这一条刚刚已经安排重发，或已经送达。"))
    audit.record(session, actor, "delivery.again", "delivery", delivery.id)
    session.flush()
