"""Names of villages that the town does not know, and which village each means."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from hengli_visits.errors import Invalid
from hengli_visits.formats import sentence
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, queries
from hengli_visits.imports.views.again import go_on, to_read
from hengli_visits.imports.views.blueprint import Answer, bp, look_again, to_decide
from hengli_visits.imports.views.preview import apply_form, show_batch, village_names


@bp.post("/imports/<uuid:batch_id>/villages")
def learn_villages(batch_id: UUID) -> Answer:
    """Remember which villages a roster means by names that are new, and read it again by them."""
    batch = to_decide(batch_id)
    if back := look_again(batch):
        return back
    names = village_names(batch)
    if not names.validate_on_submit():
        return show_batch(batch, apply_form(batch, formdata=None), names), 422
    chosen = names.chosen()
    try:
        actions.learn_villages(session(), actor(), batch, to_read(batch), chosen)
    except Invalid as error:
        session().rollback()
        batch = queries.get_batch(session(), actor(), batch_id)
        names = village_names(batch)
        names.form_errors.append(sentence(error))
        return show_batch(batch, apply_form(batch, formdata=None), names), 422
    session().commit()
    go_on(batch)
    flash(_("记住了 %(count)s 个写法，名册已重新核对。", count=len(chosen)), "done")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)
