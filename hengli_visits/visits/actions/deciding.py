"""A visit voided, a clash decided."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import record_visit
from hengli_visits.assignments.rules import may_lead
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.issues.actions import withdraw_reported
from hengli_visits.models import Feedback, Visit
from hengli_visits.visits.actions.saving import revise
from hengli_visits.visits.content import read
from hengli_visits.visits.queries import held_visit, hold_assignment
from hengli_visits.visits.rules import may_revise
from hengli_visits.wording import N_

LONGEST_REASON = 300


def choose_revision(session: Session, actor: Actor, visit: Visit, revision_id: int) -> Visit:
    """A leader's decision about a clash: the chosen wording is in force from now on (as the next revision, when it was
    not before), the others stay on record. Missing for who does not lead its group; Conflict when nothing waits for a
    decision, or to bring a voided visit back."""
    hold_assignment(session, actor, visit.assignment_id)
    held = held_visit(session, visit.uuid)
    if held is None or not may_lead(actor, held.assignment):
        raise Missing
    chosen = next((r for r in held.revisions if r.id == revision_id), None)
    if chosen is None:
        raise Missing
    if not held.clashing:
        raise Conflict(N_("这条走访已经定好以哪一份为准。"))
    in_force = chosen.chosen and chosen.number == held.revision
    if held.voided_at is not None and not in_force:
        raise Conflict(N_("这条走访已经作废，不能再改。请走访员另记一条。"))
    held.clashing = False
    if not in_force:
        revise(session, actor, held, read(chosen.content))
    audit.record(session, actor, "visit.choose", "visit", held.id, revision_id=revision_id)
    session.flush()
    return held


def void_visit(session: Session, actor: Actor, visit: Visit, reason: str) -> None:
    """Void a visit, by its author or a leader of its group: it counts no more and stays on record. Its issues that
    nobody has taken on are withdrawn, others get a line for the coordinator; the assignment's state is made anew.
    Missing for others, Invalid (`reason`) without a reason, Conflict when it is void already."""
    require(may_revise(actor, visit))
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(N_("请写明为什么作废，最多%(most)s个字。"), field="reason", most=LONGEST_REASON)
    hold_assignment(session, actor, visit.assignment_id)
    held = held_visit(session, visit.uuid)
    if held is None or held.voided_at is not None:
        raise Conflict(N_("这条走访已经作废。"))
    held.voided_at, held.voided_by_id, held.void_reason = clock.now(), actor.recorded_id, reason
    session.flush()
    for issue_id in _issues_left_alone(session, held):
        withdraw_reported(session, actor, issue_id, reason)
    record_visit(session, held.assignment_id, actor)
    audit.record(session, actor, "visit.void", "visit", held.id)


def _issues_left_alone(session: Session, visit: Visit) -> list[int]:
    """Issues raised on a visit for which no other visit speaks."""
    own = select(Feedback.issue_id).where(Feedback.visit_id == visit.id, Feedback.removed_at.is_(None))
    raised = {id_ for id_ in session.scalars(own) if id_ is not None}
    spoken_for = session.scalars(
        select(Feedback.issue_id)
        .join(Visit, Visit.id == Feedback.visit_id)
        .where(
            Feedback.issue_id.in_(raised),
            Feedback.removed_at.is_(None),
            Visit.id != visit.id,
            Visit.voided_at.is_(None),
        )
    )
    return sorted(raised - set(spoken_for))
