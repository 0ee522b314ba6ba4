"""The member's own figures, and the issues that they raised."""

from typing import Any

from flask import g, render_template, request, url_for

from hengli_visits import clock
from hengli_visits.assignments.views.blueprint import pick_campaign
from hengli_visits.errors import Missing, require
from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, session
from hengli_visits.issues.due import due_of
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.listing import ALL, OPEN, Filters
from hengli_visits.models import CampaignState, IssueState
from hengli_visits.reports import own, rules
from hengli_visits.reports.rows import Wanted, page_of_issues
from hengli_visits.reports.span import Span
from hengli_visits.reports.views.blueprint import bp


@bp.get("/me/figures")
def mine() -> str:
    """我走访的: what the member visited, heard and raised in a campaign."""
    require(rules.may_see_own(actor()))
    g.way = "accounts.me"
    campaigns = own.campaigns_of(session(), actor())
    campaign = pick_campaign(campaigns)
    if campaign is None:
        return render_template("reports/mine.html", own=None, campaign_chips=[])
    return render_template(
        "reports/mine.html",
        own=own.own_figures(session(), actor(), campaign),
        running=campaign.state == CampaignState.RUNNING and actor().is_visitor,
        campaign_chips=[
            {"href": url_for("reports.mine", campaign=one.id), "text": one.name, "current": one is campaign}
            for one in campaigns
        ],
    )


@bp.get("/me/figures/issues")
def own_issues() -> str:
    """The issues that the member raised in a campaign."""
    require(rules.may_see_own(actor()))
    g.way = "accounts.me"
    campaign = pick_campaign(own.campaigns_of(session(), actor()))
    if campaign is None:
        raise Missing
    state, now = chosen(IssueState, request.args.get("state")), clock.now()
    tab = OPEN if request.args.get("tab") == OPEN.key else ALL
    wanted = Wanted(Span(campaign.id), tab=tab, filters=Filters(state=state), own=True)
    page = page_of_issues(session(), actor(), wanted, request.args.get("page", 1, type=row_id), now)
    kept: dict[str, Any] = {"campaign": campaign.id, "state": state.value if state else None, "tab": tab.key}
    calendar = town_calendar(session())
    return render_template(
        "reports/own_issues.html",
        campaign=campaign,
        state=state,
        tab=tab,
        page=page,
        rows=[(issue, due_of(issue, now, calendar)) for issue in page.items],
        link=lambda number: url_for("reports.own_issues", **kept, page=number),
    )
