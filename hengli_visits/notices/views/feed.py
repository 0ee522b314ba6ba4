"""The page 消息."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.notices import actions, queries
from hengli_visits.notices.forms import ReadForm
from hengli_visits.notices.views.blueprint import bp


def _link(number: int) -> str:
    return url_for("notices.index", page=number)


def _page(form: ReadForm) -> str:
    number = request.args.get("page", 1, type=row_id)
    notices = queries.page_of(session(), actor(), number)
    return render_template("notices/index.html", notices=notices, form=form, link=_link)


@bp.get("/notices")
def index() -> str:
    """What happened that concerns the actor, newest first."""
    return _page(ReadForm())


@bp.post("/notices/read")
def read() -> tuple[str, int] | Response:
    """Mark everything up to the page's moment as read."""
    form = ReadForm()
    if not form.validate_on_submit():
        return _page(form), 422
    actions.mark_read(session(), actor(), form.moment)
    session().commit()
    flash(_("都标为已读了。"), "done")
    return redirect(url_for("notices.index"), 303)
