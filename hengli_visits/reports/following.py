"""What became of what residents said: feedback and issues counted in the database, one query per figure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.issues.listing import (
    ALL,
    APART,
    NEED,
    OPEN,
    WORKING,
    Pressing,
    amber,
    kept,
    kept_original,
    overdue,
)
from hengli_visits.issues.rules import WITH_UNIT
from hengli_visits.models import Category, Issue, IssueState
from hengli_visits.reports.counting import Count, Where

ISSUES = Where("issues.index")
ROWS = "reports.issue_rows"
"""Where tabs are found that are not among the reader's own."""
FEEDBACK = Where("feedback.index")
Scope = ColumnElement[bool]


@dataclass(frozen=True)
class Said:
    """What residents said, by what was done about it at once."""

    total: Count
    answered: Count
    follow_up: Count
    noted: Count


@dataclass(frozen=True)
class Issues:
    """Issues of a scope: all, closed, still open, with the present step late or soon late, in the hands of a unit that
    is late, and closed in time (also by the due date before any extension); what is 挂账 is not open; `watched`: waiting
    for the actor or late with a unit, each once; `parked`; those there are by
    state, and of these the ones that wait for the actor; and by category, the most frequent first, those without one
    under an empty name."""

    total: Count
    closed: Count
    open: Count
    overdue: Count
    amber: Count
    unit_late: Count
    kept: Count
    kept_original: Count
    watched: int
    parked: int
    by_state: list[tuple[IssueState, Count]]
    waiting: list[tuple[IssueState, Count]]
    categories: list[tuple[str, Count]]


def issues(session: Session, scope: Scope, where: Where, waits: ColumnElement[bool], now: datetime) -> Issues:
    """Issues by state and category, with what is late, in time and waiting for somebody. One query."""
    unit_late = and_(overdue(now), Issue.state.in_(WITH_UNIT))
    marks = {
        "waits": waits,
        "overdue": overdue(now),
        "amber": amber(now),
        "unit_late": unit_late,
        "watched": or_(waits, unit_late),
        "kept": kept(now),
        "kept_original": kept_original(now),
    }
    columns = [func.count(Issue.id).filter(clause).label(name) for name, clause in marks.items()]
    kinds = (Issue.state, Issue.category_id)
    counted = select(*kinds, func.count(Issue.id).label("total"), *columns).where(scope).group_by(*kinds).subquery()
    category = (Category.name, Category.position)
    rows = session.execute(select(counted, *category).outerjoin(Category, Category.id == counted.c.category_id)).all()
    number = Counter[IssueState]()
    mine = Counter[IssueState]()
    for row in rows:
        number[row.state] += row.total
        mine[row.state] += row.waits
    late = {name: sum(getattr(row, name) for row in rows) for name in marks}
    every = where & {"tab": ALL.key}
    return Issues(
        total=Count(sum(number.values()), every),
        closed=Count(number.get(IssueState.CLOSED, 0), every & {"state": IssueState.CLOSED.value}),
        open=Count(sum(n for state, n in number.items() if state not in APART), where & {"tab": OPEN.key}),
        overdue=Count(late["overdue"], every & {"due": Pressing.OVERDUE.value}),
        amber=Count(late["amber"], every & {"due": Pressing.AMBER.value}),
        unit_late=Count(
            late["unit_late"], Where(ROWS, where.filters) & {"tab": WORKING.key, "due": Pressing.OVERDUE.value}
        ),
        kept=Count(late["kept"], every & {"due": Pressing.KEPT.value}),
        kept_original=Count(late["kept_original"], every & {"due": Pressing.KEPT_ORIGINAL.value}),
        watched=late["watched"],
        parked=number.get(IssueState.PARKED, 0),
        by_state=[(s, Count(number[s], every & {"state": s.value})) for s in IssueState if s in number],
        waiting=[(s, Count(mine[s], where & {"tab": NEED.key, "state": s.value})) for s in IssueState if mine[s]],
        categories=_categories(rows, every),
    )


def _categories(rows: Iterable[Any], where: Where) -> list[tuple[str, Count]]:
    number = Counter[tuple[str, int, int]]()
    for row in rows:
        number[row.name or "", row.position or 0, row.category_id or 0] += row.total
    return [
        (name, Count(total, where & {"category": id_}))
        for (name, position, id_), total in sorted(number.items(), key=lambda one: (-one[1], *one[0][1:]))
    ]
