"""日报 and 周报: the figures of each village, for one day or one week."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.exports.tables import Column, Kind, Table
from hengli_visits.issues.listing import overdue
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    Feedback,
    Household,
    Issue,
    IssueState,
    PaperKind,
    Visit,
)
from hengli_visits.papers import scope
from hengli_visits.papers.ledger import Ledger
from hengli_visits.papers.wishes import Wishes

TARGETS, VISITED, RATE = "走访对象(户)", "累计已访(户)", "走访率"
NOTE = "累计、未办结、超期和挂账为生成时的数字"
Figures = dict[int, dict[str, int]]


def _add(figures: Figures, rows: Any) -> None:
    for row in rows.mappings():
        told = dict(row)
        figures.setdefault(told.pop("area"), {}).update({name: value or 0 for name, value in told.items()})


def _tasks(session: Session, figures: Figures, own: ColumnElement[bool]) -> None:
    _add(
        figures,
        session.execute(
            select(
                Household.area_id.label("area"),
                func.count(Assignment.id).label("targets"),
                func.count(Assignment.id).filter(Assignment.state == AssignmentState.VISITED).label("visited"),
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


def _issues(session: Session, figures: Figures, own: ColumnElement[bool], wishes: Wishes) -> None:
    clauses = {
        "raised": scope.within(Issue.raised_at, wishes),
        "closed": and_(Issue.state == IssueState.CLOSED, scope.within(Issue.closed_at, wishes)),
        "all_raised": Issue.id.is_not(None),
        "all_closed": Issue.state == IssueState.CLOSED,
        "open": Issue.state.not_in((*FINAL, IssueState.PARKED)),
        "late": overdue(clock.now()),
        "parked": Issue.state == IssueState.PARKED,
    }
    counts = [func.count(Issue.id).filter(clause).label(name) for name, clause in clauses.items()]
    _add(
        figures,
        session.execute(select(Issue.area_id.label("area"), *counts).where(own).group_by(Issue.area_id)),
    )


def _number(title: str, name: str, width: float = 10) -> Column:
    return Column(title, lambda row: row[1].get(name, 0), width, Kind.NUMBER)


def _share(row: Any) -> float | None:
    figures = row[1]
    return figures.get("visited", 0) / figures["targets"] if figures.get("targets") else None


def ledger(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> Ledger:
    """One row for each village of the actor in which there is anything, in the town's order. Five queries."""
    figures: Figures = {}
    own = scope.tasks(actor, wishes)
    _tasks(session, figures, own)
    _visits(session, figures, scope.visited(actor, wishes), wishes)
    _issues(session, figures, scope.issues(actor, kind, wishes), wishes)
    areas = session.execute(
        select(Area.id, Area.name).where(Area.id.in_(sorted(figures))).order_by(Area.position, Area.id)
    )
    rows = [(row.name, figures[row.id]) for row in areas]
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
        _number("超期", "late", 8),
        _number("挂账", "parked", 8),
    )
    return Ledger(Table(columns, len(rows), rows), sums=True, note=NOTE)
