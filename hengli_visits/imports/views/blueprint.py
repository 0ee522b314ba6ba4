"""The blueprint of imports."""

from pathlib import Path

from flask import Blueprint, current_app, g
from werkzeug import Response

from hengli_visits.config import Config

bp = Blueprint("imports", __name__)
Answer = str | tuple[str, int] | Response


def folder() -> Path:
    """Where uploaded files lie."""
    config: Config = current_app.config["VISITS"]
    return config.uploads


@bp.before_request
def _way() -> None:
    g.way = "imports.index"
