"""The blueprint of visits, and what its views share."""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, current_app, g

from hengli_visits.config import Config
from hengli_visits.errors import Conflict, require
from hengli_visits.gate import actor, session
from hengli_visits.models import Visit
from hengli_visits.visits import queries
from hengli_visits.visits.pictures import Album
from hengli_visits.visits.rules import may_revise
from hengli_visits.wording import N_

bp = Blueprint("visits", __name__)


def uploads() -> Path:
    """The folder of uploaded files."""
    config: Config = current_app.config["VISITS"]
    return config.uploads


def album_folder() -> Album:
    """The photos, for reading."""
    return Album(uploads())


def revisable(uuid: UUID) -> Visit:
    """The visit, when the actor may revise or void it (else `Missing`) and it is not void (else `Conflict`, unless the
    page is shown again to tell just that)."""
    visit = queries.get_visit(session(), actor(), uuid)
    require(may_revise(actor(), visit))
    if visit.voided_at is not None and g.get("refusal") is None:
        raise Conflict(N_("这条走访已经作废，不能再改。请走访员另记一条。"))
    return visit
