"""The figures of a document, over what the actor oversees; the same clauses as the pages count by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.issues.listing import overdue
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import (
    Area,
    Assignment,
    Category,
    Contentment,
    Feedback,
    Handling,
    Household,
    Issue,
    IssueState,
    Nature,
    Organisation,
    PaperKind,
    Revisit,
    Solved,
    Visit,
)
from hengli_visits.papers import scope
from hengli_visits.papers.wishes import Wishes
from hengli_visits.reports.counting import Coverage, CoverageRow
from hengli_visits.reports.coverage import TASKS, totals

NO_WORK = (*FINAL, IssueState.PARKED)
"""States in which nobody works on an issue."""
APART = (IssueState.PARKED, IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.WITHDRAWN)
"""States that no rate counts."""
SHOWN = 20


@dataclass(frozen=True)
class Part:
    """The issues of a category, unit or village: all, closed, worked on, late now."""

    name: str
    total: int
    closed: int
    open: int
    late: int


@dataclass(frozen=True)
class Rate:
    """One rate: `part` of `whole`, as papers write it."""

    name: str
    formula: str
    part: int
    whole: int


@dataclass(frozen=True)
class Facts:
    """All figures of a document."""

    coverage: Coverage
    villages: list[CoverageRow]
    days: list[tuple[date, int]]
    handling: dict[Handling, int]
    natures: dict[Nature, int]
    said: dict[str, int]
    states: dict[IssueState, int]
    late: int
    categories: list[Part]
    units: list[Part]
    places: list[Part]
    rates: list[Rate]
    left: Sequence[Issue]


def facts_of(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Facts:
    """Count everything. Eleven queries."""
    now = clock.now()
    tasks = scope.tasks(actor, wishes)
    issues = scope.issues(actor, kind, wishes)
    raised = and_(issues, scope.within(Issue.raised_at, wishes))
    covered = totals(session, tasks, TASKS, clock.today(), 0)
    by_state = select(Issue.state, func.count(Issue.id)).where(raised).group_by(Issue.state)
    visits = and_(tasks, Visit.voided_at.is_(None), scope.within(Visit.visited_at, wishes))
    return Facts(
        coverage=covered.coverage,
        villages=covered.villages,
        days=_days(session, visits),
        handling=_said(session, visits, Feedback.handling),
        natures=_said(session, visits, Feedback.nature),
        said=_said(session, visits, Area.name),
        states=dict(session.execute(by_state).all()),
        late=session.scalar(select(func.count(Issue.id)).where(raised, overdue(now))) or 0,
        categories=_parts(session, raised, now, Category, Issue.category_id),
        units=_parts(session, and_(raised, Issue.dispatched_at.is_not(None)), now, Organisation, Issue.lead_unit_id),
        places=_parts(session, raised, now, Area, Issue.area_id),
        rates=_rates(session, issues, wishes, now),
        left=_left(session, raised),
    )


def _days(session: Session, visits: ColumnElement[bool]) -> list[tuple[date, int]]:
    """Visits by the town's day; the database knows no zone that both kinds share."""
    query = select(Visit.visited_at).join(Assignment, Assignment.id == Visit.assignment_id).where(visits)
    rows = session.scalars(query.execution_options(yield_per=5000))
    return sorted(Counter(clock.town_time(moment).date() for moment in rows).items())


def _said(session: Session, visits: ColumnElement[bool], column: Any) -> dict[Any, int]:
    rows = session.execute(
        select(column, func.count(Feedback.id))
        .select_from(Feedback)
        .join(Visit, Visit.id == Feedback.visit_id)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(visits, Feedback.removed_at.is_(None))
        .group_by(column)
    )
    return dict(rows.all())


def _parts(session: Session, raised: ColumnElement[bool], now: datetime, model: Any, column: Any) -> list[Part]:
    marks = (Issue.state == IssueState.CLOSED, Issue.state.not_in(NO_WORK), overdue(now))
    counts = [func.count(Issue.id), *(func.count(Issue.id).filter(mark) for mark in marks)]
    rows = session.execute(
        select(model.name, *counts)
        .select_from(Issue)
        .outerjoin(model, model.id == column)
        .where(raised)
        .group_by(model.id, model.name)
        .order_by(func.count(Issue.id).desc(), model.id)
    )
    return [Part(row[0] or "", *row[1:]) for row in rows]


def _rates(session: Session, issues: ColumnElement[bool], wishes: Wishes, now: datetime) -> list[Rate]:
    """Source: the formulas of an issue's life (domain). Two queries."""
    first_due = func.coalesce(Issue.original_due_at, Issue.due_at)
    sent = and_(Issue.state.not_in(APART), Issue.dispatched_at.is_not(None))
    dispatched = and_(sent, scope.within(Issue.dispatched_at, wishes))
    due, due_first = (and_(sent, moment <= now, scope.within(moment, wishes)) for moment in (Issue.due_at, first_due))
    marks = (
        and_(dispatched, Issue.contacted_at <= first_due), dispatched,
        and_(due, Issue.answered_at <= Issue.due_at), due,
        and_(due_first, Issue.answered_at <= first_due), due_first,
    )  # fmt: skip
    n = session.execute(select(*(func.count(Issue.id).filter(mark) for mark in marks)).where(issues)).one()
    told = and_(Revisit.reached, ~Revisit.late, Issue.state.not_in(APART), scope.within(Revisit.at, wishes))
    pleased = Revisit.contentment.in_((Contentment.CONTENT, Contentment.FAIRLY))
    rated = or_(pleased, Revisit.contentment == Contentment.DISCONTENT)
    answers = (Revisit.solved == Solved.YES, Revisit.solved.is_not(None), pleased, rated)
    r = session.execute(
        select(*(func.count(Revisit.id).filter(mark) for mark in answers))
        .join(Issue, Issue.id == Revisit.issue_id)
        .where(issues, told)
    ).one()
    return [
        Rate("响应率", "期限内联系住户的件数÷期内交办的件数", n[0], n[1]),
        Rate("按期办结率", "到期前办结的件数÷期内到期的件数", n[2], n[3]),
        Rate("按期办结率（原定期限）", "原定期限前办结的件数÷期内按原定期限到期的件数", n[4], n[5]),
        Rate("解决率", "住户认定已解决的次数÷回访问到结果的次数", r[0], r[1]),
        Rate("满意率", "（满意＋基本满意）÷作出评价的次数", r[2], r[3]),
    ]


def _left(session: Session, raised: ColumnElement[bool]) -> Sequence[Issue]:
    return session.scalars(
        select(Issue)
        .where(raised, Issue.state.not_in(NO_WORK))
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit), joinedload(Issue.household))
        .limit(SHOWN)
    ).all()
