"""Who cannot go for a while, who shall not meet whom, who acts for a leader, and who was reminded."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.household import Household
from hengli_visits.models.member import Member, RoleGrant
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class AbsenceReason(Word):
    AWAY = "away", N_("外出")
    ILL = "ill", N_("生病")
    OTHER = "other", N_("其他")


class Absence(Base):
    """A member is on leave (请假): from a day of the town, until another one or until somebody says that they are back
    (`ended_at`). `ends_on` is the last day of leave."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("ends_on is null or ends_on >= starts_on", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date | None] = mapped_column()
    reason: Mapped[AbsenceReason] = mapped_column(word(AbsenceReason), default=AbsenceReason.AWAY)
    note: Mapped[str] = mapped_column(String(200), default="")
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])


class Avoidance(Base):
    """A member who shall not visit a household, or not go with another member (回避), because one side asked for it.
    Holds until it is lifted."""

    __tablename__ = "avoidances"
    __table_args__ = (CheckConstraint("(household_id is null) <> (other_id is null)", name="one_other"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    other: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[other_id])
    household: Mapped[Household | None] = relationship(lazy="raise")


class StandIn(Base):
    """A leader's role that somebody holds in place of another leader while that one is away. It ends with the grant."""

    __tablename__ = "stand_ins"

    grant_id: Mapped[int] = mapped_column(ForeignKey("role_grants.id", ondelete="CASCADE"), primary_key=True)
    for_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)

    grant: Mapped[RoleGrant] = relationship(lazy="raise")
    away: Mapped[Member] = relationship(lazy="raise")


class Nudge(Base):
    """A visitor was reminded (催办) of the households that they still have to visit. `households` is how many those
    were. Append-only."""

    __tablename__ = "nudges"
    __table_args__ = (Index("ix_nudges_member_at", "member_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    households: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(200), default="")

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[by_id])
