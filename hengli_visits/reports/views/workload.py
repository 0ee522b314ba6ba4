"""走访员进度: the load of each visitor."""

from flask import g, render_template, request

from hengli_visits.assignments.rules import stale_days
from hengli_visits.assignments.tasks import campaigns_led
from hengli_visits.assignments.views.blueprint import link_to
from hengli_visits.assignments.views.nudging import sought_loads
from hengli_visits.assignments.workload import Which
from hengli_visits.errors import require
from hengli_visits.formats import word
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.models import CampaignState
from hengli_visits.reports import queries, rules
from hengli_visits.reports.views.blueprint import bp


@bp.get("/workload")
def workload() -> str:
    """走访员进度: what each member for whom the actor answers has in hand; in the order of teams and names."""
    require(rules.may_see_workload(actor()))
    g.way = "assignments.index"
    campaigns = campaigns_led(session(), actor())
    campaign = queries.choose_campaign(campaigns, request.args.get("campaign", type=row_id))
    if campaign is None:
        return render_template("reports/workload.html", campaign=None)
    sought = sought_loads(campaign)
    kept = {"campaign": campaign.id, "group": sought.group_id, "which": sought.which.value, "q": sought.words}
    link = link_to("reports.workload", kept)
    found = queries.workload(session(), actor(), sought, request.args.get("page", 1, type=row_id))
    return render_template(
        "reports/workload.html",
        campaign=campaign,
        campaigns=campaigns,
        sought=sought,
        workload=found,
        page=found.page,
        which_chips=[
            {"href": link(which=which.value), "text": word(which), "count": count, "current": which is sought.which}
            for which, count in found.counts.items()
            if count or which in (Which.ALL, Which.LEFT, sought.which)
        ],
        kept=kept,
        link=link,
        link_page=lambda number: link(page=number),
        stale_days=stale_days(campaign.starts_on, campaign.ends_on),
        nudges=campaign.state == CampaignState.RUNNING,
    )
