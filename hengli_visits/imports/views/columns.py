"""What the columns of a waiting batch hold, and what kind of roster it is, as the user corrects it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.campaigns.queries import get_campaign
from hengli_visits.errors import Invalid
from hengli_visits.formats import sentence
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.imports import actions, correction, formats, queries, rules
from hengli_visits.imports.forms import ColumnsForm, KindForm
from hengli_visits.imports.reading import LAYOUTS
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.views.again import go_on, to_read
from hengli_visits.imports.views.blueprint import Answer, bp, look_again, to_decide
from hengli_visits.models import ImportBatch


def _columns_form(batch: ImportBatch, **more: Any) -> ColumnsForm:
    return ColumnsForm(LAYOUTS.get(batch.kind), correction.column_sets(batch.sheets), **more)


def _kind_form(batch: ImportBatch) -> KindForm:
    return KindForm(batch, queries.open_campaigns(session(), actor()))


def _page(batch: ImportBatch, form: ColumnsForm, kind: KindForm) -> str:
    return render_template(
        "imports/columns.html",
        batch=batch,
        form=form,
        kind_form=kind,
        unread=correction.unread(batch.sheets),
        empty=queries.is_empty(batch),
        formats=formats,
    )


@bp.get("/imports/<uuid:batch_id>/columns")
def columns(batch_id: UUID) -> Answer:
    """What each column was taken for, with what stands in it."""
    batch = queries.get_batch(session(), actor(), batch_id)
    if batch.state is not rules.WAITING:
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    return _page(batch, _columns_form(batch), _kind_form(batch))


@bp.post("/imports/<uuid:batch_id>/columns")
@keeps_input
def correct_columns(batch_id: UUID) -> Answer:
    """Read a batch again with other columns."""
    batch = to_decide(batch_id)
    if back := look_again(batch):
        return back
    form = _columns_form(batch)
    if not form.validate_on_submit():
        return _page(batch, form, _kind_form(batch)), 422
    data = to_read(batch)
    try:
        actions.correct_columns(session(), actor(), batch, data, form.chosen())
    except (BadFile, Invalid) as error:
        session().rollback()
        form.form_errors.append(sentence(error))
        batch = queries.get_batch(session(), actor(), batch_id)
        return _page(batch, form, _kind_form(batch)), 422
    session().commit()
    go_on(batch)
    flash(_("已按您选的重新读取，下次表头一样的名册也这样读。"), "done")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@bp.post("/imports/<uuid:batch_id>/columns/forget")
def forget_columns(batch_id: UUID) -> Response:
    """Forget what was chosen for these headers before."""
    batch = to_decide(batch_id)
    actions.forget_columns(session(), actor(), batch, to_read(batch))
    session().commit()
    go_on(batch)
    flash(_("已不再用以前选的，各列重新识别了一次。"), "done")
    return redirect(url_for("imports.columns", batch_id=batch_id), 303)


@bp.post("/imports/<uuid:batch_id>/kind")
def change_kind(batch_id: UUID) -> Answer:
    """Read a batch again as another kind of roster."""
    batch = to_decide(batch_id)
    kind = _kind_form(batch)
    wanted = kind.chosen_kind() if kind.validate_on_submit() else None
    if wanted is None:
        return _page(batch, _columns_form(batch, formdata=None), kind), 422
    campaign = get_campaign(session(), actor(), kind.campaign.data) if kind.campaign.data else None
    try:
        actions.change_kind(session(), actor(), batch, to_read(batch), wanted, campaign)
    except (BadFile, Invalid) as error:
        session().rollback()
        beside = kind.campaign if isinstance(error, Invalid) and error.field == "campaign" else kind.kind
        beside.errors = [sentence(error)]
        batch = queries.get_batch(session(), actor(), batch_id)
        return _page(batch, _columns_form(batch, formdata=None), kind), 422
    session().commit()
    go_on(batch)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)
