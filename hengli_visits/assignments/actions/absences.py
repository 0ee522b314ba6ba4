"""Writes of leave: noted, ended; households handed over, taken back by one step, given back."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts.actions import end_lapsed, end_stand_ins
from hengli_visits.actor import Actor
from hengli_visits.assignments.absences import HANDED, SETTLED, UNDONE, get_absent, standing_of, steps_of
from hengli_visits.assignments.actions.giving import Seen, give_each, undo_batch
from hengli_visits.assignments.changes import hold
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.returning import offers_of
from hengli_visits.assignments.scope import led
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import Absence, AbsenceReason, AssignmentVerb, RoleGrant, StandIn
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


class Handed(NamedTuple):
    """Ids of assignments: `done` changed hands, `lost` were visited or changed meanwhile and stay as they are."""

    done: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()


def note_absence(
    session: Session,
    actor: Actor,
    member_id: int,
    *,
    starts_on: date,
    ends_on: date | None = None,
    reason: AbsenceReason = AbsenceReason.AWAY,
    note: str = "",
) -> Absence:
    """Note that a member is on leave; no household changes hands by it. Who stood in for them in an earlier leave does
    not again. The same leave once more is returned as it is.
    Writes an audit entry. Missing for members whom the actor does not lead (one's own leave one may note); Invalid when
    it ends before it starts or before today (`ends_on`), or when leave of these days is noted already (`starts_on`)."""
    member = get_absent(session, actor, member_id)
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(N_("结束日期不能早于开始日期。"), field="ends_on")
    if ends_on is not None and ends_on < clock.today():
        raise Invalid(N_("这段请假已经过去了，不用记。"), field="ends_on")
    hold_keys(session, f"absence:{member_id}")
    for other in _overlapping(session, member_id, starts_on, ends_on):
        if (other.starts_on, other.ends_on, other.reason) == (starts_on, ends_on, reason):
            return other
        raise Invalid(N_("%(name)s这几天已经记了请假，请先销假或换个日期。"), field="starts_on", name=member.name)
    end_lapsed(session, actor, RoleGrant.id.in_(select(StandIn.grant_id).where(StandIn.for_id == member_id)))
    absence = Absence(
        member_id=member_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        note=note.strip(),
        noted_at=clock.now(),
        noted_by_id=actor.recorded_id,
    )
    session.add(absence)
    session.flush()
    audit.record(session, actor, "absence.note", "absence", absence.id, member=member_id)
    return absence


def _overlapping(session: Session, member_id: int, starts_on: date, ends_on: date | None) -> list[Absence]:
    query = select(Absence).where(
        Absence.member_id == member_id,
        Absence.ended_at.is_(None),
        or_(Absence.ends_on.is_(None), Absence.ends_on >= starts_on),
    )
    if ends_on is not None:
        query = query.where(Absence.starts_on <= ends_on)
    return list(session.scalars(query))


def end_absence(session: Session, actor: Actor, absence: Absence) -> bool:
    """End an absence (销假) that was loaded through the actor's scope; says whether it still held. Who stood in for the
    member as a leader no longer does. No household changes hands. Writes audit entries."""
    done = session.execute(
        update(Absence)
        .where(Absence.id == absence.id, Absence.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_by_id=actor.recorded_id)
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        return False
    audit.record(session, actor, "absence.end", "absence", absence.id, member=absence.member_id)
    if absence.starts_on <= clock.today():
        end_stand_ins(session, actor, absence.member_id)
    session.flush()
    return True


def hand_over(
    session: Session, actor: Actor, absence: Absence, plan: Mapping[int, int | None], *, seen: Seen
) -> Handed:
    """Hand unvisited households of a member on leave to others: in `plan` each assignment has the member who comes in
    their place, or None when the partners go without them. `seen` are the visitors as the preview showed them; what was
    visited or changed since is left as it is and reported as lost. Visits stay where they are, and one that is still on
    the absent member's phone is taken in later and marked. Writes a HAND_OVER move each, in one batch for each
    campaign, and one audit entry for the step. Conflict when the absence is over; Missing when the actor leads none
    of the assignments; Invalid (`members`) when nobody would be left to go, and for all that `give_each` refuses."""
    if standing_of(absence, clock.today()).over:
        raise Conflict(N_("已经销假了，不用再交接。"))
    absent = absence.member_id
    held = hold(session, plan, led(actor))
    if plan and not held:
        raise Missing
    wanted: dict[int, dict[int, tuple[int, ...]]] = {}
    lost = set(plan) - set(held)
    for id_, row in held.items():
        was, taker = tuple(seen.get(id_, ())), plan[id_]
        if absent not in was or row.state not in OPEN_STATES:
            lost.add(id_)
            continue
        now = [taker if member_id == absent else member_id for member_id in was]
        members = tuple(dict.fromkeys(member_id for member_id in now if member_id is not None))
        if not members or absent in members:
            raise Invalid(N_("请给每一户选一位接手的人，或选“先不动”。"), field="members")
        wanted.setdefault(row.campaign_id, {})[id_] = members
    done: list[int] = []
    batches: list[str] = []
    for members_of in wanted.values():
        batch = uuid4()
        given = give_each(session, actor, members_of, batch=batch, seen=seen, verb=AssignmentVerb.HAND_OVER)
        done.extend(given.done)
        lost.update(given.lost)
        batches += [str(batch)] if given.done else []
    if done:
        audit.record(session, actor, HANDED, "absence", absence.id, batches=batches, count=len(done))
        session.flush()
    return Handed(tuple(sorted(done)), tuple(sorted(lost)))


def undo_hand_over(session: Session, actor: Actor, absence: Absence, batch: UUID) -> int:
    """Undo one handing over of an absence, named by one of its batches: each household gets the visitors back that it
    had. Returns how many. Missing when there is no such step (any more) or the actor leads none of its households;
    Conflict, and nothing is undone, when any was visited or changed since. Writes what `undo_batch` writes, and an
    audit entry."""
    steps, _settled = steps_of(session, [absence.id])
    step = next((one for one in steps if batch in one.batches), None)
    if step is None:
        raise Missing
    count = sum(undo_batch(session, actor, one) for one in step.batches)
    audit.record(session, actor, UNDONE, "absence", absence.id, batches=[str(one) for one in step.batches])
    session.flush()
    return count


def hand_back(session: Session, actor: Actor, absence: Absence, ids: Collection[int]) -> Handed:
    """Give the households `ids` of those handed over by an absence back to who had them, as far as they are still
    unvisited and with whom they were given to; what is not is reported as lost. With that the offer is decided about:
    neither these nor the ones left out are offered to the actor again. Writes a HAND_BACK move each, in one batch for
    each campaign, and an audit entry. Conflict while the absence holds; Missing when nothing is offered."""
    if not standing_of(absence, clock.today()).over:
        raise Conflict(N_("还在请假，销假以后才能交还。"))
    first = offers_of(session, actor, [absence])[absence.id]
    hold(session, [back.assignment.id for back in (*first.free, *first.kept)], led(actor))
    offer = offers_of(session, actor, [absence])[absence.id]
    if not offer:
        raise Missing
    wanted = {back.assignment.id: back for back in offer.free if back.assignment.id in ids}
    done: list[int] = []
    for campaign_id in sorted({back.assignment.campaign_id for back in wanted.values()}):
        part = {id_: back for id_, back in wanted.items() if back.assignment.campaign_id == campaign_id}
        given = give_each(
            session,
            actor,
            {id_: back.before for id_, back in part.items()},
            batch=uuid4(),
            seen={id_: back.after for id_, back in part.items()},
            verb=AssignmentVerb.HAND_BACK,
        )
        done.extend(given.done)
    decided = sorted(back.assignment.id for back in (*offer.free, *offer.kept))
    audit.record(session, actor, SETTLED, "absence", absence.id, assignments=decided, count=len(done))
    session.flush()
    return Handed(tuple(sorted(done)), tuple(sorted(set(ids) - set(done))))
