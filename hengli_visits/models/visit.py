"""Visits, their revisions, companions and photos."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.assignment import Assignment
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word

if TYPE_CHECKING:
    from hengli_visits.models.feedback import Feedback


class Outcome(Word):
    MET = "met", N_("已见面")
    AWAY = "away", N_("不在家")
    APPOINTED = "appointed", N_("约时间再访")
    DECLINED = "declined", N_("不便接待")
    MOVED = "moved", N_("已搬离")
    EMPTY = "empty", N_("空户")


class Manner(Word):
    DOOR = "door", N_("入户")
    PHONE = "phone", N_("电话")
    TALK = "talk", N_("座谈")


VOIDED, CLASHING = text("voided_at IS NOT NULL"), text("clashing")
"""Few visits are either: an index of these alone finds them at once."""


class Visit(Base):
    """One attempt at one assignment. A fact: revised or voided, never deleted. `uuid` is made by the client when the
    form opens. `visited_at` is the client's time, `received_at` the server's; `clock_off` is client clock minus server
    clock in seconds when it was sent. Flags: `late` (after the campaign closed), `stray` (not the author's any more),
    `clock_doubtful` (clock more than 10 minutes off), `clashing` (two revisions of one base, a leader decides)."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_assignment_visited", "assignment_id", "visited_at"),
        Index("ix_visits_campaign_received", "campaign_id", "received_at"),
        Index(
            "ix_visits_campaign_visited",
            "campaign_id",
            "visited_at",
            postgresql_include=["assignment_id", "outcome", "manner", "voided_at"],
        ),
        Index("ix_visits_visited", "visited_at", "id"),
        Index("ix_visits_voided", "id", sqlite_where=VOIDED, postgresql_where=VOIDED),
        Index("ix_visits_clashing", "assignment_id", sqlite_where=CLASHING, postgresql_where=CLASHING),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(word(Outcome))
    manner: Mapped[Manner] = mapped_column(word(Manner), default=Manner.DOOR)
    visited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_off: Mapped[int | None] = mapped_column()
    appointment_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remarks: Mapped[str] = mapped_column(Text, default="")
    companions_text: Mapped[str] = mapped_column(String(120), default="", doc="companions who are not on the roster")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()
    accuracy: Mapped[float | None] = mapped_column(doc="metres")
    revision: Mapped[int] = mapped_column(default=1)
    late: Mapped[bool] = mapped_column(default=False)
    stray: Mapped[bool] = mapped_column(default=False)
    clock_doubtful: Mapped[bool] = mapped_column(default=False)
    clashing: Mapped[bool] = mapped_column(default=False)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    assignment: Mapped[Assignment] = relationship(lazy="raise")
    author: Mapped[Member] = relationship(lazy="raise", foreign_keys=[author_id])
    companions: Mapped[list["VisitCompanion"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    revisions: Mapped[list["VisitRevision"]] = relationship(lazy="raise", order_by="VisitRevision.id")
    photos: Mapped[list["Photo"]] = relationship(lazy="raise", order_by="Photo.position")
    feedback: Mapped[list["Feedback"]] = relationship(
        lazy="raise", back_populates="visit", order_by="Feedback.position"
    )


class VisitCompanion(Base):
    """A member who went along."""

    __tablename__ = "visit_companions"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)

    member: Mapped[Member] = relationship(lazy="raise")


class VisitRevision(Base):
    """The whole content of a visit as somebody saved it. Append-only. The one whose `number` is the visit's `revision`
    and which is `chosen` is in force; another with the same `based_on` is the other side of a clash."""

    __tablename__ = "visit_revisions"
    __table_args__ = (UniqueConstraint("visit_id", "content_hash", "based_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    number: Mapped[int] = mapped_column()
    based_on: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    chosen: Mapped[bool] = mapped_column(default=True)

    author: Mapped[Member] = relationship(lazy="raise")


class Photo(Base):
    """A photo of a visit, re-encoded by the server. Its id is made by the client; `sent_sha256` is of the bytes the
    client sent. The picture lies in the uploads folder under its id; `thumbnail` is a small JPEG kept in the row."""

    __tablename__ = "photos"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    position: Mapped[int] = mapped_column(default=0)
    sent_sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column(doc="bytes stored")
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
