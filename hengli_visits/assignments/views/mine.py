"""我的走访: a visitor's own round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import render_template, request

from hengli_visits import clock
from hengli_visits.assignments import formats, rounds, rules, walks
from hengli_visits.assignments.absences import away_until
from hengli_visits.assignments.onward import last_place
from hengli_visits.assignments.views.blueprint import bp, campaign_chips, link_to, number, pick_campaign
from hengli_visits.assignments.views.onward import Onward
from hengli_visits.errors import require
from hengli_visits.forms import chosen
from hengli_visits.gate import actor, session
from hengli_visits.models import Assignment, AssignmentState, Campaign
from hengli_visits.paging import Page

LEADS_ON = (None, AssignmentState.WAITING.value, "all")
"""The lists, as the address asks for them, on which one is told where to go next."""


@dataclass(frozen=True)
class Round:
    """What all lists of one round share: the campaign and the others that run, how many households stand where, with
    whom one goes, the words last noted about each household, and where one goes next; of the actor the last day of leave (None: open) while on leave."""

    campaign: Campaign
    campaigns: Sequence[Campaign]
    counts: Mapping[AssignmentState, int]
    company: rounds.Company
    last: Mapping[int, rounds.LastWords]
    onward: Onward
    leave: Mapping[int, date | None] = field(default_factory=dict)


@bp.get("/assignments/mine")
def mine() -> str:
    """我的走访: the visitor's own households of a running campaign."""
    require(rules.may_visit(actor()))
    campaigns = rounds.my_campaigns(session(), actor())
    campaign = pick_campaign(campaigns)
    if campaign is None:
        return empty_round_page()
    counts = rounds.my_counts(session(), actor(), campaign)
    words = request.args.get("q", "").strip()
    asked = request.args.get("state")
    state = state_shown(counts, asked)
    calls = walks.my_walk(session(), actor(), campaign.id, state, words)
    page = walks.walk_page(session(), calls, number("page") or 1)
    first = not words and state == AssignmentState.WAITING and page.number == 1
    own = Round(
        campaign,
        campaigns,
        counts,
        company=rounds.my_company(session(), actor(), campaign),
        last=rounds.last_words(session(), [a.household_id for a in page.items]),
        onward=onward(campaign, calls),
        leave=away_until(session(), [actor().id], clock.today()),
    )
    expected = rounds.my_appointments(session(), actor(), campaign) if first else []
    return round_page(own, page, expected, state=state, asked=asked, words=words)


def onward(campaign: Campaign, calls: Sequence[walks.Call]) -> Onward:
    """Where one goes next on a round."""
    return Onward(campaign.id, last_place(calls, clock.today()), walks.next_call(calls))


def empty_round_page() -> str:
    """我的走访 while no campaign runs in which the actor visits."""
    return render_template("assignments/mine.html", campaign=None)


def round_page(
    own: Round,
    page: Page[Assignment],
    expected: Sequence[Assignment],
    *,
    state: AssignmentState | None,
    asked: str | None,
    words: str = "",
) -> str:
    """A list of the round: those in `state` (None: all), as the address `asked` for it, or those that the words find."""
    link = link_to("assignments.mine", {"campaign": own.campaign.id, "state": asked, "q": words})
    return render_template(
        "assignments/mine.html",
        campaign=own.campaign,
        campaign_chips=campaign_chips("assignments.mine", own.campaigns, own.campaign),
        counts=own.counts,
        state_chips=formats.state_chips(own.counts, None if words else state or "", link),
        state=state,
        words=words,
        page=page,
        streets=formats.by_street(page.items),
        company=own.company,
        expected=expected,
        leave=own.leave,
        last=own.last,
        onward=own.onward if page.items and page.number == 1 and not words and asked in LEADS_ON else None,
        link=link,
        page_link=lambda number: link(page=number),
    )


def state_shown(counts: Mapping[AssignmentState, int], asked: str | None) -> AssignmentState | None:
    """The state asked for; else the first in which there is something to do; else all (None)."""
    if asked is not None:
        return chosen(AssignmentState, asked)
    return next((s for s in (AssignmentState.WAITING, AssignmentState.AGAIN) if counts[s]), None)
