"""The ledgers of issues: what was found, who has to do it, how it went, what is parked and what is pressed on.
Residents do not stand in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import Session, aliased

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.exports.queries.streams import count_rows, gathered, of_row, stream
from hengli_visits.exports.tables import Column, Kind, Table, Total
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import (
    Area,
    Category,
    Issue,
    IssueState,
    IssueUnit,
    Member,
    Move,
    Organisation,
    PaperKind,
    ParkCause,
    Result,
    Revisit,
    Supervision,
)
from hengli_visits.papers import scope
from hengli_visits.papers.anonymous import mobiles_masked
from hengli_visits.papers.ledger import Ledger, each
from hengli_visits.papers.wishes import Wishes
from hengli_visits.reports.measures import CLAUSES, SENT_BACK, STAND_APART, Measure
from hengli_visits.reports.span import Span

APART = (IssueState.NOT_ACCEPTED, IssueState.WITHDRAWN, IssueState.MERGED)
"""What ended without anybody resolving it is counted apart."""
YES, NO, NOT_YET, EARLY, NO_MATTER = "是", "否", "未到期", "提前", "—"
STRUCK, PARKED, OTHER, LEFT = "已销号", "挂账", "另列", "未销号"

MOMENTS: dict[PaperKind, Any] = {
    PaperKind.ISSUES: Issue.raised_at,
    PaperKind.DUTIES: Issue.dispatched_at,
    PaperKind.RECTIFIED: Issue.dispatched_at,
    PaperKind.PARKED: Issue.raised_at,
    PaperKind.SUPERVISED: Issue.supervised_at,
}
WHICH: dict[PaperKind, ColumnElement[bool]] = {
    PaperKind.DUTIES: and_(Issue.dispatched_at.is_not(None), Issue.state.not_in(APART)),
    PaperKind.RECTIFIED: Issue.dispatched_at.is_not(None),
    PaperKind.PARKED: Issue.state == IssueState.PARKED,
    PaperKind.SUPERVISED: Issue.supervision.is_not(None),
}

HEAD = (
    Column("编号", lambda row: row.number, 16),
    Column("问题", lambda row: mobiles_masked(row.title), 30),
    Column("村(社区)", lambda row: row.village, 11),
)
STATE = Column("状态", lambda row: row.state.label, 10)
CATEGORY = Column("类别", lambda row: row.category, 12)
UNIT = Column("主办单位", lambda row: row.unit, 16)
DUE = Column("办理期限", lambda row: row.due_at, 16, Kind.MOMENT)
EXTENSIONS = Column("延期(次)", lambda row: row.extensions, 8, Kind.NUMBER)
ORIGINAL = Column("原期限", lambda row: row.original_due_at or row.due_at, 16, Kind.MOMENT)


def _query(actor: Actor, kind: PaperKind, wishes: Wishes) -> Select[Issue]:
    moment = MOMENTS[kind]
    query = select(Issue).where(scope.issues(actor, kind, wishes), scope.within(moment, wishes))
    if kind in WHICH:
        query = query.where(WHICH[kind])
    return query


def count(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> int:
    """How many issues a ledger has. One query."""
    return count_rows(session, _query(actor, kind, wishes))


def _judged(wishes: Wishes) -> tuple[ColumnElement[bool], ...]:
    """Whether the unit's answer fell due, and whether it was there in time: the clauses by which 按期办结率 counts."""
    span, now = Span(wishes.campaign_id), clock.now()
    return (
        func.coalesce(CLAUSES[Measure.DUE](span, now), false()).label("fell_due"),
        func.coalesce(CLAUSES[Measure.ON_TIME](span, now), false()).label("on_time"),
    )


def _rows(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes, *order: Any) -> Any:
    """Issues with village, category and units; one row for each co-unit, to be gathered."""
    query = _query(actor, kind, wishes)
    unit, handler, raiser, helping = aliased(Organisation), aliased(Member), aliased(Member), aliased(Organisation)
    part = aliased(IssueUnit)  # the scope looks into the table by itself
    told = (
        select(func.max(Revisit.id))
        .where(Revisit.issue_id == Issue.id, Revisit.round == Issue.round, Revisit.reached, Revisit.late.is_(False))
        .correlate(Issue)
        .scalar_subquery()
    )
    parked = (
        select(func.max(Move.at))
        .where(Move.issue_id == Issue.id, Move.to_state == IssueState.PARKED, Move.from_state != IssueState.PARKED)
        .correlate(Issue)
        .scalar_subquery()
    )
    wide = (
        query.join(Issue.area)
        .outerjoin(Issue.category)
        .outerjoin(unit, unit.id == Issue.lead_unit_id)
        .outerjoin(handler, handler.id == Issue.handler_id)
        .join(raiser, raiser.id == Issue.raised_by_id)
        .outerjoin(Revisit, Revisit.id == told)
        .outerjoin(part, part.issue_id == Issue.id)
        .outerjoin(helping, helping.id == part.organisation_id)
        .order_by(*(order or (Issue.raised_at, Issue.id)), helping.id)
    )
    return stream(
        session, wide, Issue.id, Issue.number, Issue.title, Issue.state, Issue.urgency, Issue.round, Issue.raised_at, Issue.dispatched_at,
        Issue.contacted_at, Issue.answered_at, Issue.closed_at, Issue.step_due_at, Issue.due_at, Issue.original_due_at,
        Issue.extensions, Issue.supervision, Issue.supervised_at, Issue.result, Issue.done, Issue.park_cause, Issue.interim,
        Issue.review_on, Area.name.label("village"), Category.name.label("category"), unit.name.label("unit"),
        handler.name.label("handler"), raiser.name.label("raiser"), Revisit.solved, Revisit.contentment,
        parked.label("parked_at"), helping.name.label("person"), SENT_BACK.label("sent_back"), *_judged(wishes),
    )  # fmt: skip


def _ledger(rows: Any, columns: tuple[Column, ...], totals: tuple[Total, ...], note: str = "") -> Ledger:
    return Ledger(Table(columns, 0, gathered(rows)), totals, note=note)


def is_late(row: Any, now: datetime) -> bool:
    """Whether the present step of an issue is late."""
    return row.state not in FINAL and row.step_due_at is not None and row.step_due_at <= now


def in_time(row: Any) -> str:
    """Whether a unit's answer was there when it fell due, as 按期办结率 counts it: what fell due is judged, an answer
    that is there before is said to be early, what no rate counts gets a dash."""
    if row.state in STAND_APART or row.due_at is None:
        return NO_MATTER
    if row.fell_due:
        return YES if row.on_time else NO
    return EARLY if row.answered_at is not None and not row.sent_back else NOT_YET


def struck(row: Any) -> str:
    """销号: a closed issue is struck off; a parked one never is; what nobody had to resolve stands apart."""
    if row.state is IssueState.CLOSED:
        return STRUCK
    if row.state is IssueState.PARKED:
        return PARKED
    return OTHER if row.state in APART else LEFT


def _days(due: datetime, until: datetime) -> int:
    """Days of the calendar by which something is late; what is late at all is so by a day."""
    return 0 if until <= due else max(1, (clock.town_time(until).date() - clock.town_time(due).date()).days)


def answer_late(row: Any, now: datetime) -> int:
    """Days by which a unit's answer came, or still is, late."""
    if row.due_at is None or row.state in STAND_APART:
        return 0
    return _days(row.due_at, row.answered_at or (row.closed_at if row.state is IssueState.CLOSED else None) or now)


def step_late(row: Any, now: datetime) -> int:
    """Days by which the present step is late: what the pages call overdue is so here, too."""
    return _days(row.step_due_at, now) if is_late(row, now) else 0


def found(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """问题清单: every issue, in the order in which residents raised them."""
    now = clock.now()
    columns = of_row(
        *HEAD,
        CATEGORY,
        Column("紧急程度", lambda row: row.urgency.label, 8),
        Column("提出时间", lambda row: row.raised_at, 16, Kind.MOMENT),
        Column("登记人", lambda row: row.raiser, 9),
        UNIT,
        STATE,
        Column("本步期限", lambda row: row.step_due_at, 16, Kind.MOMENT),
        Column("超期", lambda row: YES if is_late(row, now) else NO, 6),
        Column("第几轮", lambda row: row.round, 7, Kind.NUMBER),
    )
    totals = (Total("问题总数"), *each("状态", "状态", IssueState), Total("本步超期", "超期", YES))
    return _ledger(_rows(session, actor, kind, wishes), columns, totals)


def duties(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """责任清单: dispatched issues unit by unit, with who helps, who handles and by when."""
    columns = (
        *of_row(UNIT),
        *of_row(*HEAD, CATEGORY),
        Column("协办单位", lambda one: "、".join(one.names), 16),
        *of_row(
            Column("承办人", lambda row: row.handler, 9),
            Column("交办时间", lambda row: row.dispatched_at, 16, Kind.MOMENT),
            DUE,
            EXTENSIONS,
            Column("首次联系", lambda row: row.contacted_at, 16, Kind.MOMENT),
            STATE,
        ),
    )
    totals = (
        Total("交办问题"),
        Total("其中已办结", "状态", IssueState.CLOSED.label),
        Total("其中挂账", "状态", IssueState.PARKED.label),
        Total("延期（次）", "延期(次)"),
    )
    order = (Issue.lead_unit_id, Issue.dispatched_at, Issue.id)
    note = "含挂账；不含不予受理、撤回、并单，这些在整改清单里另列。交办问题减去挂账，就是响应率的分母"
    return _ledger(_rows(session, actor, kind, wishes, *order), columns, totals, note)


def rectified(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """整改清单（销号）: what was done about each dispatched issue, whether in time, what the resident says of it, and
    whether it is struck off."""
    columns = of_row(
        *HEAD,
        UNIT,
        Column("整改措施", lambda row: mobiles_masked(row.done), 34),
        Column("结果", lambda row: row.result and row.result.label, 10),
        DUE,
        Column("答复时间", lambda row: row.answered_at, 16, Kind.MOMENT),
        Column("按期", in_time, 7),
        Column("回访", lambda row: row.solved and f"解决：{row.solved.label}", 10),
        Column("评价", lambda row: row.contentment and row.contentment.label, 10),
        Column("办结时间", lambda row: row.closed_at, 16, Kind.MOMENT),
        Column("销号", struck, 8),
    )
    totals = (
        Total("交办问题"),
        *(Total(f"销号：{word}", "销号", word) for word in (STRUCK, LEFT, PARKED, OTHER)),
        *(Total(f"按期：{word}", "按期", word) for word in (YES, NO, EARLY, NOT_YET, NO_MATTER)),
        *each("结果", "结果", Result),
    )
    note = (
        "已办结为已销号；挂账不算销号；不予受理、撤回、并单另列。交办问题减去挂账和另列，就是响应率的分母。"
        "按期只看已到期的，同按期办结率；提前为期限未到、已经答复；住户退回重办的不算答复"
    )
    return _ledger(_rows(session, actor, kind, wishes), columns, totals, note)


def parked(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """挂账清单: what cannot be resolved for now, the next to be looked at again first."""
    today = clock.today()
    columns = of_row(
        *HEAD,
        UNIT,
        Column("原因", lambda row: row.park_cause and row.park_cause.label, 10),
        Column("临时措施", lambda row: mobiles_masked(row.interim), 36),
        Column("挂账时间", lambda row: row.parked_at, 16, Kind.MOMENT),
        Column("下次复核", lambda row: row.review_on, 12, Kind.DATE),
        Column("复核逾期", lambda row: YES if row.review_on and row.review_on < today else NO, 9),
    )
    totals = (Total("挂账问题"), *each("原因", "原因", ParkCause), Total("复核逾期", "复核逾期", YES))
    order = (Issue.review_on, Issue.id)
    return _ledger(_rows(session, actor, kind, wishes, *order), columns, totals)


def supervised(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """督办台账: what is pressed on, with how far, what was extended and how late it is."""
    now = clock.now()
    columns = of_row(
        *HEAD,
        UNIT,
        Column("督办", lambda row: row.supervision.label, 10),
        Column("督办时间", lambda row: row.supervised_at, 16, Kind.MOMENT),
        ORIGINAL,
        DUE,
        EXTENSIONS,
        Column("答复时间", lambda row: row.answered_at, 16, Kind.MOMENT),
        Column("答复逾期(天)", lambda row: answer_late(row, now), 9, Kind.NUMBER),
        STATE,
        Column("本步期限", lambda row: row.step_due_at, 16, Kind.MOMENT),
        Column("本步逾期(天)", lambda row: step_late(row, now), 9, Kind.NUMBER),
    )
    totals = (
        Total("督办问题"),
        *each("督办", "督办", Supervision),
        Total("延期（次）", "延期(次)"),
        Total("答复逾期合计（天）", "答复逾期(天)"),
        Total("本步逾期合计（天）", "本步逾期(天)"),
    )
    order = (Issue.supervised_at, Issue.id)
    note = "答复逾期按办理期限，没有答复的算到生成时；本步逾期按现在这一步的期限。不足一天算一天"
    return _ledger(_rows(session, actor, kind, wishes, *order), columns, totals, note)
