"""Signing devices in and out."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts.queries import hash_token
from hengli_visits.accounts.rules import LIFE, device_kind
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.models import Device, Role


def open_device(
    session: Session, member_id: int, roles: frozenset[Role], *, user_agent: str = "", address: str = ""
) -> str:
    """Sign a device in for a member and return its token (256 random bits, shown to nobody else)."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    kind = device_kind(roles)
    session.add(
        Device(
            member_id=member_id,
            token_hash=hash_token(token),
            kind=kind,
            user_agent=user_agent[:200],
            address=address[:45],
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFE[kind],
        )
    )
    session.flush()
    return token


def touch_device(engine: Engine, device: Device, after: timedelta) -> None:
    """Note a device's contact in a transaction of its own, at most once every `after`."""
    now = clock.now()
    if now - device.last_seen_at < after:
        return
    with engine.begin() as connection:
        connection.execute(
            update(Device).where(Device.id == device.id, Device.last_seen_at < now).values(last_seen_at=now)
        )


def note_outbox(session: Session, actor: Actor, unsent: int, oldest: datetime | None) -> None:
    """Note what the actor's phone says it holds: how many records it has not sent, and since when the oldest waits (not
    later than now, whatever the phone's clock says)."""
    now = clock.now()
    since = min(oldest, now) if oldest and unsent else None
    told = {"unsent": unsent, "oldest_unsent_at": since, "told_at": now}
    session.execute(update(Device).where(Device.id == actor.device_id).values(told))


def end_devices(session: Session, *which: ColumnElement[bool]) -> int:
    """Sign out the devices that fit and say how many there were. Leaves no audit entry: the caller does."""
    now = clock.now()
    ended = session.execute(update(Device).where(Device.ended_at.is_(None), *which).values(ended_at=now))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def sign_out(session: Session, actor: Actor) -> None:
    """End the actor's own device."""
    end_devices(session, Device.id == actor.device_id)
    audit.record(session, actor, "account.sign_out", "member", actor.id)


def end_device(session: Session, actor: Actor, device_id: uuid.UUID) -> None:
    """Sign one of the actor's own devices out; nothing happens when it is already. Raises `Missing` for others'."""
    device = session.get(Device, device_id)
    if device is None or device.member_id != actor.id:
        raise Missing
    if end_devices(session, Device.id == device_id):
        audit.record(session, actor, "device.end", "device", device_id)


def end_other_devices(session: Session, actor: Actor) -> int:
    """Sign all of the actor's other devices out and say how many there were."""
    ended = end_devices(session, Device.member_id == actor.id, Device.id != actor.device_id)
    audit.record(session, actor, "device.end_others", "member", actor.id, count=ended)
    return ended
