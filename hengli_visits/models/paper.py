"""Ledgers and documents that somebody ordered, and the office's own templates for documents."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.campaign import Campaign
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class PaperKind(Word):
    VISITS = "visits", N_("走访台账")
    SAID = "said", N_("民情台账")
    ISSUES = "issues", N_("问题清单")
    DUTIES = "duties", N_("责任清单")
    RECTIFIED = "rectified", N_("整改清单（销号）")
    PARKED = "parked", N_("挂账清单")
    SUPERVISED = "supervised", N_("督办台账")
    DAILY = "daily", N_("日报")
    WEEKLY = "weekly", N_("周报")
    CIRCULAR = "circular", N_("情况通报")
    SUMMARY = "summary", N_("工作总结")


class PaperState(Word):
    WORKING = "working", N_("正在生成")
    READY = "ready", N_("可以下载")
    FAILED = "failed", N_("没有生成")


class Paper(Base):
    """One ledger or document as it was ordered. `wishes` is what was asked for (ids, days, a preface and the issues
    chosen as cases), `total` how many rows it was going to have, `size` its bytes. Its file lies in the folder of
    uploads under its id and dies a day after `done_at`. `failure` (message, params) says why there is none."""

    __tablename__ = "papers"
    __table_args__ = (Index("ix_papers_ordered", "ordered_by_id", "ordered_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[PaperKind] = mapped_column(word(PaperKind))
    state: Mapped[PaperState] = mapped_column(word(PaperState), default=PaperState.WORKING)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    ordered_by: Mapped[Member] = relationship(lazy="raise")


class PaperTemplate(Base):
    """The office's own .docx for a kind of document, in place of the program's."""

    __tablename__ = "paper_templates"

    kind: Mapped[PaperKind] = mapped_column(word(PaperKind), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), doc="of the file, as it was uploaded")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    uploaded_by: Mapped[Member | None] = relationship(lazy="raise")
