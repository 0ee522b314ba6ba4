"""The blueprint of imports."""

from flask import Blueprint, g
from werkzeug import Response

bp = Blueprint("imports", __name__)
Answer = str | tuple[str, int] | Response


@bp.before_request
def _way() -> None:
    g.way = "imports.index"
