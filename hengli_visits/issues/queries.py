"""Reads of issues."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.issues import scope
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.scope import visible, waits_for
from hengli_visits.issues.steps import Part
from hengli_visits.models import (
    Category,
    Feedback,
    Issue,
    IssueUnit,
    Move,
    Organisation,
    OrganisationKind,
    Revisit,
)

__all__ = ["town_calendar", "visible", "waits_for"]


def parts_of(session: Session, actor: Actor, issue_id: int) -> frozenset[Part]:
    """All that the actor is to an issue; empty when it is out of scope or not there. One query."""
    row = session.execute(select(*scope.columns(actor)).where(Issue.id == issue_id)).one_or_none()
    return frozenset(part for part in Part if row is not None and getattr(row, part.value))


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
            selectinload(Issue.co_units).joinedload(IssueUnit.organisation),
            selectinload(Issue.moves).joinedload(Move.actor),
            selectinload(Issue.revisits).joinedload(Revisit.revisitor),
            selectinload(Issue.feedback).joinedload(Feedback.visit),
        )
    )
    if issue is None:
        raise Missing
    return issue


def needing(session: Session, actor: Actor) -> int:
    """How many issues wait for the actor. One query."""
    return session.scalar(select(func.count(Issue.id)).where(waits_for(actor))) or 0


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


def proposed_units(session: Session, categories: Iterable[Category], area_id: int) -> dict[int, int]:
    """For each category the unit that leads in an area: its own, or with `by_area` the area's committee. One query."""
    committee = session.scalar(
        select(Organisation.id)
        .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active, Organisation.area_id == area_id)
        .order_by(Organisation.id)
        .limit(1)
    )
    found = {c.id: committee if c.by_area and committee is not None else c.unit_id for c in categories}
    return {category_id: unit_id for category_id, unit_id in found.items() if unit_id is not None}


def asked_unit(issue: Issue) -> int | None:
    """The unit to which the present one wants to hand an issue, read from its latest return."""
    returns = [move for move in issue.moves if move.verb == "return"]
    unit_id = returns[-1].data.get("to_unit_id") if returns else None
    return unit_id if isinstance(unit_id, int) else None
