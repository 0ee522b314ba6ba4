"""The lists: assignments, visits, feedback, issues, as far as the actor's own list shows them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import WALK
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.tasks import Wanted as WantedTasks, tasks_of
from hengli_visits.exports.queries.streams import count_rows, gathered, of_row, stream
from hengli_visits.exports.tables import Column, Kind, Table
from hengli_visits.feedback.queries import Filters as WantedFeedback, said
from hengli_visits.formats import masked
from hengli_visits.issues.listing import Filters as WantedIssues, Tab
from hengli_visits.issues.queries import issues_in
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Category,
    Feedback,
    Group,
    Household,
    Issue,
    Member,
    Organisation,
    Outcome,
    Visit,
    VisitCompanion,
)
from hengli_visits.visits.scope import visible as visible_visits

PLACE = (
    Column("户编号", lambda row: row.code, 12),
    Column("户主姓名", lambda row: row.name, 16),
    Column("村(社区)", lambda row: row.village, 12),
    Column("地址", lambda row: row.street + row.door or row.address, 22),
)
HOUSEHOLD = (
    Household.code, Household.name, Area.name.label("village"), Household.street, Household.door, Household.address,
)  # fmt: skip


def _outcome(value: str | None) -> str | None:
    return Outcome(value).label if value else None


def assignments(session: Session, actor: Actor, wanted: WantedTasks, *, full: bool) -> Table:
    """The assignments that the actor's list shows, in walking order, with group, team and visitors. With `full` whole
    phone numbers of those about which the actor decides; all others stay masked."""
    query = tasks_of(actor, wanted)
    group, parent, visitor, person = aliased(Group), aliased(Group), aliased(AssignmentVisitor), aliased(Member)
    wide = (
        query.outerjoin(group, group.id == Assignment.group_id)
        .outerjoin(parent, parent.id == group.parent_id)
        .outerjoin(visitor, visitor.assignment_id == Assignment.id)
        .outerjoin(person, person.id == visitor.member_id)
        .order_by(visitor.position, person.id)
    )
    own: ColumnElement[bool] = or_(led(actor), literal(False)) if full else literal(False)
    rows = stream(
        session, wide, Assignment.id, *HOUSEHOLD, Household.kind, Household.category, Household.phone, group.name.label("group"),
        parent.name.label("above"), person.name.label("person"), Assignment.state, Assignment.last_visit_at,
        Assignment.last_outcome, Assignment.appointment_at, Assignment.due_on, own.label("whole"),
    )  # fmt: skip
    columns = (
        *of_row(
            *PLACE,
            Column("类型", lambda row: row.kind.label, 8),
            Column("户类别", lambda row: row.category, 12),
            Column("联系电话", lambda row: row.phone if row.whole else masked(row.phone), 16),
            Column("大组", lambda row: row.above, 16),
            Column("小组", lambda row: row.group, 18),
        ),
        Column("走访员", lambda one: "、".join(one.names), 18),
        *of_row(
            Column("状态", lambda row: row.state.label, 10),
            Column("最近走访", lambda row: row.last_visit_at, 16, Kind.MOMENT),
            Column("走访结果", lambda row: _outcome(row.last_outcome), 12),
            Column("约定时间", lambda row: row.appointment_at, 16, Kind.MOMENT),
            Column("走访期限", lambda row: row.due_on, 12, Kind.DATE),
        ),
    )
    return Table(columns, count_rows(session, query), gathered(rows))


def visits(session: Session, actor: Actor, wanted: WantedTasks) -> Table:
    """The visits to the households that the actor's list of assignments shows, voided ones left out, each household's
    in the order in which they were."""
    chosen = tasks_of(actor, wanted).order_by(None).with_only_columns(Assignment.id)
    query = (
        select(Visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(Visit.assignment_id.in_(chosen), visible_visits(actor), Visit.voided_at.is_(None))
        .order_by(*WALK, Visit.visited_at, Visit.id)
    )
    author, companion, person = aliased(Member), aliased(VisitCompanion), aliased(Member)
    wide = (
        query.join(author, author.id == Visit.author_id)
        .outerjoin(companion, companion.visit_id == Visit.id)
        .outerjoin(person, person.id == companion.member_id)
        .order_by(person.id)
    )
    rows = stream(
        session, wide, Visit.id, *HOUSEHOLD, Visit.visited_at, Visit.received_at, Visit.outcome, Visit.manner,
        Visit.appointment_at, Visit.remarks, Visit.companions_text, Visit.late, Visit.clock_doubtful,
        author.name.label("author"), person.name.label("person"),
    )  # fmt: skip
    columns = (
        *of_row(
            Column("走访时间", lambda row: row.visited_at, 16, Kind.MOMENT),
            *PLACE,
            Column("走访结果", lambda row: row.outcome.label, 12),
            Column("走访方式", lambda row: row.manner.label, 8),
            Column("记录人", lambda row: row.author, 10),
        ),
        Column("同行", lambda one: "、".join((*one.names, *filter(None, (one.row.companions_text,)))), 16),
        *of_row(
            Column("约定时间", lambda row: row.appointment_at, 16, Kind.MOMENT),
            Column("走访情况", lambda row: row.remarks, 40),
            Column("收到时间", lambda row: row.received_at, 16, Kind.MOMENT),
            Column("说明", _flags, 16),
        ),
    )
    return Table(columns, count_rows(session, query), gathered(rows))


def _flags(row: Any) -> str:
    """What is to be known of a visit's time."""
    late, doubtful = "补录", "时间存疑"
    return "、".join(text for text, said in ((late, row.late), (doubtful, row.clock_doubtful)) if said)


def feedback(session: Session, actor: Actor, wanted: WantedFeedback) -> Table:
    """What residents said, as the actor's list shows it, the latest first."""
    query = said(actor, wanted)
    wide = (
        query.outerjoin(Feedback.category)
        .outerjoin(Feedback.issue)
        .join(Member, Member.id == Visit.author_id)
    )  # fmt: skip
    rows = stream(
        session, wide, Visit.visited_at, *HOUSEHOLD, Feedback.nature, Category.name.label("category"), Feedback.words,
        Feedback.handling, Feedback.answer, Issue.number, Issue.state, Member.name.label("author"),
    )  # fmt: skip
    columns = (
        Column("走访时间", lambda row: row.visited_at, 16, Kind.MOMENT),
        *PLACE,
        Column("性质", lambda row: row.nature.label, 8),
        Column("类别", lambda row: row.category, 12),
        Column("原话", lambda row: row.words, 44),
        Column("处理", lambda row: row.handling.label, 10),
        Column("答复", lambda row: row.answer, 30),
        Column("问题编号", lambda row: row.number, 16),
        Column("问题状态", lambda row: row.state and row.state.label, 10),
        Column("记录人", lambda row: row.author, 10),
    )
    return Table(columns, count_rows(session, query), rows)


def issues(session: Session, actor: Actor, tab: Tab, wanted: WantedIssues, now: datetime) -> Table:
    """The issues of a tab of the actor's list, narrowed, the next to be due first. Residents stand on the pages of
    issues alone."""
    query = issues_in(actor, tab, wanted, now)
    unit = aliased(Organisation)
    wide = query.join(Issue.area).outerjoin(Issue.category).outerjoin(unit, unit.id == Issue.lead_unit_id)
    rows = stream(
        session, wide, Issue.id, Issue.number, Issue.title, Issue.words, Category.name.label("category"), Issue.urgency, Issue.state,
        Area.name.label("village"), unit.name.label("unit"), Issue.round, Issue.raised_at, Issue.dispatched_at,
        Issue.step_due_at, Issue.due_at, Issue.answered_at, Issue.closed_at, Issue.result, Issue.done, Issue.reply,
    )  # fmt: skip
    columns = (
        Column("编号", lambda row: row.number, 16),
        Column("问题", lambda row: row.title, 24),
        Column("原话", lambda row: row.words, 36),
        Column("类别", lambda row: row.category, 12),
        Column("紧急程度", lambda row: row.urgency.label, 8),
        Column("状态", lambda row: row.state.label, 10),
        Column("村(社区)", lambda row: row.village, 12),
        Column("主办单位", lambda row: row.unit, 16),
        Column("轮次", lambda row: row.round, 6, Kind.NUMBER),
        Column("提出时间", lambda row: row.raised_at, 16, Kind.MOMENT),
        Column("交办时间", lambda row: row.dispatched_at, 16, Kind.MOMENT),
        Column("本步期限", lambda row: row.step_due_at, 16, Kind.MOMENT),
        Column("办理期限", lambda row: row.due_at, 16, Kind.MOMENT),
        Column("答复时间", lambda row: row.answered_at, 16, Kind.MOMENT),
        Column("办结时间", lambda row: row.closed_at, 16, Kind.MOMENT),
        Column("办理结果", lambda row: row.result and row.result.label, 10),
        Column("做了什么", lambda row: row.done, 30),
        Column("给住户的话", lambda row: row.reply, 30),
    )
    return Table(columns, count_rows(session, query), rows)
