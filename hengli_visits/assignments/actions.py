"""Writes of assignments. What touches many is written in bulk: a village costs as many statements as a household."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock, restoring
from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import Change, Held, hold, portions, write, write_moves
from hengli_visits.assignments.queries import campaign_open, moves_of, seats_of, tops_of, touched_since, visited_ids
from hengli_visits.assignments.rules import (
    MOST_VISITORS,
    group_for,
    group_of_area,
    may_lead,
    may_target,
    state_after,
)
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.targets import add_targets, covering_groups
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVerb,
    Campaign,
    Group,
    Household,
    Visit,
)
from hengli_visits.restoring import Undoing
from hengli_visits.wording import N_

Seen = Mapping[int, Iterable[int]]
"""The visitors (member ids) of each assignment as the page showed them on which somebody decided."""


class Given(NamedTuple):
    """Ids of assignments: `done` changed, `already` were just so, `lost` were changed by somebody else meanwhile (or
    have left the actor's groups) and stay as they are."""

    done: tuple[int, ...]
    already: tuple[int, ...]
    lost: tuple[int, ...]


def _require_open(session: Session, campaign_id: int) -> None:
    if not campaign_open(session, campaign_id):
        raise Conflict(N_("这个活动已经结束，名单和分工不能再改。"))


def _open_campaign(session: Session, held: Mapping[int, Held]) -> int:
    campaigns = {row.campaign_id for row in held.values()}
    if not campaigns:
        raise Missing
    if len(campaigns) > 1:
        raise Invalid(N_("一次只能处理一个活动的走访任务。"))
    campaign_id = campaigns.pop()
    _require_open(session, campaign_id)
    return campaign_id


def target_households(session: Session, actor: Actor, campaign: Campaign, household_ids: Iterable[int]) -> int:
    """Make households targets of a campaign; returns how many were none before. Each gets the one top-level group that
    covers its area, if exactly one does. A removed target comes back. What is a target already, or no household (any
    more), is passed over. Writes a TARGET move each. Conflict once the campaign is closed."""
    require(may_target(actor))
    session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    _require_open(session, campaign.id)
    return add_targets(session, actor, campaign.id, household_ids)


def untarget(session: Session, actor: Actor, assignment_ids: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Take targets out of their campaign; returns the ids (done, refused). Refused is what has visits. The visitors are
    taken away with it. Writes an UNTARGET move each. Conflict once the campaign is closed."""
    require(may_target(actor))
    held = hold(session, assignment_ids, led(actor))
    if not held:
        return (), ()
    _open_campaign(session, held)
    refused = visited_ids(session, held)
    changes = [Change(row, row.group_id, row.due_on, ()) for id_, row in held.items() if id_ not in refused]
    write(session, actor, AssignmentVerb.UNTARGET, changes)
    done = tuple(change.held.id for change in changes)
    for portion in portions(done):
        session.execute(update(Assignment).where(Assignment.id.in_(portion)).values(removed_at=clock.now()))
    return done, tuple(sorted(refused))


def place_in_groups(session: Session, actor: Actor, campaign: Campaign) -> int:
    """Give each target that has no group the one top-level group that covers its area, if exactly one does; returns
    how many found theirs. Writes a TO_GROUP move each."""
    require(may_target(actor))
    _require_open(session, campaign.id)
    covering = covering_groups(session, campaign.id)
    homeless = session.execute(
        select(Assignment.id, Area.path)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign.id, Assignment.group_id.is_(None), Assignment.removed_at.is_(None))
    )
    homes = {id_: group_id for id_, path in homeless if (group_id := group_of_area(path, covering)) is not None}
    held = hold(session, homes, Assignment.group_id.is_(None))
    changes = [Change(row, homes[id_], row.due_on, row.visitors) for id_, row in held.items()]
    write(session, actor, AssignmentVerb.TO_GROUP, changes)
    return len(changes)


def to_group(session: Session, actor: Actor, assignment_ids: Iterable[int], group: Group) -> int:
    """Move assignments to a group or team of the same campaign that the actor leads too; returns how many moved.
    Visitors stay when all of them belong to it (or to a team of it), else they are taken away. Visits stay with the
    assignment. Writes a TO_GROUP move each."""
    held = hold(session, assignment_ids, led(actor))
    campaign_id = _open_campaign(session, held)
    require(group.campaign_id == campaign_id and (actor.is_coordinator or group.id in actor.led_groups))
    seats = seats_of(session, campaign_id, {member_id for row in held.values() for member_id in row.visitors})
    belongs = {member_id for member_id, groups in seats.items() if group.id in groups or group.id in groups.values()}
    changes = [
        Change(row, group.id, row.due_on, row.visitors if belongs.issuperset(row.visitors) else ())
        for row in held.values()
        if row.group_id != group.id
    ]
    write(session, actor, AssignmentVerb.TO_GROUP, changes)
    return len(changes)


def give(
    session: Session,
    actor: Actor,
    assignment_ids: Iterable[int],
    member_ids: Sequence[int],
    *,
    due_on: date | None = None,
    batch: UUID | None = None,
    seen: Seen | None = None,
) -> Given:
    """Give assignments to one to four visitors, as `give_each`."""
    return give_each(
        session, actor, dict.fromkeys(assignment_ids, tuple(member_ids)), due_on=due_on, batch=batch, seen=seen
    )


def give_each(
    session: Session,
    actor: Actor,
    plan: Mapping[int, Sequence[int]],
    *,
    due_on: date | None = None,
    batch: UUID | None = None,
    seen: Seen | None = None,
) -> Given:
    """Give each assignment of the plan its visitors, in place of those it has; the team follows from them
    (`rules.group_for`). `due_on` None leaves the due date. With `seen`, an assignment whose visitors are no longer
    those is left to whoever changed it and reported as lost. Writes a GIVE move for each change. Missing when the actor
    leads none of them; Invalid (`members`) when the visitors are not one to four of one group that covers it; Conflict
    once the campaign is closed."""
    if any(not 1 <= len(set(members)) <= MOST_VISITORS for members in plan.values()):
        raise Invalid(N_("请选1到%(most)s位走访员。"), field="members", most=MOST_VISITORS)
    held = hold(session, plan, led(actor))
    campaign_id = _open_campaign(session, held)
    find_group = _group_finder(session, actor, campaign_id, {m for members in plan.values() for m in members})
    changes: list[Change] = []
    already: list[int] = []
    lost = sorted(set(plan) - set(held))
    for id_, row in held.items():
        wanted = tuple(dict.fromkeys(plan[id_]))
        change = Change(row, find_group(row, wanted), due_on or row.due_on, wanted)
        if set(wanted) == set(row.visitors) and (change.group_id, change.due_on) == (row.group_id, row.due_on):
            already.append(id_)
        elif seen is not None and set(seen.get(id_, ())) != set(row.visitors):
            lost.append(id_)
        else:
            changes.append(change)
    write(session, actor, AssignmentVerb.GIVE, changes, batch=batch)
    return Given(tuple(change.held.id for change in changes), tuple(already), tuple(sorted(lost)))


def _group_finder(
    session: Session, actor: Actor, campaign_id: int, member_ids: set[int]
) -> Callable[[Held, tuple[int, ...]], int]:
    tops = tops_of(session, campaign_id)
    seats = seats_of(session, campaign_id, member_ids)
    known: dict[tuple[int | None, tuple[int, ...]], int | None] = {}

    def find(row: Held, members: tuple[int, ...]) -> int:
        key = (row.group_id, members)
        if key not in known:
            own = [seats.get(member_id, {}) for member_id in members]
            top = tops[row.group_id] if row.group_id else None
            known[key] = group_for(actor, own, row.group_id, top)
        group_id = known[key]
        if group_id is None:
            raise Invalid(N_("所选的人不都是这些走访户所在小组的成员。"), field="members")
        return group_id

    return find


def take_back(
    session: Session,
    actor: Actor,
    assignment_ids: Iterable[int],
    *,
    seen: Seen | None = None,
) -> int:
    """Take assignments from their visitors; group, state and visits stay. Returns how many had visitors. With `seen`,
    one that somebody gave to others meanwhile is left as it is. Writes a TAKE_BACK move each. Missing when the actor
    leads none of them, Conflict once the campaign is closed."""
    held = hold(session, assignment_ids, led(actor))
    _open_campaign(session, held)
    changes = [
        Change(row, row.group_id, row.due_on, ())
        for id_, row in held.items()
        if row.visitors and (seen is None or set(seen.get(id_, ())) == set(row.visitors))
    ]
    write(session, actor, AssignmentVerb.TAKE_BACK, changes)
    return len(changes)


def undo_batch(session: Session, actor: Actor, batch: UUID) -> int:
    """Take back what one sharing out gave: each assignment gets the visitors, group and due date that it had before.
    Returns how many. Writes a TAKE_BACK move each. Missing when the actor leads none of them; Conflict, and nothing is
    undone, when any was visited or changed since."""
    moves = {move.assignment_id: move for move in moves_of(session, batch)}
    held = hold(session, moves, led(actor))
    _open_campaign(session, held)
    if len(held) < len(moves) or touched_since(session, list(moves.values())):
        raise Conflict(N_("其中有走访户已经走访或另行调整，不能整批撤销。可以在走访任务里逐户调整。"))
    changes = [
        Change(row, was["group"], date.fromisoformat(was["due_on"]) if was["due_on"] else None, tuple(was["visitors"]))
        for row, was in ((row, moves[id_].before) for id_, row in held.items())
    ]
    write(session, actor, AssignmentVerb.TAKE_BACK, changes, undone=batch)
    return len(changes)


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


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo what a batch (`source`) wrote of assignments, with one audit entry. That nothing was built on it is the
    caller's to know: a row that something refers to raises the database's `IntegrityError`."""
    require(actor.is_coordinator and undoing.table in ("assignments", "assignment_visitors", "assignment_moves"))
    restoring.put_back(session, undoing)
    verb, gone, changed = f"{undoing.table.rstrip('s')}.put_back", len(undoing.made), len(undoing.changed)
    audit.record(session, actor, verb, "import_batch", source, gone=gone, changed=changed)
