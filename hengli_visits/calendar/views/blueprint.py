"""The blueprint of the calendar, and what its views share."""

from datetime import date

from flask import Blueprint, g
from werkzeug import Response

from hengli_visits.calendar import queries
from hengli_visits.calendar.rules import YEARS, may_edit
from hengli_visits.errors import Missing
from hengli_visits.gate import actor_or_none, session

bp = Blueprint("calendar", __name__)
Answer = str | tuple[str, int] | Response


@bp.before_request
def _way() -> None:
    g.way = "calendar.year"


def day_in(text: str) -> date:
    """The day that an address names. Raises `Missing` for what is none, or has no page."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Missing from None
    if day.isoformat() != text or day.year not in YEARS:
        raise Missing
    return day


def missing_holidays() -> int | None:
    """The year whose holidays are missed, for those who can do something about it. One query for them."""
    actor = actor_or_none()
    return queries.knowledge(session()).missing if actor is not None and may_edit(actor) else None


bp.add_app_template_global(missing_holidays, "missing_holidays")
