"""报表: what there is, what was ordered last, and fetching it."""

from uuid import UUID

from flask import Response as JsonResponse, jsonify, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import aside, clock
from hengli_visits.errors import Conflict, DomainError, require
from hengli_visits.exports.rules import Purpose, What
from hengli_visits.formats import number, sentence, short_day, word
from hengli_visits.forms import chosen
from hengli_visits.gate import actor, records_reading, session
from hengli_visits.models import AuditEntry, Paper, PaperKind, PaperState
from hengli_visits.papers import actions, queries, rules, shelf
from hengli_visits.papers.views import working
from hengli_visits.papers.views.blueprint import DOCX, XLSX, bp, uploads
from hengli_visits.papers.wishes import read
from hengli_visits.wording import N_, Word

NOT_THERE = N_("这份文件已经删除，请重新生成。")


@bp.get("/papers")
def index() -> str:
    """What can be had, and what was ordered last."""
    kinds = rules.kinds_for(actor())
    require(bool(kinds))
    shelf.sweep(uploads())
    papers = queries.latest(session(), actor())
    places = queries.places_of(session(), [read(paper.wishes) for paper in papers])
    return render_template(
        "papers/index.html",
        parts=[
            (title, [(kind, rules.HOLDS[kind]) for kind in part if kind in kinds])
            for title, part in (
                (_("台账和清单"), [k for k in rules.LEDGERS if k not in rules.REPORTS]),
                (_("日报和周报"), list(rules.REPORTS)),
                (_("公文"), list(rules.DOCUMENTS)),
            )
        ],
        papers=[(paper, _standing(paper), _about(paper, place)) for paper, place in zip(papers, places, strict=True)],
        taken=[_taken(entry) for entry in queries.taken_whole(session())] if actor().is_coordinator else (),
        templates=rules.may_keep_templates(actor()),
    )


def _about(paper: Paper, place: str) -> str:
    """Of what a paper tells: village or group, days, whether residents stand in it."""
    wishes = read(paper.wishes)
    first, last = short_day(wishes.since), short_day(wishes.until)
    days = first if first == last else f"{first}—{last}"
    hidden = _("脱敏") if wishes.purpose is None else _("完整")
    return " · ".join(filter(None, (place, days, hidden if paper.kind in rules.WITH_RESIDENTS else "")))


def _taken(entry: AuditEntry) -> tuple[AuditEntry, Word | None, Purpose | None]:
    """Somebody who took a whole file: which, and what for."""
    which = chosen(What, entry.object_id) if entry.object_kind == "export" else chosen(PaperKind, entry.data["kind"])
    return entry, which, chosen(Purpose, entry.data["purpose"])


def _standing(paper: Paper) -> str:
    """working, stuck, ready, over or failed."""
    if paper.state is PaperState.WORKING and aside.is_stuck(working.place(), paper.id):
        return "stuck"
    if paper.state is PaperState.READY and not _is_there(paper):
        return "over"
    return paper.state.value


def _is_there(paper: Paper) -> bool:
    return not rules.is_over(paper.done_at, clock.now()) and shelf.path_of(uploads(), paper.id).is_file()


@bp.get("/papers/<uuid:paper_id>")
def show(paper_id: UUID) -> str:
    """A paper: how far it is, or the way to its file."""
    paper = queries.get_own(session(), actor(), paper_id)
    done = aside.progress(working.place(), paper.id)
    return render_template(
        "papers/show.html",
        paper=paper,
        standing=_standing(paper),
        masked=paper.kind in rules.WITH_RESIDENTS and paper.wishes.get("purpose") is None,
        whole=paper.wishes.get("purpose") is not None,
        residents=paper.kind in rules.WITH_RESIDENTS,
        ends_at=paper.done_at + rules.LIFE if paper.done_at else None,
        done=done,
        said=_said(done, paper),
        why=_why(paper),
    )


def _why(paper: Paper) -> str:
    """Why there is no file, in the reader's language."""
    told = paper.failure
    return sentence(DomainError(told["message"], **told["params"])) if told else ""


@bp.get("/papers/<uuid:paper_id>/progress")
def progress(paper_id: UUID) -> JsonResponse:
    """How far the work on a paper is, for its page."""
    paper = queries.get_own(session(), actor(), paper_id)
    done = aside.progress(working.place(), paper.id)
    return jsonify({"state": _standing(paper), "done": done, "total": paper.total, "said": _said(done, paper)})


def _said(done: int, paper: Paper) -> str:
    if not paper.total:
        return word(paper.state)
    return _("已写 %(done)s / %(total)s 行", done=number(min(done, paper.total)), total=number(paper.total))


@bp.post("/papers/<uuid:paper_id>/resume")
def resume(paper_id: UUID) -> Response:
    """Begin the work on a paper anew that has come to a halt."""
    paper = queries.get_own(session(), actor(), paper_id)
    if _standing(paper) == "stuck":
        working.start(paper.id)
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@bp.get("/papers/<uuid:paper_id>/file")
@records_reading
def fetch(paper_id: UUID) -> Response:
    """Fetch the file of a paper; it is noted who took it."""
    paper = queries.get_own(session(), actor(), paper_id)
    ending, type_ = DOCX if paper.kind in rules.DOCUMENTS else XLSX
    actions.note_fetched(session(), actor(), paper)
    made = clock.town_time(paper.done_at or paper.ordered_at).date()
    name = f"{rules.file_name(paper.kind, read(paper.wishes), made)}.{ending}"
    try:
        file = shelf.path_of(uploads(), paper.id).open("rb")
    except FileNotFoundError:
        raise Conflict(NOT_THERE) from None
    session().commit()
    answer = send_file(file, mimetype=type_, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/papers/<uuid:paper_id>/removal")
def remove(paper_id: UUID) -> Response:
    """Delete a paper's file now and take it off the list."""
    paper = queries.get_own(session(), actor(), paper_id)
    actions.remove(session(), actor(), paper)
    session().commit()
    shelf.forget(uploads(), paper_id)
    return redirect(url_for("papers.index"), 303)
