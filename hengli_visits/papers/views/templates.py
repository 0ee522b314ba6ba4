"""公文模板: the program's templates of documents, or the office's own."""

import io

from flask import flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, limited_to, session
from hengli_visits.models import PaperKind
from hengli_visits.papers import actions, placeholders, queries, rules
from hengli_visits.papers.forms import TemplateForm
from hengli_visits.papers.template import LARGEST
from hengli_visits.papers.views.blueprint import DOCX, Answer, bp, kind_of

ROOM = 64 * 1024
"""Bytes that a form needs beside its file."""


def _page(forms: dict[PaperKind, TemplateForm]) -> Answer:
    g.way = "papers.index" if rules.kinds_for(actor()) else "papers.templates"
    page = render_template(
        "papers/templates.html",
        forms=forms,
        own=queries.own_templates(session()),
        back=url_for("papers.index") if rules.kinds_for(actor()) else None,
        single=placeholders.SINGLE,
        lists=placeholders.LISTS,
        charts=placeholders.CHARTS,
        summary=next((form for form in forms.values() if form.errors), None),
    )
    return page, 422 if any(form.errors for form in forms.values()) else 200


def _forms() -> dict[PaperKind, TemplateForm]:
    return {kind: TemplateForm(prefix=kind.value, formdata=None) for kind in rules.DOCUMENTS}


@bp.get("/papers/templates")
def templates() -> Answer:
    """The templates that are in use, and all that they may ask for."""
    require(rules.may_keep_templates(actor()))
    return _page(_forms())


@bp.post("/papers/templates/<kind>")
@limited_to(LARGEST + ROOM)
@keeps_input
def replace_template(kind: str) -> Answer:
    """Use the office's own template from now on."""
    wanted = kind_of(kind)
    require(rules.may_keep_templates(actor()) and wanted in rules.DOCUMENTS)
    form = TemplateForm(prefix=wanted.value)
    if form.validate_on_submit():
        file = form.file.data
        try:
            actions.replace_template(
                session(), actor(), wanted, file.filename or "", file.stream.read(), anyway=form.anyway.data
            )
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已换成新的模板。"), "done")
            return redirect(url_for("papers.templates"), 303)
    return _page(_forms() | {wanted: form})


@bp.get("/papers/templates/<kind>/file")
def template_file(kind: str) -> Response:
    """The template that is in use, to be changed and brought back."""
    wanted = kind_of(kind)
    content = actions.current_template(session(), actor(), wanted)
    ending, type_ = DOCX
    return send_file(
        io.BytesIO(content), mimetype=type_, as_attachment=True, download_name=f"{wanted.label}模板.{ending}"
    )


@bp.post("/papers/templates/<kind>/default")
def restore_template(kind: str) -> Response:
    """Back to the program's own template."""
    wanted = kind_of(kind)
    actions.restore_template(session(), actor(), wanted)
    session().commit()
    flash(_("已恢复默认模板。"), "done")
    return redirect(url_for("papers.templates"), 303)
