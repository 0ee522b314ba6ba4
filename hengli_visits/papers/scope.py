"""Through which clauses papers find their rows: what the actor oversees, narrowed by what was asked for."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import family, in_led_areas, led
from hengli_visits.issues.scope import clauses, visible
from hengli_visits.issues.steps import Part
from hengli_visits.models import Assignment, Household, Issue, PaperKind
from hengli_visits.papers.wishes import Wishes

OVERSEEING = (Part.COORDINATOR, Part.AREA_LEAD, Part.LEADER)
UNITS = (Part.HANDLER, Part.CO_HANDLER)
Moment = InstrumentedAttribute[Any] | ColumnElement[Any]


def tasks(actor: Actor, wishes: Wishes) -> ColumnElement[bool]:
    """Assignments that a paper of the actor counts, targets that were removed left out."""
    return and_(visited(actor, wishes), Assignment.removed_at.is_(None))


def visited(actor: Actor, wishes: Wishes) -> ColumnElement[bool]:
    """Assignments whose visits a paper of the actor counts: a visit stays one when its household is no target any
    more."""
    overseen: ColumnElement[bool] = or_(false(), led(actor), in_led_areas(actor))
    found = [overseen, Assignment.campaign_id == wishes.campaign_id]
    if wishes.area_id is not None:
        found.append(Assignment.household_id.in_(select(Household.id).where(Household.area_id == wishes.area_id)))
    if wishes.group_id is not None:
        found.append(Assignment.group_id.in_(family(wishes.group_id)))
    return and_(*found)


def issues(actor: Actor, kind: PaperKind, wishes: Wishes) -> ColumnElement[bool]:
    """Issues that a paper of the actor counts: those that they oversee; for a unit's 整改清单 also those in which it
    leads or helps. What nobody may see of issues about themselves stays unseen here."""
    parts = clauses(actor)
    wanted = (*OVERSEEING, *UNITS) if kind is PaperKind.RECTIFIED else OVERSEEING
    own = or_(false(), *(parts[part] for part in wanted))
    found = [own, visible(actor), Issue.campaign_id == wishes.campaign_id]
    if wishes.area_id is not None:
        found.append(Issue.area_id == wishes.area_id)
    if wishes.group_id is not None:
        found.append(Issue.group_id.in_(family(wishes.group_id)))
    return and_(*found)


def within(moment: Moment, wishes: Wishes) -> ColumnElement[bool]:
    """Rows whose moment lies in the days that were asked for."""
    found: list[ColumnElement[bool]] = []
    if wishes.start is not None:
        found.append(moment >= wishes.start)
    if wishes.end is not None:
        found.append(moment < wishes.end)
    return and_(true(), *found)
