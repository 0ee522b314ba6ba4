"""Visitors take households up themselves, and give back what they took up."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.avoidances import refuse_avoided
from hengli_visits.assignments.changes import Change, Held, hold, write
from hengli_visits.assignments.claims import allowance, taken_up, unvisited, within_reach
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import Assignment, AssignmentVerb, Campaign, CampaignState, Group
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


class Claimed(NamedTuple):
    """Ids of assignments: `done` are the actor's now, `already` were, `lost` were taken by somebody else meanwhile."""

    done: tuple[int, ...]
    already: tuple[int, ...]
    lost: tuple[int, ...]


def claim(session: Session, actor: Actor, campaign: Campaign, assignment_ids: Collection[int]) -> Claimed:
    """Give the actor households of their own team or group that nobody has. The rows are locked first: of two who want
    the same one gets it, the other is told (`lost`). The cap of the campaign counts the households that the actor has
    because they took them up (`claims.taken_up`), visited or not; with these there may be no more. One of the group
    above goes to the actor's team with that. Writes a CLAIM move each. Missing where the campaign does not allow it or
    when none of them is in the actor's reach; Invalid (`assignment`) above the cap, and (`members`) when the household is to avoid
    the actor."""
    wanted = set(assignment_ids)
    if campaign.claim_cap == 0 or campaign.state != CampaignState.RUNNING:
        raise Missing
    hold_keys(session, f"claims:{actor.id}")
    held = hold(session, wanted, within_reach(actor) & (Assignment.campaign_id == campaign.id))
    if not held:
        raise Missing
    already = tuple(id_ for id_, row in held.items() if actor.id in row.visitors)
    free = {id_: row for id_, row in held.items() if not row.visitors and row.state in OPEN_STATES}
    left = allowance(session, actor, campaign).left
    if len(free) > left:
        if left == 0:
            raise Invalid(
                N_("您已经认领满%(cap)s户，走访完可以请组长再分派。"), field="assignment", cap=campaign.claim_cap
            )
        raise Invalid(N_("您还可以认领%(left)s户，请少选几户。"), field="assignment", left=left)
    refuse_avoided(session, dict.fromkeys(free, (actor.id,)))
    teams = _teams(session, actor)
    changes = [Change(row, _group(row, actor, teams), row.due_on, (actor.id,)) for row in free.values()]
    write(session, actor, AssignmentVerb.CLAIM, changes)
    return Claimed(tuple(free), already, tuple(sorted(wanted - set(free) - set(already))))


def _teams(session: Session, actor: Actor) -> dict[int, int]:
    """The actor's team below each group."""
    rows = session.execute(
        select(Group.parent_id, Group.id).where(Group.id.in_(sorted(actor.groups)), Group.parent_id.is_not(None))
    )
    return {parent_id: id_ for parent_id, id_ in rows if parent_id is not None}


def _group(row: Held, actor: Actor, teams: dict[int, int]) -> int | None:
    if row.group_id is None or row.group_id in actor.groups:
        return row.group_id
    return teams.get(row.group_id, row.group_id)


def give_up(session: Session, actor: Actor, assignment_id: int) -> None:
    """Give a household back that the actor took up, while nobody has visited it; other visitors keep it. Writes a
    TAKE_BACK move. Missing for what the actor did not take up, or has given back already; Conflict once it was visited or the campaign does not run."""
    held = hold(session, [assignment_id], Assignment.id == assignment_id).get(assignment_id)
    if held is None:
        raise Missing
    mine = select(Assignment.id).where(Assignment.id == assignment_id, taken_up(actor.id))
    if session.scalar(mine) is None:
        raise Missing
    state = session.scalar(select(Campaign.state).where(Campaign.id == held.campaign_id))
    if state != CampaignState.RUNNING:
        raise Conflict(N_("这个活动已经结束，名单和分工不能再改。"))
    if session.scalar(mine.where(unvisited())) is None:
        raise Conflict(N_("这户已经走访过，不能再退回。走不完请告诉组长。"))
    staying = tuple(member_id for member_id in held.visitors if member_id != actor.id)
    write(session, actor, AssignmentVerb.TAKE_BACK, [Change(held, held.group_id, held.due_on, staying)])
