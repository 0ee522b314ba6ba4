"""The blueprint of the calendar, and what its views share."""

from datetime import date
from pathlib import Path
from typing import cast

from flask import Blueprint, current_app, g
from werkzeug import Response

from hengli_visits.calendar import queries
from hengli_visits.calendar.imports import Kept, unpacked
from hengli_visits.calendar.rules import YEARS, may_edit
from hengli_visits.config import Config
from hengli_visits.errors import Missing
from hengli_visits.gate import actor_or_none, session

bp = Blueprint("calendar", __name__)
Answer = str | tuple[str, int] | Response
LAST = "last-import.json"


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


def place() -> Path:
    """Where the calendar keeps what is not in the database."""
    return cast(Config, current_app.config["VISITS"]).uploads / "calendar"


def last_import() -> Kept | None:
    """What the last import did, while it may be taken back."""
    path = place() / LAST
    return unpacked(path.read_bytes()) if path.is_file() else None


def missing_holidays() -> int | None:
    """The year whose holidays are missed, for those who can do something about it. One query for them."""
    actor = actor_or_none()
    return queries.knowledge(session()).missing if actor is not None and may_edit(actor) else None


bp.add_app_template_global(missing_holidays, "missing_holidays")
