"""Writes of avoidances: who shall not visit a household, who shall not go together."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.rules import may_lead
from hengli_visits.errors import Invalid, require
from hengli_visits.members.queries import get_member
from hengli_visits.models import Assignment, Avoidance, Member
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


def avoid_household(
    session: Session, actor: Actor, assignment: Assignment, member_id: int, note: str = ""
) -> Avoidance:
    """Note that a member shall not visit a household; the one that holds already is returned as it is. Visitors that
    it has now stay until somebody gives it to others. Writes an audit entry. Missing for who does not lead it, Invalid
    (`member`) for who is not on the roster."""
    require(may_lead(actor, assignment))
    if session.scalar(select(Member.id).where(Member.id == member_id, Member.active)) is None:
        raise Invalid(N_("请先选一个人。"), field="member")
    hold_keys(session, f"avoidance:{member_id}")
    found = session.scalar(
        select(Avoidance).where(
            Avoidance.member_id == member_id,
            Avoidance.household_id == assignment.household_id,
            Avoidance.lifted_at.is_(None),
        )
    )
    return found or _note(
        session, actor, Avoidance(member_id=member_id, household_id=assignment.household_id, note=note)
    )


def avoid_member(session: Session, actor: Actor, member_id: int, other_id: int, note: str = "") -> Avoidance:
    """Note that two members shall not go together; the one that holds already, whichever of the two it names first, is
    returned as it is. Writes an audit entry. Missing for members out of the actor's scope, Invalid (`other`) for a
    member with themself."""
    if member_id == other_id:
        raise Invalid(N_("请选另一个人。"), field="other")
    one, other = sorted((get_member(session, actor, member_id).id, get_member(session, actor, other_id).id))
    hold_keys(session, f"avoidance:{one}")
    found = session.scalar(
        select(Avoidance).where(Avoidance.member_id == one, Avoidance.other_id == other, Avoidance.lifted_at.is_(None))
    )
    return found or _note(session, actor, Avoidance(member_id=one, other_id=other, note=note))


def _note(session: Session, actor: Actor, avoidance: Avoidance) -> Avoidance:
    avoidance.note = avoidance.note.strip()
    avoidance.noted_at, avoidance.noted_by_id = clock.now(), actor.recorded_id
    session.add(avoidance)
    session.flush()
    audit.record(
        session,
        actor,
        "avoidance.note",
        "avoidance",
        avoidance.id,
        member=avoidance.member_id,
        household=avoidance.household_id,
        other=avoidance.other_id,
    )
    return avoidance


def lift_avoidance(session: Session, actor: Actor, avoidance: Avoidance) -> bool:
    """End an avoidance that was loaded through the actor's scope; says whether it still held. Writes an audit entry."""
    done = session.execute(
        update(Avoidance)
        .where(Avoidance.id == avoidance.id, Avoidance.lifted_at.is_(None))
        .values(lifted_at=clock.now(), lifted_by_id=actor.recorded_id)
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        return False
    audit.record(session, actor, "avoidance.lift", "avoidance", avoidance.id)
    session.flush()
    return True
