"""我的走访: a visitor's own round."""

from collections.abc import Mapping

from flask import render_template, request

from hengli_visits.assignments import formats, rounds, rules
from hengli_visits.assignments.views.blueprint import bp, link_to, number, pick_campaign
from hengli_visits.errors import require
from hengli_visits.forms import chosen
from hengli_visits.gate import actor, session
from hengli_visits.models import AssignmentState


@bp.get("/assignments/mine")
def mine() -> str:
    """我的走访: the visitor's own households of a running campaign."""
    require(rules.may_visit(actor()))
    campaigns = rounds.my_campaigns(session(), actor())
    campaign = pick_campaign(campaigns)
    if campaign is None:
        return render_template("assignments/mine.html", campaign=None)
    counts = rounds.my_counts(session(), actor(), campaign)
    words = request.args.get("q", "").strip()
    state = _my_state(counts)
    page = rounds.my_page(session(), actor(), campaign, state, words, number("page") or 1)
    first = not words and state == AssignmentState.WAITING and page.number == 1
    link = link_to("assignments.mine", {"campaign": campaign.id, "state": request.args.get("state"), "q": words})
    return render_template(
        "assignments/mine.html",
        campaign=campaign,
        campaigns=campaigns,
        campaign_chips=[
            {"href": link(campaign=c.id, q=None, state=None), "text": c.name, "current": c is campaign}
            for c in campaigns
        ],
        counts=counts,
        state_chips=formats.state_chips(counts, None if words else state or "", link),
        state=state,
        words=words,
        page=page,
        streets=formats.by_street(page.items),
        company=rounds.my_company(session(), actor(), campaign),
        expected=rounds.my_appointments(session(), actor(), campaign) if first else [],
        last=rounds.last_words(session(), [a.household_id for a in page.items]),
        link=link,
        page_link=lambda number: link(page=number),
    )


def _my_state(counts: Mapping[AssignmentState, int]) -> AssignmentState | None:
    """The state asked for; else the first in which there is something to do; else all."""
    asked = request.args.get("state")
    if asked is not None:
        return chosen(AssignmentState, asked)
    return next((s for s in (AssignmentState.WAITING, AssignmentState.AGAIN) if counts[s]), None)
