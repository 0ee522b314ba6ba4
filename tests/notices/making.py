"""Channels, deliveries, and the two jobs that fill and empty them, for tests."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.actions import open_device
from hengli_visits.config import Outgoing
from hengli_visits.models import Channel, ChannelKind, Delivery, DeliveryState, Member, Organisation
from hengli_visits.notices.actions import put_on_the_way, send_due
from tests.cast import Cast
from tests.conftest import Clock

HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
NEAR = Outgoing(loopback=True)


def add_channel(
    session: Session,
    member: Member | None = None,
    unit: Organisation | None = None,
    kind: ChannelKind = ChannelKind.WECOM,
    address: str = HOOK,
    **values: Any,
) -> Channel:
    """A channel as it is stored, of a member who has signed in. Flushes."""
    if member is not None and member.active:
        open_device(session, member.id, frozenset())
    given = {"name": "工作群", "made_at": clock.now(), "told_until": clock.now()} | values
    channel = Channel(
        kind=kind,
        address=address,
        member_id=member.id if member else None,
        unit_id=unit.id if unit else None,
        **given,
    )
    session.add(channel)
    session.flush()
    return channel


def add_delivery(
    session: Session, channel: Channel, state: DeliveryState = DeliveryState.FAILED, key: str = "move:1", **values: Any
) -> Delivery:
    """A delivery as it is stored, due now. Flushes."""
    now = clock.now()
    given = {"title": "交给您单位的问题", "body": "请签收。"} | values
    given |= {"error": "status:404"} if state is DeliveryState.FAILED and "error" not in values else {}
    delivery = Delivery(channel_id=channel.id, key=key, state=state, made_at=now, **({"next_try_at": now} | given))
    if state is not DeliveryState.WAITING and delivery.claimed_at is None:
        delivery.claimed_at = now
    session.add(delivery)
    session.flush()
    return delivery


def all_of(session: Session, steps: Iterator[None]) -> None:
    """Do a job's steps as its runner does: committed after each."""
    for _ in steps:
        session.commit()
    session.commit()


def route(session: Session, public_url: str | None = None) -> list[Delivery]:
    """Put on the way what is new, and give all deliveries."""
    session.commit()
    all_of(session, put_on_the_way(session, clock.now(), public_url))
    return listed(session)


def send(session: Session, outgoing: Outgoing = NEAR, **values: Any) -> list[Delivery]:
    """Send what is due, and give all deliveries."""
    session.commit()
    all_of(session, send_due(session, outgoing, **values))
    return listed(session)


def listed(session: Session) -> list[Delivery]:
    """All deliveries as they stand in the database."""
    session.expire_all()
    return list(session.scalars(select(Delivery).order_by(Delivery.channel_id, Delivery.id)))


def states(deliveries: Sequence[Delivery]) -> list[str]:
    """Their states in a word each."""
    return [delivery.state.value for delivery in deliveries]


def later(standing_clock: Clock, **span: float) -> None:
    """Some time passes."""
    standing_clock.time += timedelta(**span)


def hook(session: Session, cast: Cast, address: str) -> Channel:
    """A webhook of the unit."""
    return add_channel(session, unit=cast.unit, kind=ChannelKind.WEBHOOK, address=address)
