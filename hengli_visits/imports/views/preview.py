"""The preview of a batch, and what is decided on it."""

from typing import Any
from uuid import UUID

from flask import Response as JsonResponse, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import aside
from hengli_visits.errors import Invalid
from hengli_visits.formats import number as grouped
from hengli_visits.forms import chosen, refuse, row_id
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, correction, formats, queries, rules, uploads
from hengli_visits.imports.actions.twin_rows import twin_counts, undecided
from hengli_visits.imports.formats import said
from hengli_visits.imports.forms import ApplyForm, VillageNamesForm
from hengli_visits.imports.views import working
from hengli_visits.imports.views.blueprint import Answer, bp, folder, look_again, to_decide
from hengli_visits.models import BatchState, ImportBatch, RosterKind, RowState
from hengli_visits.wording import N_

LOOK = (RowState.BAD, RowState.CHANGED, RowState.NEW, RowState.SAME)
"""In which order the results are looked at: what needs a decision first."""
MANY = 3_000
"""Rows for whose import nobody should wait before a page."""
STEPS: dict[RosterKind, tuple[tuple[str, str], ...]] = {
    RosterKind.AREAS: (("imports.index", N_("接着导入名册")), ("households.areas", N_("看村和社区"))),
    RosterKind.BRANCHES: (("imports.index", N_("接着导入名册")), ("members.organisations", N_("看党支部"))),
    RosterKind.MEMBERS: (("imports.index", N_("接着导入名册")), ("members.index", N_("看党员册"))),
    RosterKind.HOUSEHOLDS: (("imports.index", N_("接着导入名册")), ("households.index", N_("看户籍册"))),
    RosterKind.ENTERPRISES: (("campaigns.index", N_("去建立活动")), ("households.index", N_("看户籍册"))),
    RosterKind.GROUPS: (("campaigns.show", N_("回到活动")), ("groups.index", N_("看分组"))),
    RosterKind.ASSIGNMENTS: (("campaigns.show", N_("回到活动")), ("assignments.index", N_("看分派"))),
}


def village_names(batch: ImportBatch, **more: Any) -> VillageNamesForm:
    """Which village each name means that the town does not know; empty when there are no such names or no villages."""
    villages = queries.load_villages(session())
    offered = [one["name"] for one in batch.outline.get("villages", ())] if villages else []
    unknown = queries.unknown_villages(session(), batch) if villages else []
    return VillageNamesForm([*offered, *(name for name, _rows in unknown)], villages, dict(unknown), **more)


def apply_form(batch: ImportBatch, **more: Any) -> ApplyForm:
    """What is asked before a batch is imported."""
    open_ = undecided(session(), batch) if batch.state is BatchState.READ else 0
    return ApplyForm(batch.outline, batch.bad, open_, **more)


def show_batch(batch: ImportBatch, form: ApplyForm, names: VillageNamesForm | None = None) -> str:
    """The preview's page, or that of a batch that is decided."""
    counts = {state: getattr(batch, state.value) for state in RowState}
    first = next((one for one in LOOK if counts[one]), RowState.SAME)
    state = chosen(RowState, request.args.get("state")) or first
    waiting = batch.state is BatchState.READ
    return render_template(
        "imports/show.html",
        batch=batch,
        form=form,
        counts=counts,
        state=state,
        rows=queries.list_rows(session(), batch, state, request.args.get("page", 1, type=row_id)),
        sheets=queries.sheet_counts(session(), batch),
        states=RowState,
        order=LOOK,
        waiting=waiting,
        names=names or (village_names(batch, formdata=None) if waiting else None),
        unsure=correction.unsure(batch.sheets),
        unread=correction.unread(batch.sheets),
        doubtful=correction.doubtful(batch.sheets),
        steps=_steps(batch),
        twins=twin_counts(session(), batch),
        formats=formats,
        link=lambda number: url_for("imports.show", batch_id=batch.id, state=state.value, page=number, _anchor="rows"),
    )


def _steps(batch: ImportBatch) -> list[tuple[str, str]]:
    """(address, words) of where to go from an imported batch."""
    found = []
    for endpoint, text in STEPS[batch.kind]:
        name = "campaign" if endpoint == "assignments.index" else "campaign_id"
        values: dict[str, Any] = {name: batch.campaign_id} if batch.kind in rules.OF_CAMPAIGN else {}
        if endpoint in current_app.view_functions:
            found.append((url_for(endpoint, **values), _(text)))
    return found


@bp.get("/imports/<uuid:batch_id>")
def show(batch_id: UUID) -> Answer:
    """The preview of a batch, or what became of it, or how far it is. When nothing could be read,
    the columns are asked for at once."""
    batch = queries.get_batch(session(), actor(), batch_id)
    if batch.state in rules.UNDER_WAY or batch.state is BatchState.FAILED:
        stuck = batch.state in rules.UNDER_WAY and aside.is_stuck(uploads.place(folder()), batch.id)
        return render_template("imports/under_way.html", batch=batch, stuck=stuck, formats=formats, **_progress(batch))
    if batch.state is BatchState.READ and queries.is_empty(batch) and correction.column_sets(batch.sheets):
        return redirect(url_for("imports.columns", batch_id=batch_id), 303)
    return show_batch(batch, apply_form(batch))


def _progress(batch: ImportBatch) -> dict[str, int]:
    """How many rows are through, and of how many, once that is known."""
    total = batch.new + batch.changed + batch.same + batch.bad if batch.state is not BatchState.READING else 0
    return {"done": aside.progress(uploads.place(folder()), batch.id), "total": total}


@bp.get("/imports/<uuid:batch_id>/progress")
def progress(batch_id: UUID) -> JsonResponse:
    """How far the work on a batch is, for its page."""
    batch = queries.get_batch(session(), actor(), batch_id)
    stuck = batch.state in rules.UNDER_WAY and aside.is_stuck(uploads.place(folder()), batch.id)
    told = _progress(batch)
    words = said(told["done"], told["total"])
    return jsonify({"state": "stuck" if stuck else batch.state.value, "said": words, **told})


@bp.post("/imports/<uuid:batch_id>/resume")
def resume(batch_id: UUID) -> Response:
    """Begin the work on a batch anew that has come to a halt."""
    batch = queries.get_batch(session(), actor(), batch_id)
    if batch.state in rules.UNDER_WAY and aside.is_stuck(uploads.place(folder()), batch.id):
        working.start(folder(), batch.id)
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


@bp.post("/imports/<uuid:batch_id>/apply")
def apply(batch_id: UUID) -> Answer:
    """Import a batch."""
    batch = to_decide(batch_id)
    if back := look_again(batch):
        return back
    form = apply_form(batch)
    if not form.validate_on_submit():
        return show_batch(batch, form), 422
    terms: dict[str, Any] = {
        "villages": form.chosen(),
        "town": form.town.data if batch.outline["town"] else None,
        "whole": form.whole,
        "undecided_new": form.undecided_new,
    }
    if batch.new + batch.changed + batch.same > MANY:
        actions.order_apply(session(), actor(), batch, **terms)
        session().commit()
        working.start(folder(), batch.id)
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    try:
        counts = actions.apply_batch(session(), actor(), batch, **terms)
    except Invalid as error:
        session().rollback()
        refuse(form, error)
        return show_batch(queries.get_batch(session(), actor(), batch_id), form), 422
    session().commit()
    done = _("导入好了：新增 %(new)s，更新 %(changed)s。", new=grouped(counts.new), changed=grouped(counts.changed))
    flash(done, "done")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@bp.post("/imports/<uuid:batch_id>/discard")
def discard(batch_id: UUID) -> Response:
    """Let a batch go."""
    batch = queries.get_batch(session(), actor(), batch_id)
    actions.discard_batch(session(), actor(), batch)
    session().commit()
    flash(_("已放弃，什么都没有导入。"), "done")
    return redirect(url_for("imports.index"), 303)
