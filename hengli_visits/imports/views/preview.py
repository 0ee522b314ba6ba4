"""The preview of a batch, and what is decided on it."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import Invalid
from hengli_visits.formats import number as grouped
from hengli_visits.forms import chosen, refuse, row_id
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, formats, queries, rules
from hengli_visits.imports.actions.twin_rows import twin_counts
from hengli_visits.imports.forms import ApplyForm
from hengli_visits.imports.views.blueprint import Answer, bp
from hengli_visits.models import BatchState, ImportBatch, RosterKind, RowState
from hengli_visits.wording import N_

LOOK = (RowState.BAD, RowState.CHANGED, RowState.NEW, RowState.SAME)
"""In which order the results are looked at: what needs a decision first."""
STEPS: dict[RosterKind, tuple[tuple[str, str], ...]] = {
    RosterKind.AREAS: (("imports.index", N_("接着导入名册")), ("households.areas", N_("看村和社区"))),
    RosterKind.BRANCHES: (("imports.index", N_("接着导入名册")), ("members.organisations", N_("看党支部"))),
    RosterKind.MEMBERS: (("imports.index", N_("接着导入名册")), ("members.index", N_("看党员册"))),
    RosterKind.HOUSEHOLDS: (("imports.index", N_("接着导入名册")), ("households.index", N_("看户籍册"))),
    RosterKind.ENTERPRISES: (("campaigns.index", N_("去建立活动")), ("households.index", N_("看户籍册"))),
    RosterKind.GROUPS: (("campaigns.show", N_("回到活动")), ("groups.index", N_("看分组"))),
    RosterKind.ASSIGNMENTS: (("campaigns.show", N_("回到活动")), ("assignments.index", N_("看分派"))),
}


def _form(batch: ImportBatch) -> ApplyForm:
    undecided = twin_counts(session(), batch)[None] if batch.state is BatchState.READ else 0
    return ApplyForm(batch.outline, batch.bad, undecided)


def _show(batch: ImportBatch, form: ApplyForm) -> str:
    counts = {state: getattr(batch, state.value) for state in RowState}
    first = next((one for one in LOOK if counts[one]), RowState.SAME)
    state = chosen(RowState, request.args.get("state")) or first
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
        waiting=batch.state is BatchState.READ,
        steps=_steps(batch),
        twins=twin_counts(session(), batch),
        formats=formats,
        link=lambda number: url_for("imports.show", batch_id=batch.id, state=state.value, page=number, _anchor="rows"),
    )


def _steps(batch: ImportBatch) -> list[tuple[str, str]]:
    """(address, words) of where to go from an imported batch."""
    found = []
    for endpoint, text in STEPS[batch.kind]:
        values: dict[str, Any] = {"campaign_id": batch.campaign_id} if batch.kind in rules.OF_CAMPAIGN else {}
        if endpoint in current_app.view_functions:
            found.append((url_for(endpoint, **values), _(text)))
    return found


@bp.get("/imports/<uuid:batch_id>")
def show(batch_id: UUID) -> str:
    """The preview of a batch, or what became of it."""
    batch = queries.get_batch(session(), actor(), batch_id)
    return _show(batch, _form(batch))


@bp.post("/imports/<uuid:batch_id>/apply")
def apply(batch_id: UUID) -> Answer:
    """Import a batch."""
    batch = queries.get_batch(session(), actor(), batch_id)
    rules.refuse_decided(batch)
    form = _form(batch)
    if not form.validate_on_submit():
        return _show(batch, form), 422
    try:
        counts = actions.apply_batch(
            session(),
            actor(),
            batch,
            villages=form.chosen(),
            town=form.town.data if batch.outline["town"] else None,
            whole=form.whole,
            undecided_new=form.undecided_new,
        )
    except Invalid as error:
        session().rollback()
        refuse(form, error)
        return _show(queries.get_batch(session(), actor(), batch_id), form), 422
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
