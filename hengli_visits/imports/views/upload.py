"""The upload, and what was brought before."""

from uuid import uuid4

from flask import redirect, render_template, request, url_for

from hengli_visits.campaigns.queries import get_campaign
from hengli_visits.errors import Invalid, require
from hengli_visits.formats import sentence
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, formats, queries, rules, uploads
from hengli_visits.imports.forms import UploadForm
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.views import working
from hengli_visits.imports.views.blueprint import Answer, bp, folder
from hengli_visits.models import RosterKind

ORDER = (RosterKind.HOUSEHOLDS, RosterKind.MEMBERS, RosterKind.ENTERPRISES, RosterKind.GROUPS, RosterKind.ASSIGNMENTS)
"""In which order rosters are best brought: the codes of the households name the villages."""
LARGE = 3 * 1024**2
"""Bytes, unpacked, of a file that nobody should wait for before a page."""


def _index(form: UploadForm) -> str:
    page = queries.list_batches(session(), actor(), request.args.get("page", 1, type=row_id))
    done = queries.imported_kinds(session())
    return render_template(
        "imports/index.html",
        form=form,
        page=page,
        order=ORDER,
        done=done,
        formats=formats,
        link=lambda number: url_for("imports.index", page=number),
    )


@bp.route("/imports", methods=["GET", "POST"])
def index() -> Answer:
    """The upload, and what was brought before."""
    require(rules.may_import(actor()))
    form = UploadForm(queries.open_campaigns(session(), actor()))
    if request.method == "GET":
        return _index(form)
    return _upload(form) if form.validate_on_submit() else (_index(form), 422)


def _upload(form: UploadForm) -> Answer:
    """Take the file in and go to its preview; a large one is read by a process of its own meanwhile."""
    campaign = get_campaign(session(), actor(), form.campaign.data) if form.campaign.data else None
    name = form.roster.data.filename or ""
    with form.roster.data.stream as stream:
        data = stream.read()
    large = uploads.weight(data) > LARGE
    batch_id = uuid4()
    try:
        batch = actions.receive(
            session(), actor(), form.chosen_kind(), name, data, campaign=campaign, batch_id=batch_id
        )
        uploads.keep(folder(), batch_id, data)
        if not large:
            actions.read(session(), actor(), batch, data)
    except (BadFile, Invalid) as error:
        session().rollback()
        uploads.forget(folder(), batch_id)
        if isinstance(error, Invalid):
            refuse(form, error)
        else:
            form.roster.errors = [sentence(error)]
        return _index(form), 422
    session().commit()
    uploads.sweep(folder(), queries.kept_batches(session()))
    if large:
        working.start(folder(), batch_id)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)
