"""Which household is visited in which campaign, by whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.campaign import Campaign
from hengli_visits.models.group import Group
from hengli_visits.models.household import Household
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class AssignmentState(Word):
    WAITING = "waiting", N_("待访")
    VISITED = "visited", N_("已访")
    AGAIN = "again", N_("需再访")
    UNREACHABLE = "unreachable", N_("无法走访")


class AssignmentVerb(Word):
    TARGET = "target", N_("列入走访")
    UNTARGET = "untarget", N_("移出走访")
    TO_GROUP = "to_group", N_("划给小组")
    GIVE = "give", N_("分派")
    SHARE = "share", N_("自动分派")
    SWAP = "swap", N_("对调")
    TAKE_BACK = "take_back", N_("收回")
    UNDO = "undo", N_("撤销分派")
    HAND_OVER = "hand_over", N_("请假交接")
    HAND_BACK = "hand_back", N_("销假交还")
    CLAIM = "claim", N_("认领")
    VISIT = "visit", N_("走访结果")
    CONFIRM = "confirm", N_("确认无法走访")
    REFUSE = "refuse", N_("退回再访")


class Assignment(Base):
    """One household in one campaign: a target from the start, a task once a group and visitors have it. `state`
    follows from its visits. `confirmed_at`: a leader agreed that the household cannot be visited. `last_outcome`,
    `appointment_at` repeat the latest visit that counts. `removed_at`: no longer a target, kept for its visits."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("campaign_id", "household_id"),
        Index(
            "ix_assignments_campaign_state",
            "campaign_id",
            "state",
            postgresql_include=["household_id", "group_id", "removed_at", "last_outcome", "last_visit_at"],
        ),
        Index("ix_assignments_group_state", "group_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    state: Mapped[AssignmentState] = mapped_column(word(AssignmentState), default=AssignmentState.WAITING)
    due_on: Mapped[date | None] = mapped_column()
    last_visit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_outcome: Mapped[str | None] = mapped_column(String(24))
    appointment_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    household: Mapped[Household] = relationship(lazy="raise")
    group: Mapped[Group | None] = relationship(lazy="raise")
    visitors: Mapped[list["AssignmentVisitor"]] = relationship(
        lazy="raise",
        back_populates="assignment",
        order_by="AssignmentVisitor.position",
        cascade="all, delete-orphan",
    )


class AssignmentVisitor(Base):
    """One of the visitors of an assignment, usually of a pair."""

    __tablename__ = "assignment_visitors"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    assignment: Mapped[Assignment] = relationship(lazy="raise", back_populates="visitors")
    member: Mapped[Member] = relationship(lazy="raise")


class AssignmentMove(Base):
    """One change of an assignment: who, when, from, to, why. Append-only. `batch` joins what one step did."""

    __tablename__ = "assignment_moves"
    __table_args__ = (Index("ix_assignment_moves_verb_at", "verb", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    verb: Mapped[AssignmentVerb] = mapped_column(word(AssignmentVerb))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    batch: Mapped[UUID | None] = mapped_column(index=True)
