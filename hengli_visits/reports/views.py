"""The first page of everybody, and the overview."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug import Response

from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.errors import Missing, require
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.reports import queries, rules

bp = Blueprint("reports", __name__)


@bp.get("/")
def home() -> Response:
    """On to the page on which the actor's day starts."""
    endpoint = next((name for name in rules.homes(actor()) if name in current_app.view_functions), None)
    if endpoint is None:
        raise Missing
    return redirect(url_for(endpoint))


@bp.get("/overview")
def overview() -> str:
    """How far a campaign has come, and what became of what was said."""
    require(rules.may_see_overview(actor()))
    campaigns = campaigns_with_tasks(session(), actor())
    campaign = queries.choose_campaign(campaigns, request.args.get("campaign", type=row_id))
    if campaign is None:
        return render_template("reports/none.html")
    return render_template(
        "reports/overview.html", overview=queries.overview(session(), actor(), campaign), campaigns=campaigns
    )
