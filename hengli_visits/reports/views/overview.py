"""The first page of everybody; the overview and the pages beside it."""

from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.errors import Missing
from hengli_visits.gate import actor, session
from hengli_visits.models import Campaign
from hengli_visits.reports import comparing, queries, rules
from hengli_visits.reports.saying import saying as read_saying
from hengli_visits.reports.solving import solving as read_solving
from hengli_visits.reports.standing import areas_led, groups_led
from hengli_visits.reports.views.blueprint import bp, frame
from hengli_visits.reports.visiting import visiting as read_visiting


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
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    campaign = shown.campaign
    found = queries.overview(session(), actor(), campaign, shown.span)
    return render_template(
        "reports/overview.html", overview=found, **_openable(campaign), **shown.page("reports.overview")
    )


def _openable(campaign: Campaign) -> dict[str, Any]:
    """Whose pages the names lead to (None: all of them), and, for who answers for some alone, the way to these."""
    if actor().is_coordinator:
        return {"open_groups": None, "open_areas": None, "ways": []}
    led = groups_led(session(), actor(), campaign.id) if actor().is_leader else []
    overseen = areas_led(session(), actor(), campaign.id) if actor().is_area_lead else []
    ways = [(url_for("reports.group", group_id=one.id), one.name) for one in led]
    ways += [(url_for("reports.area", area_id=one.id, campaign=campaign.id), one.name) for one in overseen]
    return {
        "open_groups": actor().led_groups,
        "open_areas": [area.id for area in overseen],
        "ways": [{"href": href, "text": _("%(name)s：还剩什么", name=name), "icon": "go"} for href, name in ways],
    }


@bp.get("/overview/visits")
def visiting() -> str:
    """Visits by day, outcome, manner and village; the groups and villages whose standing can be looked at."""
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    found = read_visiting(session(), actor(), shown.campaign, shown.span, clock.today())
    overseen = areas_led(session(), actor(), shown.campaign.id) if rules.answers_for_areas(actor()) else []
    return render_template(
        "reports/visiting.html",
        visiting=found,
        overseen=overseen,
        led=groups_led(session(), actor(), shown.campaign.id),
        **shown.page("reports.visiting"),
    )


@bp.get("/overview/feedback")
def saying() -> str:
    """What residents said, by nature, category and village."""
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    found = read_saying(session(), actor(), shown.span)
    return render_template("reports/saying.html", saying=found, **shown.page("reports.saying"))


@bp.get("/overview/issues")
def solving() -> str:
    """Issues by state, age, unit and village, with the rates."""
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    found = read_solving(session(), actor(), shown.span, clock.now())
    return render_template("reports/solving.html", solving=found, **shown.page("reports.solving"))


@bp.get("/overview/comparison")
def comparison() -> str:
    """The same measures of this campaign and of the one before it."""
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    other = comparing.earlier(shown.campaign, shown.campaigns)
    found = comparing.compare(session(), actor(), shown.campaign, other, shown.span) if other else None
    return render_template("reports/comparison.html", comparison=found, **shown.page("reports.comparison"))
