"""The blueprint of imports."""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.config import Config
from hengli_visits.gate import actor, session
from hengli_visits.imports import queries, rules
from hengli_visits.models import ImportBatch

bp = Blueprint("imports", __name__)
Answer = str | tuple[str, int] | Response


def folder() -> Path:
    """Where uploaded files lie."""
    config: Config = current_app.config["VISITS"]
    return config.uploads


def to_decide(batch_id: UUID) -> ImportBatch:
    """A batch about which something can still be decided. Raises `Missing`, and `Conflict` when it was decided or is
    being worked on."""
    batch = queries.get_batch(session(), actor(), batch_id)
    rules.refuse_decided(batch)
    return batch


def look_again(batch: ImportBatch) -> Response | None:
    """Back to the preview, when the page that was sent was made before the file was read for the last time: what it says
    of rows, columns and villages is no longer so. None when it is of now."""
    seen = request.form.get("seen")
    if not seen or seen == str(batch.choices.get("reading", 0)):
        return None
    flash(_("这份名册刚刚重新读过，请再核对一遍。"), "warn")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


@bp.before_request
def _way() -> None:
    g.way = "imports.index"
