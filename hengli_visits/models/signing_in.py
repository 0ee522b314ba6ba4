"""Signed-in devices, sign-in cards and tries to sign in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class DeviceKind(Word):
    FIELD = "field", N_("外勤设备")
    OFFICE = "office", N_("办公设备")
    ADMINISTRATION = "administration", N_("管理设备")


class Device(Base):
    """One server-side session: a browser in which a member is signed in. The token itself is never stored.
    `kind` decides how long it may rest and live; `unsent`, `told_at` and `oldest_unsent_at` are told by the phone."""

    __tablename__ = "devices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[DeviceKind] = mapped_column(word(DeviceKind))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, doc="absolute end, whatever is done")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsent: Mapped[int | None] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="when the phone last told how much it holds")
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, doc="since when the oldest record waits on the phone"
    )

    member: Mapped[Member] = relationship(lazy="raise")


class SignInCard(Base):
    """A one-use link (as a QR code) with which a member sets a password. The token itself is never stored."""

    __tablename__ = "sign_in_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])


class SignInTry(Base):
    """A failed try to sign in, counted per key: a keyed hash of the account name, or of the address."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index("ix_sign_in_tries_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
