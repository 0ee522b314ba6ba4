"""Rows that may be a record twice: both sides, and what the user makes of them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, formats
from hengli_visits.imports.actions.twin_rows import FIELDS, list_twins, twin_counts
from hengli_visits.imports.forms import TwinsForm
from hengli_visits.imports.views.blueprint import Answer, bp, to_decide
from hengli_visits.models import TwinChoice


@bp.route("/imports/<uuid:batch_id>/twins", methods=["GET", "POST"])
def twins(batch_id: UUID) -> Answer:
    """Show them and take the choices, those of one page or for all that are left."""
    batch = to_decide(batch_id)
    number = request.args.get("page", 1, type=row_id)
    page = list_twins(session(), batch, number)
    form = TwinsForm(page.items)
    if form.validate_on_submit():
        actions.choose_twins(session(), actor(), batch, form.chosen(), chosen(TwinChoice, request.form.get("rest")))
        session().commit()
        left = twin_counts(session(), batch)[None]
        flash(_("已记下，还有 %(count)s 行没有选。", count=left) if left else _("都选好了，可以导入了。"), "done")
        if left:
            return redirect(url_for("imports.twins", batch_id=batch_id, page=number), 303)
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    shown = render_template(
        "imports/twins.html",
        batch=batch,
        page=page,
        form=form,
        fields=FIELDS.get(batch.kind, ()),
        counts=twin_counts(session(), batch),
        choices=TwinChoice,
        formats=formats,
        link=lambda number: url_for("imports.twins", batch_id=batch_id, page=number),
    )
    return (shown, 422) if form.errors or form.form_errors else shown
