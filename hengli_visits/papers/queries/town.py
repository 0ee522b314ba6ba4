"""日报 and 周报: the figures of each village, for one day or one week."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import visited_within
from hengli_visits.exports.tables import Column, Kind, Table
from hengli_visits.issues.listing import overdue
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import (
    Area,
    Assignment,
    Feedback,
    Household,
    Issue,
    IssueState,
    Move,
    PaperKind,
    Visit,
)
from hengli_visits.papers import scope
from hengli_visits.papers.ledger import Ledger
from hengli_visits.papers.wishes import Wishes, short_moment

TARGETS, VISITED, RATE = "走访对象(户)", "累计已访(户)", "走访率"
Figures = dict[int, dict[str, int]]


def _add(figures: Figures, rows: Any) -> None:
    for row in rows.mappings():
        told = dict(row)
        figures.setdefault(told.pop("area"), {}).update({name: value or 0 for name, value in told.items()})


def _tasks(session: Session, figures: Figures, own: ColumnElement[bool], wishes: Wishes) -> None:
    """Targets as they are now; visited ones by the day of their latest visit."""
    _add(
        figures,
        session.execute(
            select(
                Household.area_id.label("area"),
                func.count(Assignment.id).label("targets"),
                func.count(Assignment.id).filter(visited_within(None, wishes.until)).label("visited"),
            )
            .join(Household, Household.id == Assignment.household_id)
            .where(own)
            .group_by(Household.area_id)
        ),
    )


def _visits(session: Session, figures: Figures, own: ColumnElement[bool], wishes: Wishes) -> None:
    days = and_(Visit.voided_at.is_(None), scope.within(Visit.visited_at, wishes))
    base = select(Household.area_id.label("area")).select_from(Visit)
    joined = (
        base.join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .where(own, days)
        .group_by(Household.area_id)
    )
    _add(
        figures,
        session.execute(
            joined.add_columns(
                func.count(Visit.id).label("visits"), func.count(Visit.assignment_id.distinct()).label("households")
            )
        ),
    )
    said = joined.join(Feedback, and_(Feedback.visit_id == Visit.id, Feedback.removed_at.is_(None)))
    _add(figures, session.execute(said.add_columns(func.count(Feedback.id).label("said"))))


def _issues(session: Session, figures: Figures, own: ColumnElement[bool], wishes: Wishes, now: datetime) -> None:
    """Issues as they stood when the days were over: by the last move until then, or as they stand when that is yet to
    come. What was late then is not kept: that is counted as of now."""
    past = is_over(wishes, now)
    state: Any = Issue.state
    known: Select[Any] = select(Issue.area_id.label("area")).select_from(Issue)
    if past:
        here = Move.issue_id.in_(select(Issue.id).where(Issue.campaign_id == wishes.campaign_id))
        last = (
            select(func.max(Move.id).label("id")).where(here, Move.at < wishes.end).group_by(Move.issue_id).subquery()
        )
        moved = select(Move.issue_id, Move.to_state).join(last, last.c.id == Move.id).subquery()
        known = known.outerjoin(moved, moved.c.issue_id == Issue.id)
        state = func.coalesce(moved.c.to_state, IssueState.TRIAGE)
    there = Issue.raised_at < wishes.end if past else true()
    clauses = {
        "raised": scope.within(Issue.raised_at, wishes),
        "closed": and_(Issue.state == IssueState.CLOSED, scope.within(Issue.closed_at, wishes)),
        "all_raised": there,
        "all_closed": and_(there, state == IssueState.CLOSED),
        "open": and_(there, state.not_in((*FINAL, IssueState.PARKED))),
        "late": overdue(now),
        "parked": and_(there, state == IssueState.PARKED),
    }
    counts = [func.count(Issue.id).filter(clause).label(name) for name, clause in clauses.items()]
    _add(figures, session.execute(known.add_columns(*counts).where(own).group_by(Issue.area_id)))


def is_over(wishes: Wishes, now: datetime) -> bool:
    """Whether the days of which a paper tells are over."""
    return wishes.end is not None and wishes.end <= now


def _number(title: str, name: str, width: float = 10) -> Column:
    return Column(title, lambda row: row[1].get(name, 0), width, Kind.NUMBER)


def _share(row: Any) -> float | None:
    figures = row[1]
    return figures.get("visited", 0) / figures["targets"] if figures.get("targets") else None


def _note(wishes: Wishes, now: datetime) -> str:
    """The moment of each number that is none of a day."""
    at = short_moment(now)
    visited = "累计已访按每户最近一次走访的日期计"
    if not is_over(wishes, now) or wishes.until is None:
        return f"累计、未办结、超期和挂账截至{at}；{visited}"
    end = f"{wishes.until.month}月{wishes.until.day}日24时"
    return f"累计、未办结和挂账截至{end}；走访对象按{at}的名册；{visited}"


def ledger(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """One row for each village of the actor in which there is anything, in the town's order. Five queries."""
    figures: Figures = {}
    now = clock.now()
    own = scope.tasks(actor, wishes)
    _tasks(session, figures, own, wishes)
    _visits(session, figures, scope.visited(actor, wishes), wishes)
    _issues(session, figures, scope.issues(actor, kind, wishes), wishes, now)
    areas = session.execute(
        select(Area.id, Area.name).where(Area.id.in_(sorted(figures))).order_by(Area.position, Area.id)
    )
    rows = [(row.name, figures[row.id]) for row in areas]
    at = short_moment(now)
    this = "当天" if kind is PaperKind.DAILY else "本周"
    columns = (
        Column("村(社区)", lambda row: row[0], 14),
        _number(TARGETS, "targets"),
        _number(VISITED, "visited"),
        Column(RATE, _share, 9, Kind.SHARE, of=(VISITED, TARGETS)),
        _number(f"{this}走访(次)", "visits"),
        _number(f"{this}走访(户)", "households"),
        _number(f"{this}意见(条)", "said"),
        _number(f"{this}新问题", "raised"),
        _number(f"{this}办结", "closed"),
        _number("累计问题", "all_raised"),
        _number("累计办结", "all_closed"),
        _number("未办结", "open"),
        _number(f"超期(截至{at})" if is_over(wishes, now) else "超期", "late", 12),
        _number("挂账", "parked", 8),
    )
    return Ledger(Table(columns, len(rows), rows), sums=True, note=_note(wishes, now))
