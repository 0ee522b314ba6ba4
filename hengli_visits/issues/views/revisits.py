"""Telling the resident the answer: the form, and where a phone sends what it holds."""

from typing import Any
from uuid import UUID

from flask import Response as JsonResponse, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import chosen, refuse
from hengli_visits.gate import actor, keeps_input, limited_to, refused, sent_json, session
from hengli_visits.issues import actions, queries, rules
from hengli_visits.issues.forms import RevisitForm
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.telling import Told, open_telling
from hengli_visits.issues.views.blueprint import Answer, bp, load_issue, note_look
from hengli_visits.models import Contentment, Issue, IssueState, Manner, Solved

JSON_LIMIT = 64 * 1024
STATUS = {Told.CREATED: 201, Told.SAME: 200, Told.LATE: 409, Told.CLASH: 409}


@bp.route("/issues/<int:issue_id>/revisits", methods=["GET", "POST"])
@keeps_input
def revisit(issue_id: int) -> Answer:
    """Tell the resident the answer, and record what they say."""
    issue, parts = load_issue(issue_id)
    require(rules.may(rules.BY_VERB[Verb.REVISIT_CLOSE], parts))
    form = RevisitForm()
    if form.validate_on_submit():
        try:
            actions.record_revisit(session(), actor(), issue, **_told(form))
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_revisit_flash(issue), "done")
            return redirect(url_for("issues.show", issue_id=issue_id), 303)
    elif request.method == "GET":
        note_look(issue, parts)
        queries.refuse_state(session(), issue, rules.BY_VERB[Verb.REVISIT_CLOSE])
    return revisit_page(issue, form), 422 if request.method == "POST" else 200


def revisit_page(issue: Issue, form: RevisitForm | None = None) -> str:
    """The form of a revisit; a new one when none was sent. The issue's revisits are loaded."""
    form = form or RevisitForm(new=True)
    tries = sum(not one.reached and not one.late for one in issue.revisits if one.round == issue.round)
    return render_template("issues/revisit.html", issue=issue, form=form, tries=tries, most=rules.TRIES, may_call=True)


def _told(form: RevisitForm) -> dict[str, Any]:
    reached = form.reached.data == "yes"
    return {
        "uuid": UUID(form.uuid.data or ""),
        "at": clock.from_town(form.at.data or clock.now()),
        "manner": Manner(form.manner.data),
        "reached": reached,
        "solved": chosen(Solved, form.solved.data),
        "contentment": chosen(Contentment, form.contentment.data),
        "comment": form.comment.data or "",
    }


def _revisit_flash(issue: Issue) -> str:
    if issue.state is IssueState.REDO:
        return _("已记下。住户认为没有解决，已转统筹员重办。")
    if issue.state is IssueState.REVISIT_DUE:
        return _("已记下这次没联系上，过一阵再试。")
    return _("已记下，这个问题办结了。谢谢您把结果告诉住户。")


@bp.put("/revisits/<uuid:uuid>")
@limited_to(JSON_LIMIT)
def put_revisit(uuid: UUID) -> tuple[JsonResponse, int]:
    """Take a revisit from a phone: {"issue", "sent_at", "sender", "content"}. 201 made, 200 the same again, 409 kept
    without moving the issue (`late`, or `clash` with an earlier content); 422 with a sentence for each field that is
    wrong. Every answer names the UUID."""
    try:
        issue_id, telling = open_telling(sent_json(), actor().id)
        put = actions.put_revisit(session(), actor(), issue_id, uuid, telling)
    except Invalid as error:
        return refused(uuid, error)
    answer = jsonify(
        uuid=str(uuid),
        issue=put.issue.id,
        result=put.result.value,
        state=put.issue.state.value,
        message=_(put.result.label),
    )
    session().commit()
    return answer, STATUS[put.result]
