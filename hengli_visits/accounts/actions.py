"""Writes of accounts: signing in and out, devices."""

import secrets
from datetime import timedelta

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import hash_token
from hengli_visits.accounts.rules import LIFE, device_kind
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
