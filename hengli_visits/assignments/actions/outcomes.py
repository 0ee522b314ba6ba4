"""What visits make of an assignment, and the word of a leader on one that cannot be visited."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import write_moves
from hengli_visits.assignments.rules import may_lead, state_after
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.models import Assignment, AssignmentMove, AssignmentState, AssignmentVerb, Campaign, Visit
from hengli_visits.wording import N_


def record_visit(session: Session, assignment_id: int, actor: Actor) -> None:
    """Make state, last visit and appointment follow from the visits that are not voided; called in the transaction in
    which one was logged, revised or voided. A visit that lies in the server's future, by a phone's wrong clock, counts
    as of when it arrived. A confirmation falls with the state it confirmed; after a leader's refusal
    it stays 需再访 until a newer visit. Writes a VISIT move when the state changed."""
    old = session.scalar(select(Assignment.state).where(Assignment.id == assignment_id).with_for_update(of=Assignment))
    if old is None:
        raise Missing
    rows = session.execute(
        select(Visit.id, Visit.outcome, Visit.visited_at, Visit.received_at, Visit.appointment_at).where(
            Visit.assignment_id == assignment_id, Visit.voided_at.is_(None)
        )
    )
    visits = sorted(rows, key=lambda visit: (min(visit.visited_at, visit.received_at), visit.id))
    counted = session.scalars(
        select(Campaign.counted)
        .join(Assignment, Assignment.campaign_id == Campaign.id)
        .where(Assignment.id == assignment_id)
    ).one()
    new = state_after([visit.outcome for visit in visits], counted)
    if new == AssignmentState.UNREACHABLE and _refused_since(session, assignment_id, visits[-1].received_at):
        new = AssignmentState.AGAIN
    last = visits[-1] if visits else None
    session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id)
        .values(
            state=new,
            last_visit_at=min(last.visited_at, last.received_at) if last else None,
            last_outcome=last.outcome.value if last else None,
            appointment_at=last.appointment_at if last else None,
        )
    )
    if new != old:
        session.execute(
            update(Assignment).where(Assignment.id == assignment_id).values(confirmed_at=None, confirmed_by_id=None)
        )
        after = {"state": new.value, "outcome": last.outcome.value if last else None}
        write_moves(session, actor, AssignmentVerb.VISIT, [(assignment_id, {"state": old.value}, after)])


def _refused_since(session: Session, assignment_id: int, moment: datetime) -> bool:
    return bool(
        session.scalar(
            select(AssignmentMove.id).where(
                AssignmentMove.assignment_id == assignment_id,
                AssignmentMove.verb == AssignmentVerb.REFUSE,
                AssignmentMove.at >= moment,
            )
        )
    )


def confirm_unreachable(session: Session, actor: Actor, assignment: Assignment, agreed: bool, note: str = "") -> None:
    """A leader's word on a household that was reported 无法走访: agreed, it is confirmed and rests; otherwise it is
    需再访 and `note` says what to try (Invalid without). Writes a CONFIRM or REFUSE move. Missing for who does not lead
    it; Conflict when it is no longer waiting for that word."""
    require(may_lead(actor, assignment))
    if not agreed and not note.strip():
        raise Invalid(N_("请写一句再访时怎么做，让走访员知道。"), field="note")
    values = (
        {"confirmed_at": clock.now(), "confirmed_by_id": actor.recorded_id}
        if agreed
        else {"state": AssignmentState.AGAIN}
    )
    done = session.execute(
        update(Assignment)
        .where(
            Assignment.id == assignment.id,
            Assignment.state == AssignmentState.UNREACHABLE,
            Assignment.confirmed_at.is_(None),
            Assignment.removed_at.is_(None),
        )
        .values(**values)
        .returning(Assignment.id)
    ).first()
    if done is None:
        raise Conflict(N_("这户的情况刚刚有了变化，请看最新的再决定。"))
    verb = AssignmentVerb.CONFIRM if agreed else AssignmentVerb.REFUSE
    state = AssignmentState.UNREACHABLE if agreed else AssignmentState.AGAIN
    step = (assignment.id, {"state": AssignmentState.UNREACHABLE.value}, {"state": state.value})
    write_moves(session, actor, verb, [step], note=note.strip())
