"""Campaigns with their time limits and the categories of what residents say."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.models.organisation import Organisation
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class CampaignState(Word):
    DRAFT = "draft", N_("筹备中")
    RUNNING = "running", N_("进行中")
    CLOSED = "closed", N_("已结束")
    ARCHIVED = "archived", N_("已归档")


WORKING_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING)
"""States of a campaign that may still change and in which a visitor has, or will have, households to look at."""


class Campaign(Base):
    """One campaign. `counted` lists the outcomes that count as visited. Limits are in working days, the urgent one in
    natural hours; they are copied onto an issue when it is dispatched. `sharing` are the wishes by which households are
    shared out, as last chosen; `claim_cap` is how many households a visitor may have by taking them up themselves (0:
    the campaign does not allow it)."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    full_name: Mapped[str] = mapped_column(String(120), default="")
    theme: Mapped[str] = mapped_column(String(120), default="")
    notice: Mapped[str] = mapped_column(String(1000), default="", doc="what visitors should know or ask")
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()
    state: Mapped[CampaignState] = mapped_column(word(CampaignState), default=CampaignState.DRAFT)
    counted: Mapped[list[str]] = mapped_column(JSON, default=list)
    triage_days: Mapped[int] = mapped_column(default=1)
    sign_days: Mapped[int] = mapped_column(default=1)
    ordinary_days: Mapped[int] = mapped_column(default=5)
    complex_days: Mapped[int] = mapped_column(default=15)
    revisit_days: Mapped[int] = mapped_column(default=3)
    urgent_hours: Mapped[int] = mapped_column(default=24)
    written_days: Mapped[int] = mapped_column(default=2, server_default="2", doc="working days late until 书面督办")
    circular_days: Mapped[int] = mapped_column(default=5, server_default="5", doc="working days late until 通报")
    sharing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    claim_cap: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    categories: Mapped[list["Category"]] = relationship(lazy="raise", order_by="Category.position")


class Category(Base):
    """What a feedback is about. `words` propose it from what was said. Its lead unit is `unit`, or, with `by_area`,
    the committee of the village concerned."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    by_area: Mapped[bool] = mapped_column(default=False)
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Organisation | None] = relationship(lazy="raise")


class DispatchRule(Base):
    """One line of the dispatch catalogue (派单目录): who leads and helps with a category in an area and what lies below
    it (None: everywhere), and within how many working days when not the campaign's own."""

    __tablename__ = "dispatch_rules"
    __table_args__ = (UniqueConstraint("category_id", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    co_unit_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    limit_days: Mapped[int | None] = mapped_column()

    category: Mapped[Category] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    lead_unit: Mapped[Organisation] = relationship(lazy="raise")


class CampaignMove(Base):
    """One step of a campaign (started, closed …). Append-only."""

    __tablename__ = "campaign_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    from_state: Mapped[CampaignState] = mapped_column(word(CampaignState))
    to_state: Mapped[CampaignState] = mapped_column(word(CampaignState, "to_state"))
    note: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
