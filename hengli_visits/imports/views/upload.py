"""The upload, and what was brought before."""

from flask import redirect, render_template, request, url_for

from hengli_visits.campaigns.queries import get_campaign
from hengli_visits.errors import Invalid, require
from hengli_visits.formats import sentence
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, formats, queries, rules, uploads
from hengli_visits.imports.forms import UploadForm
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.views.blueprint import Answer, bp, folder
from hengli_visits.models import RosterKind

ORDER = (RosterKind.HOUSEHOLDS, RosterKind.MEMBERS, RosterKind.ENTERPRISES, RosterKind.GROUPS, RosterKind.ASSIGNMENTS)
"""In which order rosters are best brought: the codes of the households name the villages."""


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
    """Read the file and go to its preview."""
    campaign = get_campaign(session(), actor(), form.campaign.data) if form.campaign.data else None
    name = form.roster.data.filename or ""
    with form.roster.data.stream as stream:
        data = stream.read()
    try:
        batch = actions.read_roster(session(), actor(), form.chosen_kind(), name, data, campaign=campaign)
    except BadFile as error:
        session().rollback()
        form.roster.errors = [sentence(error)]
        return _index(form), 422
    except Invalid as error:
        session().rollback()
        refuse(form, error)
        return _index(form), 422
    uploads.keep(folder(), batch.id, data)
    session().commit()
    return redirect(url_for("imports.show", batch_id=batch.id), 303)
