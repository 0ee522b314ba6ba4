"""Leave as tests of it begin and end it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, handing
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.models import (
    Absence,
    Assignment,
    Member,
)
from tests.cast import Cast
from tests.conftest import Clock


def on_leave(session: Session, member: Member, days: int | None = 5) -> Absence:
    """A member on leave from today on."""
    last = None if days is None else clock.today() + timedelta(days=days)
    return actions.note_absence(session, SYSTEM, member.id, starts_on=clock.today(), ends_on=last)


def handed(session: Session, cast: Cast, absence: Absence, *assignments: Assignment) -> actions.Handed:
    """Hand households of the pair over as the preview proposes."""
    ids = [assignment.id for assignment in assignments]
    seen = visitors_of(session, ids)
    plan = {row.assignment.id: row.proposed or None for row in handing.plan_of(session, SYSTEM, absence.member_id).rows}
    return actions.hand_over(session, SYSTEM, absence, {id_: plan[id_] for id_ in ids}, seen=seen)


def back_at(session: Session, clock_: Clock, absence: Absence) -> None:
    """The member is back two days later."""
    clock_.time += timedelta(days=2)
    actions.end_absence(session, SYSTEM, absence)
    session.flush()
    session.refresh(absence)
