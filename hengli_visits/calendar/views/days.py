"""A year of the calendar, and one day of it."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.calendar import actions, queries, rules
from hengli_visits.calendar.forms import DayForm
from hengli_visits.calendar.imports import Kept, stamp
from hengli_visits.calendar.rules import Choice
from hengli_visits.calendar.views.blueprint import Answer, bp, day_in, last_import
from hengli_visits.calendar.year import day_of, marked_days, months_of, official_day, spans_of
from hengli_visits.errors import require
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import CalendarDay


@bp.get("/calendar")
def year() -> str:
    """A year as twelve months, with what is known of it."""
    require(rules.may_see(actor()))
    wanted = request.args.get("year", clock.today().year, type=row_id)
    shown = wanted if wanted in rules.YEARS else clock.today().year
    own = queries.own_days(session(), shown)
    spans = spans_of(marked_days(shown, own))
    return render_template(
        "calendar/year.html",
        year=shown,
        years=[one for one in range(shown - 1, shown + 2) if one in rules.YEARS],
        months=months_of(shown, own),
        spans=[span for span in spans if span.first.own or not span.first.working],
        made_up=[span for span in spans if span.first.working and not span.first.own],
        knowledge=queries.knowledge(session()),
        national_day=rules.national_day,
        may_edit=rules.may_edit(actor()),
        last=_fresh_import() if rules.may_edit(actor()) else None,
    )


def _fresh_import() -> Kept | None:
    """The last import, on the day on which it was made."""
    last = last_import()
    return last if last and clock.town_time(last.moment).date() == clock.today() else None


def _choice_of(row: CalendarDay | None) -> Choice:
    if row is None:
        return Choice.OFFICIAL
    return Choice.WORKING if row.working else Choice.FREE


@bp.route("/calendar/days/<when>", methods=["GET", "POST"])
@keeps_input
def day(when: str) -> Answer:
    """Say whether the town works on a day, or go by the country's calendar again."""
    require(rules.may_edit(actor()))
    found = day_in(when)
    row = queries.rows_of(session(), [found]).get(found)
    form = DayForm(data={"choice": _choice_of(row).value, "name": row.name if row else ""})
    if not form.validate_on_submit():
        return _day_page(found, row, form), 422 if form.errors else 200
    choice = Choice(form.choice.data)
    changed = actions.change_day(session(), actor(), found, choice, form.name.data or "", form.seen.data or "")
    session().commit()
    flash(_("已保存。已经定下的期限不变。") if changed else _("没有变化。"), "done")
    return redirect(url_for("calendar.year", year=found.year, _anchor=f"month-{found.month}"), 303)


def _day_page(found: date, row: CalendarDay | None, form: DayForm) -> str:
    return render_template(
        "calendar/day.html",
        form=form,
        day=day_of(found, row),
        official=official_day(found),
        known=queries.knowledge(session()).knows(found.year),
        seen=stamp(row),
    )
