"""Visits, contents and pictures for the tests of this slice."""

import io
import struct
import zlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import (
    Assignment,
    Group,
    GroupMember,
    Handling,
    Member,
    Nature,
    Outcome,
    RoleGrant,
    Visit,
    VisitRevision,
)
from hengli_visits.visits.actions import Saved, put_visit
from hengli_visits.visits.content import Said, VisitContent

GPS_IFD = 0x8825
ORIENTATION = 0x0112


def as_actor(session: Session, member: Member) -> Actor:
    """The member as they act: with their groups and what they lead."""
    grants = session.scalars(select(RoleGrant).where(RoleGrant.member_id == member.id)).all()
    granted = [grant.group_id for grant in grants if grant.group_id is not None]
    led = session.scalars(select(Group.id).where(Group.id.in_(granted) | Group.parent_id.in_(granted)))
    groups = session.scalars(select(GroupMember.group_id).where(GroupMember.member_id == member.id))
    return Actor(
        id=member.id,
        name=member.name,
        roles=frozenset(grant.role for grant in grants),
        led_groups=frozenset(led),
        groups=frozenset(groups),
    )


def said(words: str = "排水渠给杂物堵了，一下大雨水就浸到屋里来。", **values: Any) -> Said:
    """One thing that a resident said; it needs follow-up."""
    given: dict[str, Any] = {"uuid": uuid4(), "nature": Nature.APPEAL, "handling": Handling.FOLLOW_UP} | values
    return Said(words=words, **given)


def content(outcome: Outcome = Outcome.MET, *, feedback: Iterable[Said] = (), **values: Any) -> VisitContent:
    """What a visitor tells of a visit an hour ago."""
    given: dict[str, Any] = {"visited_at": clock.now() - timedelta(hours=1)} | values
    return VisitContent(outcome, feedback=tuple(feedback), **given)


def put(
    session: Session,
    member: Member,
    assignment: Assignment,
    what: VisitContent,
    uuid: UUID | None = None,
    **values: Any,
) -> Saved:
    """Save a visit as this member."""
    return put_visit(session, as_actor(session, member), assignment.id, uuid or uuid4(), what, **values)


def wordings(session: Session, visit: Visit) -> list[VisitRevision]:
    """All revisions of a visit, oldest first."""
    return list(
        session.scalars(select(VisitRevision).where(VisitRevision.visit_id == visit.id).order_by(VisitRevision.id))
    )


def jpeg(width: int = 60, height: int = 40, *, turned: bool = False, colour: str = "#a8281f") -> bytes:
    """A photo as a phone makes it: with camera, position and, when turned, the note to turn it."""
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    if turned:
        exif[ORIENTATION] = 6
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (23.0, 1.0, 30.0)
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG", exif=exif, comment=b"at home")
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A black picture of one bit per pixel, small as a file whatever its size, and never held in memory."""
    packer = zlib.compressobj(9)
    row = bytes(1 + -(-width // 8))
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    parts = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
