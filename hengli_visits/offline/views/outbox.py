"""待上传: what waits on this phone. The server knows nothing of it but the page."""

from flask import g, render_template

from hengli_visits.gate import actor
from hengli_visits.offline.views.blueprint import bp


@bp.get("/outbox")
def outbox() -> str:
    """The page on which a phone lists what it holds."""
    g.way = "assignments.mine" if actor().is_visitor else "accounts.me"
    return outbox_page()


def outbox_page() -> str:
    """The page, for an answer or for the pack."""
    return render_template("offline/outbox.html")
