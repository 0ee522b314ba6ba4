"""Plans of sharing out: asked for, worked out, changed by hand, applied in one step, undone in one step."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments import findings, plans
from hengli_visits.assignments.actions.targeting import require_open
from hengli_visits.assignments.changes import PORTION
from hengli_visits.assignments.distribute.levels import distribute
from hengli_visits.assignments.rules import may_assign
from hengli_visits.assignments.snapshot import take
from hengli_visits.assignments.ties import avoidances, last_visitors, near_villages
from hengli_visits.assignments.wishes import Wishes, read, written
from hengli_visits.errors import Conflict, DomainError, Invalid, require
from hengli_visits.models import (
    Assignment,
    Campaign,
    Household,
    ShareOut,
    ShareOutRow,
    ShareState,
)
from hengli_visits.wording import N_

DECIDED = N_("这个方案刚刚已经有人处理过了，请看最新的情况。")


def order_share_out(session: Session, actor: Actor, campaign: Campaign, wishes: Wishes) -> ShareOut:
    """Ask for a plan; it is worked out by `work_out`. The campaign keeps the wishes to begin with next time. Invalid
    (`group`) when nothing of what the actor leads is asked for, Conflict once the campaign is closed."""
    require(may_assign(actor))
    require_open(session, campaign.id)
    known = set(plans.group_names(session, campaign.id))
    groups = tuple(id_ for id_ in wishes.groups if id_ in known and (actor.is_coordinator or id_ in actor.led_groups))
    wishes = replace(wishes, groups=groups, homeless=wishes.homeless and actor.is_coordinator)
    if not (groups or wishes.homeless):
        raise Invalid(N_("请至少选一个小组。"), field="group")
    if actor.is_coordinator:
        kept = written(wishes)
        campaign.sharing = {name: kept[name] for name in kept if name not in ("groups", "homeless", "redo")}
    plan = ShareOut(
        campaign=campaign,
        state=ShareState.WORKING,
        wishes=written(wishes),
        created_at=clock.now(),
        created_by_id=actor.recorded_id,
    )
    session.add(plan)
    session.flush()
    audit.record(session, actor, "share_out.order", "share_out", plan.id)
    return plan


@dataclass(frozen=True)
class Worked:
    """A plan as it was worked out, before it is written down."""

    rows: Sequence[Mapping[str, Any]]
    outline: Mapping[str, Any]


def think(session: Session, actor: Actor, plan: ShareOut, step: Callable[[int], None] | None = None) -> Worked:
    """Work a plan out. Only reads, so that nobody waits for it. `step` is told how many of a hundred parts are done."""
    wishes = read(plan.wishes)
    told = step or (lambda _done: None)
    snapshot = take(session, actor, plan.campaign, wishes)
    told(10)
    found = distribute(snapshot.town, wishes.terms, lambda done, of: told(10 + 80 * done // of))
    names = plans.group_names(session, plan.campaign_id)
    rows = findings.rows_of(snapshot, found)
    outline = {
        "groups": _parts(rows, findings.parties_of(snapshot, found), names),
        "notes": findings.notes_of(snapshot, found, wishes, names),
        "waiting": len(snapshot.town.houses),
        "proved": not found.unproved,
    }
    return Worked(rows, outline)


def write_down(session: Session, plan: ShareOut, worked: Worked) -> None:
    """Write a plan down that was worked out: its rows, figures and sentences. Gives nobody anything. Conflict when
    somebody did so already or discarded it meanwhile."""
    move_plan(session, plan, ShareState.WORKING, ShareState.READY)
    for start in range(0, len(worked.rows), PORTION):
        portion = worked.rows[start : start + PORTION]
        session.execute(insert(ShareOutRow), [{"share_out_id": plan.id, **row} for row in portion])
    plan.outline = dict(worked.outline)
    session.flush()


def work_out(session: Session, actor: Actor, plan: ShareOut) -> None:
    """Work a plan out and write it down (`think`, `write_down`)."""
    write_down(session, plan, think(session, actor, plan))


def _parts(
    rows: Sequence[Mapping[str, Any]], parties: Mapping[int, Sequence[findings.Party]], names: Iterable[int]
) -> dict[str, Any]:
    of_group: dict[int, list[findings.Given]] = {}
    for row in rows:
        given = findings.Given(tuple(row["visitors"]), row["weight"], row["near"], row["again"])
        of_group.setdefault(row["group_id"], []).append(given)
    return {
        str(id_): {**findings.figures(of_group[id_], parties.get(id_, ())), "parties": parties.get(id_, [])}
        for id_ in names
        if id_ in of_group
    }


def come_to_nothing(session: Session, plan: ShareOut, error: DomainError) -> None:
    """Note why a plan could not be worked out, or not be applied: then it stands as before."""
    back = {ShareState.WORKING: ShareState.FAILED, ShareState.APPLYING: ShareState.READY}[plan.state]
    move_plan(session, plan, plan.state, back)
    plan.failure = {"message": error.message, "params": error.params}
    session.flush()


def move_in_plan(
    session: Session, actor: Actor, plan: ShareOut, group_id: int, ids: Iterable[int], members: Sequence[int]
) -> int:
    """Give households of a plan to others of the same group instead, before it is applied; returns how many moved.
    Gives nobody anything yet. Missing when the plan has no such part; Invalid when nothing was chosen (`row`), when
    these are none of those who go for the group or have all of it already, or when one of them shall not meet a
    household (`members`); Conflict once the plan is decided."""
    _still_ready(session, plan)
    shares = plans.shares_in(session, plan, group_id)
    if tuple(members) not in {share.members for share in shares}:
        raise Invalid(N_("请选这个小组里要接的人。"), field="members")
    wanted = set(ids)
    whose = {row.assignment_id: share.members for share in shares for row in share.rows if row.assignment_id in wanted}
    if not whose:
        raise Invalid(N_("请先勾选要移动的户。"), field="row")
    chosen = [id_ for id_, those in whose.items() if those != tuple(members)]
    if not chosen:
        raise Invalid(N_("这些户本来就分给他们，请选别人。"), field="members")
    for id_, near, again in _what_speaks_for(session, plan, chosen, members):
        session.execute(
            update(ShareOutRow)
            .where(ShareOutRow.share_out_id == plan.id, ShareOutRow.assignment_id == id_)
            .values(visitors=list(members), near=near, again=again, by_hand=True)
        )
    part = plan.outline["groups"][str(group_id)]
    counted = findings.figures(plans.given_in(session, plan, group_id), part["parties"])
    groups = plan.outline["groups"] | {str(group_id): {**part, **counted}}
    plan.outline = plan.outline | {"groups": groups}
    audit.record(session, actor, "share_out.move", "share_out", plan.id, assignments=chosen)
    session.flush()
    return len(chosen)


def _what_speaks_for(
    session: Session, plan: ShareOut, ids: Sequence[int], members: Sequence[int]
) -> Iterator[tuple[int, bool, bool]]:
    """Of each assignment whether one of the members is of its village, and whether one was there last time. Invalid
    (`members`) when one of them shall not meet a household."""
    homes = {
        row.id: row
        for row in session.execute(
            select(Assignment.id, Assignment.household_id, Household.area_id, Household.name)
            .join(Household, Household.id == Assignment.household_id)
            .where(Assignment.id.in_(ids))
        )
    }
    by_household = {row.household_id: id_ for id_, row in homes.items()}
    apart, _quarrels = avoidances(session, by_household)
    for member in members:
        for id_ in sorted(apart.get(member, frozenset())):
            raise Invalid(N_("%(household)s要回避所选的人，请换一组。"), field="members", household=homes[id_].name)
    own = frozenset[int]().union(*near_villages(session, members).values())
    last = last_visitors(session, plan.campaign_id, by_household)
    for id_, row in homes.items():
        yield id_, row.area_id in own, not last.get(id_, frozenset()).isdisjoint(members)


def discard_share_out(session: Session, actor: Actor, plan: ShareOut) -> None:
    """Throw a plan away that was not applied; nothing else changes. Conflict when it was decided meanwhile."""
    states = (ShareState.READY, ShareState.FAILED, ShareState.WORKING)
    move_plan(session, plan, plan.state if plan.state in states else ShareState.READY, ShareState.DISCARDED)
    session.execute(delete(ShareOutRow).where(ShareOutRow.share_out_id == plan.id))
    plan.outline = {name: value for name, value in plan.outline.items() if name == "waiting"}
    audit.record(session, actor, "share_out.discard", "share_out", plan.id)
    session.flush()


def _still_ready(session: Session, plan: ShareOut) -> None:
    """Hold the plan, so that nobody decides about it meanwhile."""
    state = session.scalar(select(ShareOut.state).where(ShareOut.id == plan.id).with_for_update())
    if state is not ShareState.READY:
        raise Conflict(DECIDED)


def move_plan(session: Session, plan: ShareOut, old: ShareState, new: ShareState) -> None:
    """Bring a plan from one state into another. Conflict when it is in another one already."""
    done = session.execute(update(ShareOut).where(ShareOut.id == plan.id, ShareOut.state == old).values(state=new))
    session.refresh(plan, ["state"])
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(DECIDED)
