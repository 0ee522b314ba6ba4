"""Who may do what with a visit, and what its flags mean. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from hengli_visits.actor import Actor
from hengli_visits.assignments.rules import had_once, may_lead
from hengli_visits.models import Assignment, AssignmentVisitor, CampaignState, Visit
from hengli_visits.wording import N_, Word

CLOCK_TOLERANCE = timedelta(minutes=10)
"""A phone's clock may be off by so much without being flagged."""

LARGEST_GAP = 2_000_000_000
"""Seconds; more does not fit the column and means nothing more."""

MOST_PHOTOS = 20
"""Photos of one visit."""


class Result(Word):
    """What became of a visit that was sent. CLASH: both wordings are kept, a leader decides."""

    CREATED = "created", N_("已保存。")
    SAME = "same", N_("这条走访已经保存过。")
    REVISED = "revised", N_("修改已保存。")
    CLASH = "clash", N_("这条走访在别处也被改过。两份都已保存，请组长选定以哪一份为准。")


class Standing(Enum):
    """What somebody has to do with a household of a campaign."""

    NOW = "now"
    ONCE = "once"
    NONE = "none"


def standing(
    actor: Actor, assignment: Assignment, visitors: Iterable[AssignmentVisitor], past: Iterable[Mapping[str, Any]]
) -> Standing:
    """Visitors and leaders have to do with it now; once, who was a visitor or led its group according to `past`, what
    its moves tell of before and after. A removed target is nobody's any more."""
    if assignment.removed_at is None:
        if assignment.group_id in actor.led_groups or any(visitor.member_id == actor.id for visitor in visitors):
            return Standing.NOW
    elif assignment.group_id in actor.led_groups:
        return Standing.ONCE
    return Standing.ONCE if had_once(actor, past) else Standing.NONE


def may_open_form(actor: Actor, assignment: Assignment) -> bool:
    """Whether the form is offered: to visitors and leaders while the campaign runs, to leaders until it is archived."""
    if assignment.removed_at is not None:
        return False
    if assignment.group_id in actor.led_groups:
        return assignment.campaign.state in (CampaignState.RUNNING, CampaignState.CLOSED)
    named = any(visitor.member_id == actor.id for visitor in assignment.visitors)
    return named and assignment.campaign.state == CampaignState.RUNNING


def may_revise(actor: Actor, visit: Visit) -> bool:
    """Whether the actor may revise or void a visit and change its photos: its author, and leaders of its group."""
    return visit.author_id == actor.id or visit.assignment.group_id in actor.led_groups


def may_choose(actor: Actor, visit: Visit) -> bool:
    """Whether the actor decides which wording of this visit is in force: it clashes, and they lead its group."""
    return visit.clashing and may_lead(actor, visit.assignment)


def may_see_revisions(actor: Actor, visit: Visit) -> bool:
    """Whether the earlier wordings of a visit are shown."""
    return may_revise(actor, visit) or actor.is_coordinator


def is_late(state: CampaignState) -> bool:
    """Whether a visit that arrives now is late: the campaign is over."""
    return state in (CampaignState.CLOSED, CampaignState.ARCHIVED)


def clock_gap(client_now: datetime | None, now: datetime) -> int | None:
    """The client's clock minus the server's, in whole seconds; None when the client did not tell."""
    if client_now is None:
        return None
    seconds = round((client_now - now).total_seconds())
    return max(-LARGEST_GAP, min(LARGEST_GAP, seconds))


def is_doubtful(gap: int | None, visited_at: datetime, now: datetime) -> bool:
    """Whether the visit's time is not to be relied on: the clock was more than 10 minutes off, or the visit lies in
    the server's future."""
    return visited_at > now + CLOCK_TOLERANCE or (gap is not None and abs(gap) > CLOCK_TOLERANCE.total_seconds())


def may_key_in(state: CampaignState, *, leads: bool, visits: bool) -> bool:
    """Whether walk lists that came back on paper may be entered: by visitors while the campaign runs, by leaders until
    it is archived."""
    return (visits and state == CampaignState.RUNNING) or (
        leads and state in (CampaignState.RUNNING, CampaignState.CLOSED)
    )


def may_list(actor: Actor) -> bool:
    """Whether the actor may open the list of visits: who oversees visits, and who makes them."""
    return actor.is_coordinator or actor.is_leader or actor.is_area_lead or actor.is_visitor
