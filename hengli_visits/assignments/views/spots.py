"""地图分派: the list of tasks as a map, to choose households by where they lie."""

from itertools import groupby
from typing import Any

from flask import Response, g, jsonify, render_template, request
from flask_babel import gettext as _

from hengli_visits.assignments import formats, rules, spots, tasks
from hengli_visits.assignments.views.blueprint import bp, campaign_chips, link_to, pick_campaign
from hengli_visits.assignments.views.tasks import FILTERS, KEPT, narrowing, wanted_tasks
from hengli_visits.errors import Missing, require
from hengli_visits.gate import actor, session
from hengli_visits.households.queries import villages
from hengli_visits.models import Area, AssignmentState, Campaign


def _kept(campaign: Campaign) -> dict[str, Any]:
    return {name: request.args.get(name) for name in KEPT} | {"campaign": campaign.id}


def _by_village(found: list[spots.Spot]) -> list[tuple[str, list[spots.Spot]]]:
    return [(name, list(part)) for name, part in groupby(found, lambda spot: spot.assignment.household.area.name)]


@bp.get("/assignments/map", endpoint="map")
def map_page() -> str:
    """地图分派: choose households on a map, or in the list beside it, and give them."""
    require(rules.may_see_tasks(actor()))
    g.way = "assignments.index"
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    campaign = pick_campaign(campaigns)
    if campaign is None:
        return render_template("assignments/map.html", campaign=None)
    wanted, kept = wanted_tasks(campaign), _kept(campaign)
    found = spots.spots(session(), actor(), wanted)
    counts = tasks.only_counts(session(), actor(), wanted)
    link = link_to("assignments.map", kept)
    narrow = narrowing(campaign, wanted)
    placed = [spot for spot in found if spot.placed]
    return render_template(
        "assignments/map.html",
        campaign=campaign,
        wanted=wanted,
        found=found,
        placed=placed,
        total=counts[wanted.only],
        villages=_by_village(placed),
        unplaced=_by_village([spot for spot in found if not spot.placed]),
        only_chips=formats.only_chips(wanted, counts, link),
        off_chips=formats.off_chips(wanted, narrow["offers"], link),
        campaign_chips=campaign_chips("assignments.map", campaigns, campaign),
        filtered=sum(kept[name] not in (None, "") for name in (*FILTERS, "q")),
        kept_without=lambda *names: {k: v for k, v in kept.items() if k not in names},
        here=link(),
        source=link_to("assignments.map_points", kept)(),
        list_link=link_to("assignments.index", kept)(),
        **narrow,
    )


@bp.get("/assignments/map/points")
def map_points() -> Response:
    """What the map of the tasks shows: households with a position, who has them, and the villages."""
    require(rules.may_see_tasks(actor()))
    campaign = pick_campaign(tasks.campaigns_with_tasks(session(), actor()))
    if campaign is None:
        raise Missing
    found = [spot for spot in spots.spots(session(), actor(), wanted_tasks(campaign)) if spot.placed]
    by = spots.holder_of(found)
    return jsonify(
        points=[_point(spot, by(spot)) for spot in found],
        hands=[hand._asdict() for hand in spots.hands_of(found, by)],
        areas=[area for one in villages(session()) if (area := told_area(one))],
    )


def _point(spot: spots.Spot, hand: spots.Hand | None) -> dict[str, Any]:
    assignment, household = spot.assignment, spot.assignment.household
    settled = assignment.state == AssignmentState.VISITED or assignment.confirmed_at is not None
    return {
        "id": assignment.id,
        "lat": household.latitude,
        "lng": household.longitude,
        "name": household.name,
        "where": formats.address_line(household),
        "area": household.area.name,
        "hand": hand.key if hand else None,
        "hand_name": spot.names or (_("未分派") if assignment.group_id else _("未划小组")),
        "state": formats.standing(assignment)[0],
        "done": settled,
    }


def told_area(area: Area) -> dict[str, Any] | None:
    """A village as maps show it; None when it is not known where it lies."""
    if area.latitude is None or area.longitude is None:
        return None
    return {"name": area.name, "lat": area.latitude, "lng": area.longitude}
