"""The list of visits: what the figures of visits count."""

from dataclasses import fields
from typing import Any

from flask import render_template, request, url_for

from hengli_visits.errors import require
from hengli_visits.forms import chosen, row_id, some_day, word_pairs
from hengli_visits.gate import actor, session
from hengli_visits.groups.naming import place_names
from hengli_visits.models import Manner, Outcome
from hengli_visits.visits import finding
from hengli_visits.visits.finding import Filters
from hengli_visits.visits.rules import may_list
from hengli_visits.visits.views.blueprint import bp

NARROWING = {field.name for field in fields(Filters)}


def wanted_visits() -> Filters:
    """What the address narrows the list to."""
    args = request.args
    return Filters(
        campaign=args.get("campaign", type=row_id),
        area=args.get("area", type=row_id),
        group=args.get("group", type=row_id),
        outcome=chosen(Outcome, args.get("outcome")),
        manner=chosen(Manner, args.get("manner")),
        since=args.get("since", type=some_day),
        until=args.get("until", type=some_day),
        own=args.get("own") == "1",
    )


@bp.get("/visits")
def index() -> str:
    """The visits that the actor may see, the latest first."""
    require(may_list(actor()))
    filters = wanted_visits()
    page = finding.page_of_visits(session(), actor(), filters, request.args.get("page", 1, type=row_id))
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in NARROWING and value}
    return render_template(
        "visits/index.html",
        page=page,
        filters=filters,
        kept=kept,
        places=place_names(session(), actor(), filters.area, filters.group),
        campaigns=finding.campaigns_of(session(), actor()),
        words={"outcome": word_pairs(Outcome), "manner": word_pairs(Manner)},
        link=lambda number: url_for("visits.index", **kept, page=number),
    )
