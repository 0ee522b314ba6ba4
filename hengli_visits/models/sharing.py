"""Plans of who shall visit whom, made by the program, looked at and changed by people, then applied."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.campaign import Campaign
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class ShareState(Word):
    WORKING = "working", N_("正在计算")
    READY = "ready", N_("待确认")
    APPLYING = "applying", N_("正在分派")
    APPLIED = "applied", N_("已分派")
    UNDONE = "undone", N_("已撤销")
    DISCARDED = "discarded", N_("已放弃")
    FAILED = "failed", N_("没有算成")


class ShareOut(Base):
    """One plan. `wishes` holds what was asked for, `outline` the figures and sentences of the whole, `failure`
    (message, params) why it came to nothing. Its id is the `batch` of the moves that applying it leaves."""

    __tablename__ = "share_outs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    state: Mapped[ShareState] = mapped_column(word(ShareState), default=ShareState.WORKING)
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    created_by: Mapped[Member | None] = relationship(lazy="raise")


class ShareOutRow(Base):
    """One household of a plan: where it was, where it shall go, and what speaks for it. `visitors` are member ids in
    their order, `near` and `again` say that one of them is of the same village or was there last time, `by_hand` that
    somebody moved it after the program had placed it."""

    __tablename__ = "share_out_rows"
    __table_args__ = (Index("ix_share_out_rows_group", "share_out_id", "group_id"),)

    share_out_id: Mapped[UUID] = mapped_column(ForeignKey("share_outs.id", ondelete="CASCADE"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    visitors: Mapped[list[int]] = mapped_column(JSON, default=list)
    was_group_id: Mapped[int | None]
    was_visitors: Mapped[list[int]] = mapped_column(JSON, default=list)
    weight: Mapped[int] = mapped_column(default=1)
    near: Mapped[bool] = mapped_column(default=False)
    again: Mapped[bool] = mapped_column(default=False)
    by_hand: Mapped[bool] = mapped_column(default=False)
