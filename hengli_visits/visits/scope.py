"""Through which clause visits are found."""

from sqlalchemy import ColumnElement, false, or_, select

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import in_led_areas, led, own
from hengli_visits.models import Assignment, Visit, VisitCompanion


def visible(actor: Actor) -> ColumnElement[bool]:
    """Visits that the actor may see: one's own, those one went along on, those of households that one visits now, and
    those of led groups and areas; all for a coordinator."""
    along = select(VisitCompanion.visit_id).where(VisitCompanion.member_id == actor.id)
    assignments = select(Assignment.id).where(or_(false(), led(actor), in_led_areas(actor), own(actor)))
    return or_(Visit.author_id == actor.id, Visit.id.in_(along), Visit.assignment_id.in_(assignments))
