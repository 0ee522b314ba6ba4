"""The page of what residents said."""

from dataclasses import fields
from typing import Any

from flask import Blueprint, render_template, request, url_for

from hengli_visits.errors import require
from hengli_visits.feedback import queries, rules
from hengli_visits.feedback.queries import Filters
from hengli_visits.forms import chosen, row_id, some_day, word_pairs
from hengli_visits.gate import actor, session
from hengli_visits.groups.naming import place_names
from hengli_visits.models import Handling, Nature

bp = Blueprint("feedback", __name__)

NARROWING = {field.name for field in fields(Filters)}


def wanted_feedback() -> Filters:
    """What the address narrows the list to."""
    args = request.args
    return Filters(
        nature=chosen(Nature, args.get("nature")),
        handling=chosen(Handling, args.get("handling")),
        area=args.get("area", type=row_id),
        group=args.get("group", type=row_id),
        campaign=args.get("campaign", type=row_id),
        since=args.get("since", type=some_day),
        until=args.get("until", type=some_day),
        category=args.get("category", ""),
        q=args.get("q", "").strip(),
    )


@bp.get("/feedback")
def index() -> str:
    """What residents said across visits."""
    require(rules.may_look(actor()))
    filters = wanted_feedback()
    page = queries.page_of_feedback(session(), actor(), filters, request.args.get("page", 1, type=row_id))
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in NARROWING and value}
    return render_template(
        "feedback/index.html",
        page=page,
        filters=filters,
        kept=kept,
        places=place_names(session(), actor(), filters.area, filters.group),
        choices=queries.filter_choices(session(), actor()),
        words={"nature": word_pairs(Nature), "handling": word_pairs(Handling)},
        link=lambda number: url_for("feedback.index", **kept, page=number),
    )
