"""Papers of an issue, and who has read it."""

from io import BytesIO

from flask import render_template, request, send_file, url_for
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.errors import Missing, require
from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, begin_writing, reads_only, session
from hengli_visits.issues import actions, papers, queries, readers
from hengli_visits.issues.documents.filling import docx_of
from hengli_visits.issues.papers import PaperKind
from hengli_visits.issues.views.blueprint import bp, load_issue

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.post("/issues/<int:issue_id>/papers/<kind>")
@reads_only
def paper(issue_id: int, kind: str) -> str | Response:
    """交办单 or 督办单, as a page to be printed at once or (`form` docx) as a file: made by POST, for each is noted."""
    issue, parts = load_issue(issue_id)
    wanted = chosen(PaperKind, kind)
    if wanted is None or wanted not in papers.kinds_for(issue):
        raise Missing
    calendar = queries.town_calendar(session())
    made = papers.paper_of(wanted, issue, actor().name, clock.now(), calendar)
    as_file = request.form.get("form") == "docx"
    answer: str | Response
    if as_file:
        file = BytesIO(docx_of(made))
        answer = send_file(file, mimetype=DOCX, as_attachment=True, download_name=made.file_name)
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer = render_template("issues/paper.html", issue=issue, paper=made)
    begin_writing()
    actions.note_print(session(), actor(), issue_id, wanted, "docx" if as_file else "page", parts)
    session().commit()
    return answer


@bp.get("/issues/<int:issue_id>/readers", endpoint="readers")
def show_readers(issue_id: int) -> str:
    """谁看过: who opened an issue, saw the phone number or whose it is, printed it or took it away."""
    issue, parts = load_issue(issue_id)
    require(readers.may_see(parts))
    page = readers.page_of_readers(session(), issue, request.args.get("page", 1, type=row_id))
    return render_template(
        "issues/readers.html",
        issue=issue,
        page=page,
        readings={word.value: word for word in readers.Reading},
        standings={word.value: word for word in readers.Standing},
        papers={word.value: word for word in PaperKind},
        page_link=lambda one: url_for("issues.readers", issue_id=issue_id, page=one),
    )
