"""Searches that somebody keeps: keep, open, rename, delete."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.voices import actions, rules
from hengli_visits.voices.forms import NameForm
from hengli_visits.voices.queries.saved import own_search, sought_of
from hengli_visits.voices.views.blueprint import bp
from hengli_visits.voices.views.searching import address_of, search_page


@bp.post("/search/saved")
@keeps_input
def keep() -> Response | tuple[str, int]:
    """Keep the search that the page shows."""
    require(rules.may_search(actor()))
    sought, form = sought_of(request.form), NameForm()
    if form.validate_on_submit():
        try:
            actions.keep_search(session(), actor(), form.name.data or "", sought)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已保存，在“查找”页上一点就能再找。"), "done")
            return redirect(address_of(sought), 303)
    return search_page(sought, form), 422


@bp.post("/search/saved/<int:search_id>/open")
def open_saved(search_id: int) -> Response:
    """Look again for what is kept; what is there now is not new any more."""
    require(rules.may_search(actor()))
    row = actions.open_search(session(), actor(), search_id)
    session().commit()
    return redirect(address_of(sought_of(row.sought)), 303)


@bp.route("/search/saved/<int:search_id>", methods=["GET", "POST"])
@keeps_input
def edit_saved(search_id: int) -> str | Response | tuple[str, int]:
    """Rename a kept search, or delete it."""
    require(rules.may_search(actor()))
    row = own_search(session(), actor(), search_id)
    form = NameForm(name=row.name)
    if request.method == "POST" and form.validate_on_submit():
        try:
            actions.rename_search(session(), actor(), search_id, form.name.data or "")
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已改名。"), "done")
            return redirect(url_for("voices.search"), 303)
    page = render_template("voices/saved.html", search=row, sought=sought_of(row.sought), form=form)
    return (page, 422) if request.method == "POST" else page


@bp.post("/search/saved/<int:search_id>/removal")
def remove_saved(search_id: int) -> Response:
    """Delete a kept search."""
    require(rules.may_search(actor()))
    actions.remove_search(session(), actor(), search_id)
    session().commit()
    flash(_("已删去。"), "done")
    return redirect(url_for("voices.search"), 303)
