"""The rows behind a figure of issues or revisits, as a list of pages."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.issues.listing import ALL, BY_DUE, Filters, Tab
from hengli_visits.models import Issue, Revisit
from hengli_visits.paging import Page, paginate
from hengli_visits.reports.measures import CLAUSES, NO_WORK, TOLD, Age, Measure, Told, age_clause, told_in
from hengli_visits.reports.span import Span

PAGE_SIZE = 30


@dataclass(frozen=True)
class Wanted:
    """Which issues of a span a figure counts. A measure has its own idea of the period; without one the period is that
    in which the issue was raised. `filters` are those of the list of issues; `no_unit` finds what was never dispatched, `open` what is worked on, `own` what the actor raised."""

    span: Span
    measure: Measure | None = None
    age: Age | None = None
    tab: Tab = ALL
    filters: Filters = field(default_factory=Filters)
    no_unit: bool = False
    open: bool = False
    own: bool = False

    def clause(self, actor: Actor, now: datetime) -> ColumnElement[bool]:
        """The issues that are left, within the actor's scope."""
        found = [self.tab.clause(actor, now), self.filters.clause(now)]
        if self.measure is None:
            found.append(self.span.within(Issue.raised_at))
        else:
            found.append(CLAUSES[self.measure](self.span, now))
        if self.age is not None:
            found.append(age_clause(self.age, now))
        if self.no_unit:
            found.append(Issue.lead_unit_id.is_(None))
        if self.open:
            found.append(Issue.state.not_in(NO_WORK))
        if self.own:
            found.append(Issue.raised_by_id == actor.id)
        return and_(self.span.issues(actor), *found)


def issues_of(actor: Actor, wanted: Wanted, now: datetime) -> Select[Issue]:
    """The issues that a figure counts, the next to be due first."""
    return select(Issue).where(wanted.clause(actor, now)).order_by(*BY_DUE)


def page_of_issues(session: Session, actor: Actor, wanted: Wanted, number: int, now: datetime) -> Page[Issue]:
    """A page of them, with village, category and unit. Two queries."""
    query = issues_of(actor, wanted, now).options(
        joinedload(Issue.area), joinedload(Issue.category), joinedload(Issue.lead_unit)
    )
    return paginate(session, query, number, PAGE_SIZE)


def page_of_revisits(session: Session, actor: Actor, span: Span, told: Told | None, number: int) -> Page[Revisit]:
    """A page of the revisits that a figure counts, the latest first. Two queries."""
    query = (
        select(Revisit)
        .join(Issue, Issue.id == Revisit.issue_id)
        .where(span.issues(actor), told_in(span), TOLD[told] if told else true())
        .order_by(Revisit.at.desc(), Revisit.id.desc())
    )
    return paginate(session, query, number, PAGE_SIZE)


def issues_by_id(session: Session, actor: Actor, span: Span, revisits: Page[Revisit]) -> dict[int, Issue]:
    """The issues of these revisits, with their villages. One query."""
    ids = {revisit.issue_id for revisit in revisits.items}
    query = select(Issue).join(Issue.area).where(Issue.id.in_(ids), span.issues(actor))
    return {issue.id: issue for issue in session.scalars(query.options(contains_eager(Issue.area)))}
