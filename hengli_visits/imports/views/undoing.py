"""Undoing an import: what will happen, or what stands in the way."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.errors import Conflict
from hengli_visits.gate import actor, session
from hengli_visits.imports import actions, formats, queries, rules, uploads
from hengli_visits.imports.obstacles import obstacles
from hengli_visits.imports.views.blueprint import Answer, bp, folder


def _ask(batch_id: UUID) -> str:
    batch = queries.get_batch(session(), actor(), batch_id)
    rules.refuse_not_imported(batch)
    found = obstacles(session(), batch)
    return render_template(
        "imports/undo.html", batch=batch, obstacles=found, founded=formats.founded(batch), formats=formats
    )


@bp.route("/imports/<uuid:batch_id>/undo", methods=["GET", "POST"])
def undo(batch_id: UUID) -> Answer:
    """Ask first, then undo. What was built on the import meanwhile is shown instead."""
    if request.method == "GET":
        return _ask(batch_id)
    batch = queries.get_batch(session(), actor(), batch_id)
    try:
        actions.undo_batch(session(), actor(), batch)
    except Conflict:
        session().rollback()
        return _ask(batch_id), 409
    session().commit()
    uploads.forget(folder(), batch_id)
    flash(_("已撤销，这次导入的都已还原。"), "done")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)
