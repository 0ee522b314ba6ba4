"""Who sees figures, where somebody's day starts, and how a campaign's days are counted. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hengli_visits.actor import Actor
from hengli_visits.models import Campaign


def may_see_overview(actor: Actor) -> bool:
    """Whether the actor has an overview: coordinators of everything, leaders of their groups, area leads of their
    villages."""
    return actor.is_coordinator or actor.is_leader or actor.is_area_lead


def may_see_workload(actor: Actor) -> bool:
    """Whether the actor sees what each member has in hand: coordinators, and leaders of their groups. Area leads answer
    for villages, not for the people of a group; they have the overview."""
    return actor.is_coordinator or actor.is_leader


def answers_for_areas(actor: Actor) -> bool:
    """Whether the actor looks at villages one by one: coordinators, and area leads at their own."""
    return actor.is_coordinator or actor.is_area_lead


def may_see_own(actor: Actor) -> bool:
    """Whether the actor has figures of their own: who visits, or leads those who do."""
    return actor.is_visitor or actor.is_leader


def homes(actor: Actor) -> Iterator[str]:
    """The endpoints on which the actor's day may start, the most fitting first."""
    if may_see_overview(actor):
        yield "reports.overview"
    if actor.is_handler:
        yield "issues.index"
    if actor.is_administrator:
        yield "accounts.index"
    if actor.is_visitor:
        yield "assignments.mine"
    yield "accounts.me"


@dataclass(frozen=True)
class CampaignDay:
    """Where a day stands in a campaign: day `number` of `length` (the first is 1), so many days `ahead` of its start,
    or `over`."""

    number: int
    length: int
    ahead: int
    over: bool


def campaign_day(campaign: Campaign, today: date) -> CampaignDay:
    """The day of the campaign that `today`, a day of the town, is."""
    length = (campaign.ends_on - campaign.starts_on).days + 1
    number = (today - campaign.starts_on).days + 1
    return CampaignDay(number=number, length=length, ahead=max(0, 1 - number), over=number > length)
