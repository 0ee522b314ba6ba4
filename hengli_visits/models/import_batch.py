"""One uploaded roster, read and waiting for a decision, or applied."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
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
    ASSIGNMENTS = "assignments", N_("走访分派表")


class BatchState(Word):
    READING = "reading", N_("正在读取")
    READ = "read", N_("待确认")
    APPLYING = "applying", N_("正在导入")
    APPLIED = "applied", N_("已导入")
    UNDONE = "undone", N_("已撤销")
    DISCARDED = "discarded", N_("已放弃")
    FAILED = "failed", N_("没有读成")


class RowState(Word):
    NEW = "new", N_("新增")
    CHANGED = "changed", N_("有变化")
    SAME = "same", N_("相同")
    BAD = "bad", N_("未采用")


class TwinChoice(Word):
    MERGE = "merge", N_("合并")
    KEEP = "keep", N_("是另一户(人)")


class ImportBatch(Base):
    """One file of one kind. `campaign_id` is set for groups and assignments. `skipped` counts title, note, totals and
    blank rows. `outline` holds what concerns the file as a whole: villages and branches that it names and the town does
    not have, what was cleaned by kind, and what needs a look. `choices` are the user's: {"columns": {sheet: {column:
    field}}}. `failure` (message, params) says why reading, applying or undoing came to nothing. `made` are the ids of what was founded along with
    its rows ({"areas": …, "organisations": …, "groups": …}), so that it can be undone."""

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
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
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
    """One row of a batch: where it stands, what it became, what was cleaned, or why it was not taken. `target_id` is the
    record that it is, and once applied the one that it became; `before` holds that record's columns as they were.
    `twin` ({"id", "label", "why"}) is a record that it may be as well, and `choice` what the user made of that."""

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
    target_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    twin: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    choice: Mapped[TwinChoice | None] = mapped_column(word(TwinChoice))


class ColumnChoice(Base):
    """What the columns of a set of headers were said to hold; `key` tells the set, `columns` are {header: field}."""

    __tablename__ = "column_choices"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RosterKind] = mapped_column(word(RosterKind, "columnchoicekind"))
    key: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
