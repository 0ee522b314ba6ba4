"""One uploaded roster, read and waiting for a decision, or applied."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.campaign import Campaign
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class RosterKind(Word):
    AREAS = "areas", N_("村(社区)名单")
    BRANCHES = "branches", N_("党支部名单")
    MEMBERS = "members", N_("党员花名册")
    HOUSEHOLDS = "households", N_("走访户名册")
    ENTERPRISES = "enterprises", N_("走访企业名册")
    GROUPS = "groups", N_("分组名单")


class BatchState(Word):
    READ = "read", N_("待确认")
    APPLIED = "applied", N_("已导入")
    DISCARDED = "discarded", N_("已放弃")


class RowState(Word):
    NEW = "new", N_("新增")
    CHANGED = "changed", N_("有变化")
    SAME = "same", N_("相同")
    BAD = "bad", N_("未采用")


class ImportBatch(Base):
    """One file of one kind. `campaign_id` is set for groups. `skipped` counts title, note, totals and blank rows.
    `outline` holds what concerns the file as a whole: villages and branches that it names and the town does not have,
    what was cleaned by kind, and what needs a look."""

    __tablename__ = "import_batches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[RosterKind] = mapped_column(word(RosterKind))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[BatchState] = mapped_column(word(BatchState), default=BatchState.READ)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sheets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)

    created_by: Mapped[Member | None] = relationship(lazy="raise")
    campaign: Mapped[Campaign | None] = relationship(lazy="raise")


class ImportRow(Base):
    """One row of a batch: where it stands, what it became, what was cleaned, or why it was not taken."""

    __tablename__ = "import_rows"
    __table_args__ = (Index("ix_import_rows_batch_state", "batch_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    sheet: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(doc="row as the spreadsheet counts, from 1")
    state: Mapped[RowState] = mapped_column(word(RowState))
    label: Mapped[str] = mapped_column(String(80), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, doc="field: [old, new]")
    notes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, doc="column, value, message, params, level (note, warn, bad)"
    )
