"""Who may do what with assignments, and what follows from visits and memberships. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hengli_visits.actor import Actor
from hengli_visits.models import Assignment, AssignmentState, CampaignState, Outcome

MOST_VISITORS = 4
"""A household is not called on by more people at once."""

STALE_DAYS = 14
"""After so many days in somebody's hands without a visit a household counts as stale (久未走访)."""

NUDGE_REST = timedelta(hours=24)
"""Nobody is reminded twice within this time, whoever does it."""

MOST_WORDS = 200
"""Characters of the sentence that goes with a reminder."""

UNREACHABLE = frozenset({Outcome.DECLINED, Outcome.MOVED, Outcome.EMPTY})
"""Outcomes after which going again needs a leader's word."""


def may_see_tasks(actor: Actor) -> bool:
    """Whether the list of assignments of others is open to the actor: coordinators, leaders and area leads."""
    return actor.is_coordinator or actor.is_leader or actor.is_area_lead


def may_assign(actor: Actor) -> bool:
    """Whether the actor gives households to visitors at all: coordinators, and leaders within their groups."""
    return actor.is_coordinator or actor.is_leader


def may_target(actor: Actor) -> bool:
    """Whether the actor decides which households a campaign visits."""
    return actor.is_coordinator


def may_lead(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor decides about this assignment: a leader of its group, or a coordinator."""
    return actor.is_coordinator or assignment.group_id in actor.led_groups


def may_visit(actor: Actor) -> bool:
    """Whether the actor has a round of households at all."""
    return actor.is_visitor


def starts_with_round(actor: Actor) -> bool:
    """Whether the actor's day starts with their own round: visitors who oversee nothing and handle nothing."""
    return actor.is_visitor and not (may_see_tasks(actor) or actor.is_handler or actor.is_administrator)


def visits_now(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor is a visitor of this assignment (visitors loaded) and the campaign runs."""
    running = assignment.campaign.state == CampaignState.RUNNING
    return running and any(visitor.member_id == actor.id for visitor in assignment.visitors)


def may_log(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor may begin to record a visit there: its visitors while the campaign runs, leaders of its group
    until it is archived."""
    if assignment.group_id in actor.led_groups:
        return assignment.campaign.state in (CampaignState.RUNNING, CampaignState.CLOSED)
    return visits_now(actor, assignment)


def had_once(actor: Actor, past: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the actor was a visitor of an assignment once, or leads a group that had it, according to `past`, what its
    moves tell of before and after."""
    return any(actor.id in told.get("visitors", ()) or told.get("group") in actor.led_groups for told in past)


def stale_days(starts_on: date, ends_on: date) -> int:
    """After how many days a household of a campaign counts as stale: STALE_DAYS, in a short campaign a third of its
    length, rounded up."""
    length = (ends_on - starts_on).days + 1
    return max(1, min(STALE_DAYS, -(-length // 3)))


def state_after(outcomes: Sequence[Outcome], counted: Collection[str]) -> AssignmentState:
    """The state that follows from the outcomes of the visits that are not voided, oldest first. One that the campaign
    counts makes 已访 for good; otherwise the latest decides (domain rule 5)."""
    if not outcomes:
        return AssignmentState.WAITING
    if any(outcome.value in counted for outcome in outcomes):
        return AssignmentState.VISITED
    return AssignmentState.UNREACHABLE if outcomes[-1] in UNREACHABLE else AssignmentState.AGAIN


def group_for(
    actor: Actor, visitors: Sequence[Mapping[int, int]], group_id: int | None, top_id: int | None
) -> int | None:
    """The group to which an assignment belongs once these visitors have it: their common team, else the group above
    their teams. `visitors` holds for each the groups that they are in, with the top-level group above (or itself);
    `group_id` and `top_id` are where the assignment is now. None: they are not of one group, not of the household's,
    or of a group that the actor does not lead."""
    seats = [
        {group: top for group, top in own.items() if (top_id is None or top == top_id) and _leads(actor, group)}
        for own in visitors
    ]
    common = set(seats[0]).intersection(*seats[1:])
    teams = {group for group in common if seats[0][group] != group}
    if group_id in teams:
        return group_id
    if teams:
        return min(teams)
    tops = set(seats[0].values()).intersection(*(own.values() for own in seats[1:]))
    return next((top for top in sorted(tops) if _leads(actor, top)), None)


def _leads(actor: Actor, group_id: int) -> bool:
    return actor.is_coordinator or group_id in actor.led_groups


def group_of_area(path: str, covering: Mapping[int, Sequence[str]]) -> int | None:
    """The one group that covers an area, `covering` holding the area paths of each group; None when no group does,
    or more than one."""
    found = [group for group, paths in covering.items() if path.startswith(tuple(paths))]
    return found[0] if len(found) == 1 else None
