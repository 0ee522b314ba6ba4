"""Plans of sharing out: applied in one step, undone in one step."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments import findings, plans
from hengli_visits.assignments.actions.giving import Given, undo_batch
from hengli_visits.assignments.actions.sharing import move_plan
from hengli_visits.assignments.actions.targeting import require_open
from hengli_visits.assignments.changes import Change, hold, portions, write
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.queries import seats_of, tops_of
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.ties import avoidances
from hengli_visits.models import Assignment, AssignmentVerb, ShareOut, ShareOutRow, ShareState


def order_apply(session: Session, actor: Actor, plan: ShareOut, due_on: date | None) -> None:
    """Ask for a plan to be applied aside, in the name of who asks. Conflict when it was decided meanwhile."""
    move_plan(session, plan, ShareState.READY, ShareState.APPLYING)
    plan.outline = plan.outline | {"order": {"due_on": due_on.isoformat() if due_on else None, "by": actor.recorded_id}}
    plan.failure = None
    audit.record(session, actor, "share_out.order_apply", "share_out", plan.id)
    session.flush()


def apply_share_out(session: Session, actor: Actor, plan: ShareOut, due_on: date | None = None) -> Given:
    """Give every household of a plan as it says, in one transaction. What somebody changed, visited to an end or took
    out meanwhile stays as it is and is reported as lost, and so is what was planned for somebody who has left the group
    since, or has to avoid it. Writes a SHARE move each (TO_GROUP where only groups were shared out), joined by the plan's id. Conflict when
    the plan was decided meanwhile, or the campaign is closed."""
    old = ShareState.APPLYING if plan.state is ShareState.APPLYING else ShareState.READY
    move_plan(session, plan, old, ShareState.APPLIED)
    require_open(session, plan.campaign_id)
    rows = plans.rows_in(session, plan)
    held = hold(session, [row.assignment_id for row in rows], led(actor))
    tops = tops_of(session, plan.campaign_id)
    seats = seats_of(session, plan.campaign_id, {member for row in rows for member in row.visitors})
    shunned = _shunned(session, rows)
    changes: list[Change] = []
    lost: list[int] = []
    for row in rows:
        now = held.get(row.assignment_id)
        same = now is not None and (now.group_id, now.visitors) == (row.was_group_id, tuple(row.was_visitors))
        top = tops.get(row.group_id)
        seated = all(top in seats.get(member, {}).values() for member in row.visitors)
        if now is None or not same or now.state not in OPEN_STATES or not seated or row.assignment_id in shunned:
            lost.append(row.assignment_id)
            continue
        change = Change(now, row.group_id, due_on or now.due_on, tuple(row.visitors))
        if (change.group_id, change.due_on, change.visitors) != (now.group_id, now.due_on, now.visitors):
            changes.append(change)
    for verb, some in (
        (AssignmentVerb.SHARE, [change for change in changes if change.visitors]),
        (AssignmentVerb.TO_GROUP, [change for change in changes if not change.visitors]),
    ):
        write(session, actor, verb, some, batch=plan.id)
    plan.applied_at = clock.now()
    _count_applied(session, plan, lost)
    audit.record(session, actor, "share_out.apply", "share_out", plan.id, done=len(changes), lost=len(lost))
    session.flush()
    return Given(tuple(change.held.id for change in changes), (), tuple(lost))


def _count_applied(session: Session, plan: ShareOut, lost: Sequence[int]) -> None:
    """Let the figures of an applied plan be of what was given; what was not is told apart."""
    for portion in portions(lost):
        gone = delete(ShareOutRow).where(ShareOutRow.share_out_id == plan.id, ShareOutRow.assignment_id.in_(portion))
        session.execute(gone)
    groups = (
        {
            id_: {**part, **findings.figures(plans.given_in(session, plan, int(id_)), part["parties"])}
            for id_, part in plan.outline["groups"].items()
        }
        if lost
        else plan.outline["groups"]
    )
    plan.outline = plan.outline | {"lost": list(lost), "groups": groups}


def _shunned(session: Session, rows: Sequence[Any]) -> set[int]:
    """Of a plan's rows those whose visitors were asked since not to meet the household, or each other."""
    ids = [row.assignment_id for row in rows]
    homes = {
        household_id: id_
        for portion in portions(ids)
        for id_, household_id in session.execute(
            select(Assignment.id, Assignment.household_id).where(Assignment.id.in_(portion))
        )
    }
    apart, quarrels = avoidances(session, homes)
    return {
        row.assignment_id
        for row in rows
        for member in row.visitors
        if row.assignment_id in apart.get(member, ()) or not quarrels.get(member, frozenset()).isdisjoint(row.visitors)
    }


def undo_share_out(session: Session, actor: Actor, plan: ShareOut) -> int:
    """Take back what applying a plan gave: each household gets the visitors, group and due date that it had before.
    Returns how many. Writes an UNDO move each. Conflict, and nothing is undone, when any was visited or changed
    since."""
    move_plan(session, plan, ShareState.APPLIED, ShareState.UNDONE)
    count = undo_batch(session, actor, plan.id)
    plan.undone_at = clock.now()
    audit.record(session, actor, "share_out.undo", "share_out", plan.id, count=count)
    session.flush()
    return count
