"""What stands in the way of undoing an import: everything that was built on it since, read from the schema itself, so
that a table added later counts too."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.imports import footprint, rules
from hengli_visits.imports.footprint import RECORDS, Traces
from hengli_visits.models import BatchState, Campaign, ImportBatch, ImportRow, RosterKind, RowState
from hengli_visits.orm import Base
from hengli_visits.restoring import all_rows, portions, table_of
from hengli_visits.wording import N_

EXAMPLES = 3
PORTION = 10_000

WORDS: dict[str, str] = {
    "absences": N_("请假记录"),
    "accounts": N_("账号"),
    "area_aliases": N_("村(社区)的别名"),
    "api_tokens": N_("数据接口的密钥"),
    "areas": N_("下面的村(社区)"),
    "assignment_moves": N_("走访任务的变动"),
    "assignment_visitors": N_("派了走访员的任务"),
    "assignments": N_("走访任务"),
    "audit_entries": N_("本人的操作记录"),
    "avoidances": N_("回避要求"),
    "campaign_moves": N_("活动的变动"),
    "campaigns": N_("活动"),
    "categories": N_("问题类别"),
    "channels": N_("通知方式"),
    "column_choices": N_("指定过的列"),
    "devices": N_("登录过的设备"),
    "dispatch_rules": N_("派单目录"),
    "group_areas": N_("负责这里的组"),
    "group_members": N_("组员"),
    "groups": N_("小组"),
    "households": N_("户和企业"),
    "import_batches": N_("上传的名册"),
    "issue_units": N_("协办的问题"),
    "issues": N_("问题"),
    "members": N_("党员"),
    "moves": N_("问题的办理记录"),
    "nudges": N_("催办"),
    "organisations": N_("党支部和责任单位"),
    "paper_templates": N_("换上的公文模板"),
    "papers": N_("订的报表"),
    "photos": N_("照片"),
    "resident_links": N_("给住户的链接"),
    "revisits": N_("回访记录"),
    "role_grants": N_("角色"),
    "saved_searches": N_("保存的查找"),
    "share_out_rows": N_("分派方案里的户"),
    "share_outs": N_("分派方案"),
    "sign_in_cards": N_("登录卡"),
    "spot_check_items": N_("抽查的结果"),
    "spot_checks": N_("抽查"),
    "stand_ins": N_("代理的角色"),
    "visit_companions": N_("同行走访"),
    "visit_revisions": N_("走访记录的修改"),
    "visits": N_("走访记录"),
}
"""What the rows of a table that refers to an import's records are called."""

EDITED = N_("导入以后又改过的记录")
LATER = N_("以后导入的名册改过同样的记录")
OLD = N_("这份名册导入得早，那时还没有记下怎样撤销")
ENDED = N_("活动已经结束，分组和分派不能再改")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that was built on an import: how many there are, and names of some that it concerns."""

    what: str
    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What a batch made and changed, as conditions for queries."""

    session: Session
    batch_id: UUID
    records: str | None
    at: datetime
    traces: dict[str, Traces] = field(default_factory=dict)

    @classmethod
    def by(cls, session: Session, batch: ImportBatch) -> "Left":
        """What this batch left; its `made` must be there."""
        found = {one.table: one for one in footprint.unpack(batch.made)}
        return cls(session, batch.id, RECORDS.get(batch.kind), datetime.fromisoformat(batch.made["at"]), found)

    def rows(self, *states: RowState) -> Select[Any]:
        """The ids of the records that its rows in these states became."""
        return select(ImportRow.target_id).where(
            ImportRow.batch_id == self.batch_id, ImportRow.state.in_(states), ImportRow.target_id.is_not(None)
        )

    def among(self, table: str, column: Column[Any]) -> Iterator[ColumnElement[bool]]:
        """Conditions, a portion each, that a column tells a row of `table` that the batch made."""
        if table == self.records:
            yield column.in_(self.rows(RowState.NEW))
        elif own := self.traces.get(table):
            for some in portions(sorted(key[0] for key in own.made), PORTION):
                yield column.in_(some)

    def makes(self) -> set[str]:
        """Tables in which the batch may have made rows."""
        return {*self.traces, *filter(None, (self.records,))}


def obstacles(session: Session, batch: ImportBatch) -> list[Obstacle]:
    """Everything that was built on an imported batch; nothing: it can be undone."""
    if not batch.made:
        return [Obstacle(OLD)]
    left = Left.by(session, batch)
    return [
        *_ended(session, batch),
        *_later(left),
        *_edited_records(left),
        *_edited_others(left),
        *_referring(left),
    ]


def _ended(session: Session, batch: ImportBatch) -> Iterator[Obstacle]:
    if batch.campaign_id is None:
        return
    state = session.scalar(select(Campaign.state).where(Campaign.id == batch.campaign_id))
    if state not in rules.OPEN_STATES:
        yield Obstacle(ENDED)


def _later(left: Left) -> Iterator[Obstacle]:
    """Later batches that changed the same records."""
    if left.records is None:
        return
    kinds = [kind for kind in RosterKind if RECORDS.get(kind) == left.records]
    mine = left.rows(RowState.NEW, RowState.CHANGED)
    rows = left.session.execute(
        select(ImportBatch.file_name, func.count())
        .join(ImportRow, ImportRow.batch_id == ImportBatch.id)
        .where(
            ImportBatch.state == BatchState.APPLIED,
            ImportBatch.kind.in_(kinds),
            ImportBatch.id != left.batch_id,
            ImportBatch.applied_at >= left.at,
            ImportRow.state == RowState.CHANGED,
            ImportRow.target_id.in_(mine),
        )
        .group_by(ImportBatch.id, ImportBatch.file_name)
    ).all()
    if rows:
        yield Obstacle(LATER, sum(count for _, count in rows), tuple(name for name, _ in rows[:EXAMPLES]))


def _edited_records(left: Left) -> Iterator[Obstacle]:
    """Records of the batch's rows that somebody has changed since."""
    if left.records is None:
        return
    table = table_of(left.records)
    edited = and_(table.c.id.in_(left.rows(RowState.NEW, RowState.CHANGED)), table.c.updated_at != left.at)
    if count := left.session.scalar(select(func.count()).select_from(table).where(edited)):
        names = left.session.scalars(select(table.c.name).where(edited).order_by(table.c.id).limit(EXAMPLES))
        yield Obstacle(EDITED, count, tuple(names))


def _edited_others(left: Left) -> Iterator[Obstacle]:
    """Villages, branches, groups … that are not as the batch left them."""
    for name, own in left.traces.items():
        now = all_rows(left.session, table_of(name))
        if edited := own.edited(now):
            names = [now[key]["name"] for key in edited if key in now and "name" in now[key]]
            yield Obstacle(EDITED, len(edited), tuple(names[:EXAMPLES]))


def _referring(left: Left) -> Iterator[Obstacle]:
    """Rows that refer to what the batch made and are not its own."""
    for table in Base.metadata.sorted_tables:
        columns: dict[str, list[Column[Any]]] = defaultdict(list)
        for key in table.foreign_keys:
            if key.column.table.name in left.makes():
                columns[key.column.table.name].append(key.parent)
        for name, own in columns.items():
            yield from _referring_from(left, table, name, own)


def _referring_from(left: Left, table: Table, name: str, columns: list[Column[Any]]) -> Iterator[Obstacle]:
    found, examples = set[tuple[Any, ...]](), dict[str, None]()
    for column in columns:
        for clause in left.among(name, column):
            others = _others(left, table, clause)
            found.update(others)
            examples |= dict.fromkeys(_names(left, name, column, table, others))
    if found:
        yield Obstacle(WORDS[table.name], len(found), tuple(examples)[:EXAMPLES])


def _others(left: Left, table: Table, clause: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """Keys of the rows for which this holds, without those that the batch made itself."""
    query = select(*table.primary_key).where(clause)
    if table.name == left.records:
        query = query.where(table.c.id.not_in(left.rows(RowState.NEW)))
    own = left.traces[table.name].made if table.name in left.traces else frozenset()
    return [key for row in left.session.execute(query) if (key := tuple(row)) not in own]


def _names(left: Left, name: str, column: Column[Any], table: Table, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Names of some of the records that these rows refer to, where such have a name."""
    referred = table_of(name)
    first = list(rows)[:EXAMPLES]
    if "name" not in referred.c or not first:
        return
    same = [and_(*(own == one for own, one in zip(table.primary_key, row, strict=True))) for row in first]
    yield from left.session.scalars(
        select(referred.c.name).where(referred.c.id.in_(select(column).where(or_(*same)))).order_by(referred.c.id)
    )
