"""Who goes where: assignments are given to visitors, taken back, and moved between groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.actions.targeting import open_campaign
from hengli_visits.assignments.avoidances import clash_in, refuse_avoided
from hengli_visits.assignments.changes import Change, Held, hold, write
from hengli_visits.assignments.queries import moves_of, tops_of, touched_since
from hengli_visits.assignments.roster import seats_of
from hengli_visits.assignments.rules import MOST_VISITORS, group_for
from hengli_visits.assignments.scope import led
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.models import AssignmentVerb, Group
from hengli_visits.wording import N_

Seen = Mapping[int, Iterable[int]]
"""The visitors (member ids) of each assignment as the page showed them on which somebody decided."""


class Given(NamedTuple):
    """Ids of assignments: `done` changed, `already` were just so, `lost` were changed by somebody else meanwhile (or
    have left the actor's groups) and stay as they are."""

    done: tuple[int, ...]
    already: tuple[int, ...]
    lost: tuple[int, ...]


def to_group(session: Session, actor: Actor, assignment_ids: Iterable[int], group: Group) -> int:
    """Move assignments to a group or team of the same campaign that the actor leads too; returns how many moved.
    Visitors stay when all of them belong to it (or to a team of it), else they are taken away. Visits stay with the
    assignment. Writes a TO_GROUP move each."""
    held = hold(session, assignment_ids, led(actor))
    campaign_id = open_campaign(session, held)
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
    verb: AssignmentVerb = AssignmentVerb.GIVE,
) -> Given:
    """Give each assignment of the plan its visitors, in place of those it has; the team follows from them
    (`rules.group_for`). `due_on` None leaves the due date. With `seen`, an assignment whose visitors are no longer
    those is left to whoever changed it and reported as lost. Writes a GIVE move (or one of `verb`) for each change.
    Missing when the actor leads none of them; Invalid (`members`) when the visitors are not one to four of one group
    that covers it, or when one of them is to avoid the household or another of them; Conflict once the campaign is
    closed."""
    if any(not 1 <= len(set(members)) <= MOST_VISITORS for members in plan.values()):
        raise Invalid(N_("请选1到%(most)s位走访员。"), field="members", most=MOST_VISITORS)
    held = hold(session, plan, led(actor))
    campaign_id = open_campaign(session, held)
    find_group = group_finder(session, actor, campaign_id, {m for members in plan.values() for m in members})
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
    refuse_avoided(session, {change.held.id: change.visitors for change in changes})
    write(session, actor, verb, changes, batch=batch)
    return Given(tuple(change.held.id for change in changes), tuple(already), tuple(sorted(lost)))


def group_finder(
    session: Session, actor: Actor, campaign_id: int, member_ids: set[int]
) -> Callable[[Held, tuple[int, ...]], int]:
    """Tells to which group an assignment belongs once these of the members have it (`rules.group_for`). It raises
    Invalid (`members`) when they are not of one group that covers it. Two queries, here."""
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
    return len(take_back_each(session, actor, assignment_ids, seen=seen).done)


def take_back_each(
    session: Session,
    actor: Actor,
    assignment_ids: Iterable[int],
    *,
    batch: UUID | None = None,
    seen: Seen | None = None,
) -> Given:
    """Take assignments back as `take_back` does, and tell what became of each."""
    wanted = set(assignment_ids)
    held = hold(session, wanted, led(actor))
    open_campaign(session, held)
    changes: list[Change] = []
    already: list[int] = []
    lost = sorted(wanted - set(held))
    for id_, row in held.items():
        if not row.visitors:
            already.append(id_)
        elif seen is not None and set(seen.get(id_, ())) != set(row.visitors):
            lost.append(id_)
        else:
            changes.append(Change(row, row.group_id, row.due_on, ()))
    write(session, actor, AssignmentVerb.TAKE_BACK, changes, batch=batch)
    return Given(tuple(change.held.id for change in changes), tuple(already), tuple(sorted(lost)))


def undo_batch(session: Session, actor: Actor, batch: UUID) -> int:
    """Take back what one sharing out gave: each assignment gets the visitors, group and due date that it had before.
    Returns how many. Writes an UNDO move each. Missing when the actor leads none of them; Conflict, and nothing is
    undone, when any was visited or changed since, or would go back to somebody who is to avoid it by now."""
    moves = {move.assignment_id: move for move in moves_of(session, batch)}
    held = hold(session, moves, led(actor))
    open_campaign(session, held)
    if len(held) < len(moves) or touched_since(session, list(moves.values())):
        raise Conflict(N_("其中有走访户已经走访或另行调整，不能整批撤销。可以在走访任务里逐户调整。"))
    changes = [
        Change(row, was["group"], date.fromisoformat(was["due_on"]) if was["due_on"] else None, tuple(was["visitors"]))
        for row, was in ((row, moves[id_].before) for id_, row in held.items())
    ]
    _refuse_clash(session, {change.held.id: change.visitors for change in changes})
    write(session, actor, AssignmentVerb.UNDO, changes, undone=batch)
    return len(changes)


def _refuse_clash(session: Session, before: Mapping[int, Sequence[int]]) -> None:
    clash = clash_in(session, before)
    if clash is None:
        return
    if clash.household:
        text = N_("%(household)s现在要回避%(member)s，不能整批撤销。可以在走访任务里逐户调整。")
        raise Conflict(text, household=clash.household, member=clash.one)
    text = N_("%(one)s和%(other)s现在要回避，不能整批撤销。可以在走访任务里逐户调整。")
    raise Conflict(text, one=clash.one, other=clash.other)
