"""How one group or one village stands, for who answers for it, on a phone."""

from flask import g, render_template, request, url_for

from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.errors import Missing, require
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.models import CampaignState
from hengli_visits.reports import queries, rules, standing
from hengli_visits.reports.standing import IDLE
from hengli_visits.reports.views.blueprint import bp


@bp.get("/overview/groups/<int:group_id>", endpoint="group")
def group_page(group_id: int) -> str:
    """What is left for a group, who may need help, which issues do not get on."""
    require(rules.may_see_workload(actor()))
    g.way = "reports.overview"
    group = standing.get_group(session(), actor(), group_id)
    found = standing.of_group(session(), actor(), group)
    return render_template(
        "reports/standing.html",
        title=group.name,
        standing=found,
        campaign=found.campaign,
        running=found.campaign.state == CampaignState.RUNNING,
        idle=IDLE.days,
        here=url_for("reports.group", group_id=group.id),
        group=group,
    )


@bp.get("/overview/areas/<int:area_id>", endpoint="area")
def area_page(area_id: int) -> str:
    """What is left in a village, by group, and which issues do not get on."""
    require(rules.answers_for_areas(actor()))
    g.way = "reports.overview"
    area = standing.get_area(session(), actor(), area_id)
    campaigns = campaigns_with_tasks(session(), actor())
    campaign = queries.choose_campaign(campaigns, request.args.get("campaign", type=row_id))
    if campaign is None:
        raise Missing
    found = standing.of_area(session(), actor(), campaign, area)
    return render_template(
        "reports/standing.html",
        title=area.name,
        standing=found,
        campaign=campaign,
        running=False,
        here=url_for("reports.area", area_id=area.id, campaign=campaign.id),
        group=None,
    )
