"""One visit: shown, voided, a clash decided."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments.rules import may_see_tasks
from hengli_visits.assignments.views.onward import onward_from
from hengli_visits.errors import Invalid
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Feedback, Visit
from hengli_visits.visits import actions, queries
from hengli_visits.visits.content import read
from hengli_visits.visits.forms import VoidForm
from hengli_visits.visits.rules import may_choose, may_revise, may_see_revisions
from hengli_visits.visits.views.blueprint import bp, revisable


@bp.get("/visits/<uuid:uuid>")
def show(uuid: UUID) -> str:
    """One visit: what was found and said, photos, and to whom it matters its earlier wordings."""
    return visit_page(queries.get_visit(session(), actor(), uuid))


def _shown_feedback(visit: Visit) -> list[Feedback]:
    """What was said, without what was removed and what is about the reader, unless they wrote it down themselves."""
    own, reader = visit.author_id == actor().id, actor()
    return [
        one
        for one in visit.feedback
        if one.removed_at is None and (own or one.issue is None or not one.issue.concerns(reader.id, reader.units))
    ]


def visit_page(visit: Visit) -> str:
    """The page of a visit with everything loaded."""
    wordings = [(one, read(one.content)) for one in visit.revisions]
    now = [(one, content) for one, content in wordings if one.chosen and one.number == visit.revision]
    aside = [(one, content) for one, content in wordings if not one.chosen]
    return render_template(
        "visits/show.html",
        visit=visit,
        feedback=_shown_feedback(visit),
        photos=[photo for photo in visit.photos if photo.removed_at is None],
        may_revise=may_revise(actor(), visit),
        clashing=now + aside if may_choose(actor(), visit) else [],
        revisions=wordings if may_see_revisions(actor(), visit) else [],
        next_url=_next_url(),
        onward=onward_from(visit.assignment),
    )


def _next_url() -> str:
    if actor().is_visitor:
        return url_for("assignments.mine")
    return url_for("assignments.index") if may_see_tasks(actor()) else "/"


@bp.route("/visits/<uuid:uuid>/void", methods=["GET", "POST"])
@keeps_input
def void(uuid: UUID) -> Response | str | tuple[str, int]:
    """Void a visit, with a reason."""
    visit = revisable(uuid)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void_visit(session(), actor(), visit, form.reason.data or "")
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("这条走访已作废，不再计入进度。"), "done")
            return redirect(url_for("visits.show", uuid=uuid), 303)
    page = render_template("visits/void.html", form=form, visit=visit)
    return page if request.method == "GET" else (page, 422)


@bp.post("/visits/<uuid:uuid>/revisions/<int:revision_id>/choice")
def choose(uuid: UUID, revision_id: int) -> Response:
    """Decide which wording of a clashing visit is in force."""
    visit = queries.get_visit(session(), actor(), uuid)
    actions.choose_revision(session(), actor(), visit, revision_id)
    session().commit()
    flash(_("已定好以这一份为准，另一份留底。"), "done")
    return redirect(url_for("visits.show", uuid=uuid), 303)
