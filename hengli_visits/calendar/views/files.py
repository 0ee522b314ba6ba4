"""The calendar as a file: looked at and taken in, taken back, given out."""

from flask import Response as Sent, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug import Response

from hengli_visits import aside, clock
from hengli_visits.calendar import actions, queries, rules
from hengli_visits.calendar.forms import FileForm, ImportForm
from hengli_visits.calendar.ics import LARGEST, Told, Unread, read_ics, write_ics
from hengli_visits.calendar.imports import changes_of, packed, read_back, stamp_of, written
from hengli_visits.calendar.views.blueprint import LAST, Answer, bp, last_import, place
from hengli_visits.calendar.year import marked_days
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, keeps_input, limited_to, session
from hengli_visits.issues.holidays import known_years
from hengli_visits.wording import N_

BODY_LIMIT = LARGEST + 64 * 1024
"""The file and the form around it."""


@bp.route("/calendar/file", methods=["GET", "POST"])
@limited_to(BODY_LIMIT)
def file() -> Answer:
    """Bring a file, and look at what it would change."""
    require(rules.may_edit(actor()))
    form = FileForm()
    if request.method == "GET":
        return _upload_page(form)
    if not form.validate_on_submit():
        return _upload_page(form), 422
    with form.file.data.stream as stream:
        data = stream.read(LARGEST + 1)
    try:
        reading = read_ics(data)
    except Invalid as error:
        refuse(form, error)
        return _upload_page(form), 422
    return _preview(reading.days, reading.unread, ImportForm(formdata=None))


def _upload_page(form: FileForm) -> str:
    return render_template("calendar/file.html", form=form, last=last_import())


def _preview(told: list[Told], unread: list[Unread], form: ImportForm) -> str:
    days = [one.day for one in told]
    own = queries.rows_of(session(), days)
    return render_template(
        "calendar/preview.html",
        form=form,
        told=told,
        unread=unread,
        changes=changes_of(told, own, known_years()),
        days=written(told),
        seen=stamp_of(days, own),
    )


@bp.post("/calendar/imports")
@keeps_input
@limited_to(BODY_LIMIT)
def take() -> Answer:
    """Take the days of a file that was looked at into the calendar, all in one step."""
    require(rules.may_edit(actor()))
    form = ImportForm()
    try:
        told = read_back(form.days.data or "")
    except Invalid as error:
        upload = FileForm(formdata=None)
        refuse(upload, error)
        return _upload_page(upload), 422
    if not form.validate_on_submit():
        return _preview(told, [], form), 422
    try:
        kept = actions.import_days(session(), actor(), told, form.seen.data or "")
    except Invalid as error:
        refuse(form, error)
        return _preview(told, [], form), 422
    aside.write_file(place(), LAST, packed(kept))
    session().commit()
    count = len(kept.steps)
    flash(ngettext("已导入 %(num)s 天。已经定下的期限不变。", "已导入 %(num)s 天。已经定下的期限不变。", count), "done")
    return redirect(url_for("calendar.year", year=told[0].day.year), 303)


@bp.post("/calendar/imports/undo")
def undo() -> Response:
    """Take the last import back."""
    require(rules.may_edit(actor()))
    kept = last_import()
    if kept is None or kept.at != request.form.get("at"):
        raise Conflict(N_("没有可以撤销的导入：已经撤销过，或者后来又导入过。"))
    done, left = actions.undo_import(session(), actor(), kept)
    session().commit()
    (place() / LAST).unlink(missing_ok=True)
    told = ngettext("已撤销，%(num)s 天恢复原样。", "已撤销，%(num)s 天恢复原样。", done)
    flash(told + (_("另有 %(n)s 天后来改过，没有动。", n=left) if left else ""), "done")
    return redirect(url_for("calendar.year", year=kept.steps[0].day[:4]), 303)


@bp.get("/calendar/year.ics")
def export() -> Sent:
    """A year's holidays and make-up days as a file for phones and other programs."""
    require(rules.may_see(actor()))
    year = request.args.get("year", clock.today().year, type=row_id)
    if year not in rules.YEARS:
        raise Missing
    days = marked_days(year, queries.own_days(session(), year))
    answer = Sent(write_ics(f"工作日历 {year}", days, clock.now()), mimetype="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="calendar-{year}.ics"'
    return answer
