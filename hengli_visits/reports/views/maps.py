"""The map of households, visits and issues."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from hengli_visits import clock
from hengli_visits.errors import Missing
from hengli_visits.formats import word
from hengli_visits.forms import chosen
from hengli_visits.gate import actor, session
from hengli_visits.reports import places
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.places import Layer, Point, VillageRow
from hengli_visits.reports.rates import ISSUES
from hengli_visits.reports.views.blueprint import bp, frame
from hengli_visits.reports.visiting import TASKS, VISITS

LISTS = {Layer.HOUSEHOLDS: TASKS, Layer.VISITS: VISITS, Layer.ISSUES: ISSUES}


def _layer() -> Layer:
    return chosen(Layer, request.args.get("layer")) or Layer.HOUSEHOLDS


@bp.get("/overview/map", endpoint="map")
def map_page() -> str:
    """The map, with the numbers of its villages beside it."""
    shown = frame()
    if shown is None:
        return render_template("reports/none.html")
    layer, span = _layer(), shown.span
    rows = places.villages(session(), actor(), span, layer)
    address = span.place() if layer is Layer.HOUSEHOLDS else span.address()
    where = Where(LISTS[layer], address)
    return render_template(
        "reports/map.html",
        layer=layer,
        layers=[
            {
                "href": url_for("reports.map", **span.address(), layer=one.value),
                "text": word(one),
                "current": one is layer,
            }
            for one in Layer
        ],
        rows=[(row, Count(row.number, where & {"area": row.area.id})) for row in rows],
        placed=sum(row.placed for row in rows),
        total=sum(row.number for row in rows),
        most=places.MOST_POINTS,
        source=url_for("reports.map_points", **address, layer=layer.value),
        **shown.page("reports.map", layer=layer.value),
    )


@bp.get("/overview/map/points", endpoint="map_points")
def map_points() -> Response:
    """What the map shows: points with a position, what their marks stand for, and the villages. What is on
    the map is counted there, so that its circles add up to what its legend says."""
    shown = frame()
    if shown is None:
        raise Missing
    layer, span = _layer(), shown.span
    found = places.points(session(), actor(), span, layer, clock.now())
    rows = places.villages(session(), actor(), span, layer)
    return jsonify(
        points=[_told(point) for point in found],
        hands=[
            {"key": kind.value, "name": word(kind), "tone": places.tone_of(kind)} for kind in places.kinds_of(layer)
        ],
        way=_way(layer),
        areas=[told for row in rows if (told := _village(row))],
    )


def _way(layer: Layer) -> str:
    """Where more is told of a mark: the address of a page, its number left out."""
    if layer is Layer.ISSUES:
        return url_for("issues.show", issue_id=1).removesuffix("1")
    return url_for("assignments.show", assignment_id=1).removesuffix("1")


def _told(point: Point) -> dict[str, Any]:
    return {
        "id": point.id,
        "to": point.leads_to,
        "lat": point.latitude,
        "lng": point.longitude,
        "name": point.name,
        "where": point.where,
        "area": point.area,
        "hand": point.kind.value,
        "hand_name": word(point.kind),
    }


def _village(row: VillageRow) -> dict[str, Any] | None:
    area = row.area
    if area.latitude is None or area.longitude is None:
        return None
    return {"name": area.name, "lat": area.latitude, "lng": area.longitude}
