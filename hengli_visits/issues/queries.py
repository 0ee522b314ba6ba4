"""Reads of issues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.rules import had_once
from hengli_visits.errors import Missing
from hengli_visits.issues import scope
from hengli_visits.issues.ledger import refuse_state, town_calendar
from hengli_visits.issues.listing import BY_DUE, Filters, Tab
from hengli_visits.issues.scope import visible, waits_for
from hengli_visits.issues.steps import Part, Step, Verb
from hengli_visits.issues.story import Names, mentioned
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVisitor,
    Campaign,
    Category,
    Feedback,
    Issue,
    IssueState,
    IssueUnit,
    Member,
    Move,
    Organisation,
    OrganisationKind,
    Revisit,
)
from hengli_visits.paging import Page, paginate

PAGE_SIZE = 30
__all__ = ["refuse_state", "town_calendar", "visible", "waits_for"]


def parts_of(session: Session, actor: Actor, issue_id: int) -> frozenset[Part]:
    """All that the actor is to an issue; empty when it is out of scope or not there. One query."""
    row = session.execute(select(*scope.columns(actor)).where(Issue.id == issue_id)).one_or_none()
    return frozenset() if row is None else scope.parts_in(row)


def had_to_do(session: Session, actor: Actor, issue: Issue) -> bool:
    """Whether the actor raised the issue, or ever visited its household or led the group that had it, whoever has it
    now; nobody had to do with what is about themselves. At most two queries."""
    if issue.about_member_id == actor.id:
        return False
    if issue.raised_by_id == actor.id or issue.household_id is None:
        return issue.raised_by_id == actor.id
    there = select(Assignment.id).where(Assignment.household_id == issue.household_id)
    named = select(AssignmentVisitor.member_id).where(
        AssignmentVisitor.assignment_id.in_(there), AssignmentVisitor.member_id == actor.id
    )
    if session.scalars(named.limit(1)).first() is not None:
        return True
    moves = session.execute(
        select(AssignmentMove.before, AssignmentMove.after).where(AssignmentMove.assignment_id.in_(there))
    )
    return had_once(actor, [told for move in moves for told in move])


def get_issue(session: Session, actor: Actor, issue_id: int) -> Issue:
    """An issue with all that its page shows. Raises `Missing` when it is not there or out of the actor's scope."""
    issue = session.scalar(
        select(Issue)
        .where(Issue.id == issue_id, visible(actor))
        .options(
            joinedload(Issue.campaign),
            joinedload(Issue.area),
            joinedload(Issue.household),
            joinedload(Issue.raised_by),
            joinedload(Issue.handler),
            joinedload(Issue.category),
            joinedload(Issue.lead_unit),
            joinedload(Issue.main_issue),
            joinedload(Issue.about_unit),
            joinedload(Issue.about_member),
            selectinload(Issue.co_units).joinedload(IssueUnit.organisation),
            selectinload(Issue.co_units).joinedload(IssueUnit.done_by),
            selectinload(Issue.merged).joinedload(Issue.area),
            selectinload(Issue.moves).joinedload(Move.actor),
            selectinload(Issue.revisits).joinedload(Revisit.revisitor),
            selectinload(Issue.feedback).joinedload(Feedback.visit),
        )
    )
    if issue is None:
        raise Missing
    return issue


def revisits_due(session: Session, actor: Actor) -> Sequence[Issue]:
    """The issues whose answer the actor has to bring to the resident now, with all that the form of a revisit shows."""
    query = (
        select(Issue)
        .where(waits_for(actor, (IssueState.REVISIT_DUE,)))
        .options(joinedload(Issue.area), joinedload(Issue.household), selectinload(Issue.revisits))
        .order_by(Issue.step_due_at, Issue.id)
    )
    return session.scalars(query).all()


def needing(actor: Actor) -> Select[int]:
    """How many issues wait for the actor, as a query."""
    return select(func.count(Issue.id)).where(waits_for(actor))


def names_in(session: Session, moves: Iterable[Move]) -> Names:
    """The names of the units, categories, issues and members that moves mention. At most four queries."""
    ids = mentioned(moves)

    def named(column: Any, wanted: set[int]) -> dict[int, str]:
        if not wanted:
            return {}
        model = column.class_
        return {row.id: row[1] for row in session.execute(select(model.id, column).where(model.id.in_(wanted)))}

    return Names(
        units=named(Organisation.name, ids.units),
        categories=named(Category.name, ids.categories),
        issues=named(Issue.number, ids.issues),
        members=named(Member.name, ids.members),
    )


def seen_of(session: Session, actor: Actor, issues: Iterable[Issue]) -> frozenset[int]:
    """The ids of those of some issues that the actor may see. One query when there are any."""
    ids = [issue.id for issue in issues]
    if not ids:
        return frozenset()
    return frozenset(session.scalars(select(Issue.id).where(Issue.id.in_(ids), visible(actor))))


def count_tabs(session: Session, actor: Actor, tabs: Sequence[Tab], now: datetime) -> list[int]:
    """How many issues stand in each tab. One query, which looks at every issue once."""
    own = visible(actor)
    total = func.count(Issue.id)
    columns = {
        tab.key: select(total).where(own, tab.clause(actor, now)).scalar_subquery()
        if tab.apart
        else total.filter(tab.clause(actor, now))
        for tab in tabs
        if tab.states is None
    }
    named = [column.label(f"tab_{key}") for key, column in columns.items()]
    rows = session.execute(select(Issue.state, total.label("n"), *named).where(own).group_by(Issue.state)).all()

    def count(tab: Tab) -> int:
        if tab.states is not None:
            return sum(row.n for row in rows if row.state in tab.states)
        numbers = [getattr(row, f"tab_{tab.key}") for row in rows]
        return max(numbers, default=0) if tab.apart else sum(numbers)

    return [count(tab) for tab in tabs]


def issues_in(actor: Actor, tab: Tab, filters: Filters, now: datetime) -> Select[Issue]:
    """The issues of a tab, narrowed, the next to be due first."""
    return select(Issue).where(visible(actor), tab.clause(actor, now), filters.clause(now)).order_by(*BY_DUE)


def page_of_issues(
    session: Session, actor: Actor, tab: Tab, filters: Filters, number: int, now: datetime
) -> Page[Issue]:
    """A page of a tab, narrowed, with area, category and unit."""
    query = issues_in(actor, tab, filters, now).options(
        joinedload(Issue.area), joinedload(Issue.category), joinedload(Issue.lead_unit)
    )
    return paginate(session, query, number, PAGE_SIZE)


@dataclass(frozen=True)
class Choices:
    """What a list can be narrowed to: of each only what occurs in it."""

    areas: Sequence[tuple[int, str]]
    units: Sequence[tuple[int, str]]
    categories: Sequence[tuple[str, str]]
    campaigns: Sequence[tuple[int, str]]


def filter_choices(session: Session, actor: Actor) -> Choices:
    """What the actor's list can be narrowed to. Four queries; one more, and no other that looks at issues, for who sees
    a part of them: to find these four times over takes four times as long."""
    own = visible(actor)
    columns = (Issue.area_id, Issue.lead_unit_id, Issue.category_id, Issue.campaign_id)
    part = [] if actor.is_coordinator else session.execute(select(*columns).where(own).distinct()).all()

    def among(key: InstrumentedAttribute[int], column: Any) -> ColumnElement[bool]:
        if actor.is_coordinator:
            return key.in_(select(column).where(own))
        return key.in_({row[columns.index(column)] for row in part} - {None})

    def named(model: type[Area | Organisation | Campaign], column: Any, *order: Any) -> list[tuple[int, str]]:
        rows = session.execute(select(model.id, model.name).where(among(model.id, column)).order_by(*order))
        return [(row.id, row.name) for row in rows]

    categories = session.scalars(
        select(Category.name)
        .where(among(Category.id, Issue.category_id))
        .group_by(Category.name)
        .order_by(func.min(Category.position))
    )
    return Choices(
        areas=named(Area, Issue.area_id, Area.position, Area.id),
        units=named(Organisation, Issue.lead_unit_id, Organisation.id),
        categories=[(name, name) for name in categories],
        campaigns=named(Campaign, Issue.campaign_id, Campaign.id.desc()),
    )


def units(session: Session) -> list[Organisation]:
    """The units that may lead or help, offices before village committees."""
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active)
            .order_by(Organisation.area_id.is_not(None), Organisation.id)
        )
    )


def categories(session: Session, campaign_id: int, present_id: int | None = None) -> list[Category]:
    """The categories of a campaign that may be chosen, and the present one even when it is out of use."""
    return list(
        session.scalars(
            select(Category)
            .where(Category.campaign_id == campaign_id, or_(Category.active, Category.id == present_id))
            .order_by(Category.position, Category.id)
        )
    )


def asked_unit(issue: Issue) -> int | None:
    """The unit to which the present one wants to hand an issue, read from its latest return."""
    returns = [move for move in issue.moves if move.verb == Verb.RETURN]
    unit_id = returns[-1].data.get("to_unit_id") if returns else None
    return unit_id if isinstance(unit_id, int) else None


def co_units_for(actor: Actor, step: Step, issue: Issue) -> list[tuple[int, str]]:
    """The co-units of an issue that a step's form offers: to close a part those of the actor that have one, the open ones
    first."""
    closing = step.verb is Verb.CLOSE_PART
    offered = [unit for unit in issue.co_units if not closing or (unit.part and unit.organisation_id in actor.units)]
    return [
        (unit.organisation_id, unit.organisation.name) for unit in sorted(offered, key=lambda u: u.done_at is not None)
    ]
