"""The page of issues: by state, age, unit and village, with the rates, what is late and what is parked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.issues.listing import overdue
from hengli_visits.models import Area, Issue, IssueState, Organisation
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.measures import CLAUSES, NO_WORK, STAND_APART, Age, Measure, Told, age_clause
from hengli_visits.reports.rates import ISSUES, Rate, counts, rates
from hengli_visits.reports.span import Span

PARKED_SHOWN = 10
"""So many parked issues stand on the page; the others are in their list."""


@dataclass(frozen=True)
class AgeRow:
    """Issues of one state that are worked on, by age."""

    state: IssueState
    total: Count
    ages: list[tuple[Age, Count]]


@dataclass(frozen=True)
class PartRow:
    """The issues of a unit or a village: raised, worked on, late now; and how many fell due and were done in time. A unit
    without a name: not dispatched."""

    name: str
    total: Count
    open: Count
    late: Count
    due: Count
    on_time: Count


@dataclass(frozen=True)
class Solving:
    """Issues of a span."""

    total: Count
    states: list[tuple[IssueState, Count]]
    apart: list[tuple[IssueState, Count]]
    open: list[AgeRow]
    ages: list[tuple[Age, Count]]
    units: list[PartRow]
    villages: list[PartRow]
    measures: dict[Measure | Told, Count]
    rates: list[Rate]
    parked: Sequence[Issue]


def solving(session: Session, actor: Actor, span: Span, now: datetime) -> Solving:
    """The issues of a span. Six queries."""
    where = span.where(ISSUES)
    numbers = _by_state(session, actor, span, now)
    states = Counter({state: row["n"] for state, row in numbers.items()})
    measures = counts(session, actor, span, now)
    rows = [_age_row(state, numbers[state], where) for state in IssueState if state in numbers and state not in NO_WORK]
    return Solving(
        total=Count(sum(states.values()), where),
        states=[(state, Count(states[state], where & {"state": state.value})) for state in IssueState if states[state]],
        apart=[(state, Count(states[state], where & {"state": state.value})) for state in STAND_APART],
        open=rows,
        ages=[(age, Count(sum(n[age.value] for n in numbers.values()), where & {"age": age.value})) for age in Age],
        units=_parts(session, actor, span, now, Issue.lead_unit_id, Organisation),
        villages=_parts(session, actor, span, now, Issue.area_id, Area),
        measures=measures,
        rates=rates(measures),
        parked=parked(session, actor, span),
    )


def _by_state(session: Session, actor: Actor, span: Span, now: datetime) -> dict[IssueState, Any]:
    columns = [func.count(Issue.id).filter(age_clause(age, now)).label(age.value) for age in Age]
    rows = session.execute(
        select(Issue.state, func.count(Issue.id).label("n"), *columns).where(span.raised(actor)).group_by(Issue.state)
    ).mappings()
    return {row["state"]: row for row in rows}


def _age_row(state: IssueState, row: Any, where: Where) -> AgeRow:
    own = where & {"state": state.value}
    return AgeRow(state, Count(row["n"], own), [(age, Count(row[age.value], own & {"age": age.value})) for age in Age])


def _parts(
    session: Session, actor: Actor, span: Span, now: datetime, column: Any, model: type[Organisation | Area]
) -> list[PartRow]:
    """The issues of a span by what a column names, in the town's order. A unit's issues that fell due in the period may
    have been raised before it."""
    raised = span.within(Issue.raised_at)
    marks: dict[str, ColumnElement[bool]] = {
        "total": raised,
        "open": raised & Issue.state.not_in(NO_WORK),
        "late": raised & overdue(now),
        "due": CLAUSES[Measure.DUE](span, now),
        "on_time": CLAUSES[Measure.ON_TIME](span, now),
    }
    columns = [func.count(Issue.id).filter(clause).label(name) for name, clause in marks.items()]
    counted = select(column.label("id"), *columns).where(span.issues(actor)).group_by(column).subquery()
    order = (model.position, model.id) if model is Area else (Organisation.area_id.is_not(None), Organisation.id)
    rows = session.execute(
        select(counted, model.name.label("name")).outerjoin(model, model.id == counted.c.id).order_by(*order)
    ).mappings()
    name = "area" if model is Area else "unit"
    return list(_part_rows(rows, span.where(ISSUES), name))


def _part_rows(rows: Iterable[Any], every: Where, name: str) -> Iterable[PartRow]:
    for row in rows:
        where = every & {name: row["id"] or 0}
        yield PartRow(
            name=row["name"] or "",
            total=Count(row["total"], where),
            open=Count(row["open"], where & {"open": 1}),
            late=Count(row["late"], where & {"due": "overdue"}),
            due=Count(row["due"], where & {"measure": Measure.DUE.value}),
            on_time=Count(row["on_time"], where & {"measure": Measure.ON_TIME.value}),
        )


def parked(session: Session, actor: Actor, span: Span) -> Sequence[Issue]:
    """The first parked issues, the next to be looked at again first, with village and unit. One query."""
    query = (
        select(Issue)
        .where(span.raised(actor), Issue.state == IssueState.PARKED)
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit))
        .order_by(Issue.review_on.is_(None), Issue.review_on, Issue.id)
        .limit(PARKED_SHOWN)
    )
    return session.scalars(query).all()
