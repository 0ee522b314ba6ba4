"""The blueprint of campaigns, and what its views share."""

from typing import Any

from flask import Blueprint, g, render_template
from werkzeug import Response

bp = Blueprint("campaigns", __name__)
Answer = str | tuple[str, int] | Response


@bp.before_request
def _way() -> None:
    g.way = "campaigns.index"


def form_page(template: str, form: Any, **values: Any) -> Answer:
    """A page with a form; 422 when something in it is wrong."""
    return render_template(template, form=form, **values), 422 if form.errors else 200
