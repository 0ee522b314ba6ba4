"""The lists behind figures of issues and revisits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.errors import Missing
from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, session
from hengli_visits.issues.due import due_of
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.listing import ALL, OPEN, WORKING, tabs_of
from hengli_visits.issues.views.pages import wanted_issues
from hengli_visits.models import Issue
from hengli_visits.reports.measures import Age, Measure, Told
from hengli_visits.reports.rows import Wanted, issues_by_id, page_of_issues, page_of_revisits
from hengli_visits.reports.span import Span
from hengli_visits.reports.views.blueprint import bp, frame

KEPT = ("measure", "age", "tab", "state", "due", "category", "unit", "urgency", "open")


def _wanted(span: Span) -> Wanted:
    args = request.args
    tab = next((tab for tab in (*tabs_of(actor()), WORKING, OPEN) if tab.key == args.get("tab")), ALL)
    unit = args.get("unit", type=row_id)
    filters = replace(wanted_issues(), campaign=None, group=None, area=None, unit=unit or None, q="")
    return Wanted(
        span=span,
        measure=chosen(Measure, args.get("measure")),
        age=chosen(Age, args.get("age")),
        tab=tab,
        filters=filters,
        no_unit=unit == 0,
        open=args.get("open") == "1",
    )


def title_of(wanted: Wanted, rows: Sequence[Issue] = ()) -> str:
    """What a list counts, in words; the unit and the category by the names that its rows bear."""
    parts = [_(wanted.measure.label) if wanted.measure else ""]
    parts += [_(one.label) for one in (wanted.age, wanted.filters.state, wanted.filters.due) if one]
    parts += [_(wanted.tab.label)] if wanted.tab is not ALL else []
    parts += [_("还没交办给单位")] if wanted.no_unit else []
    parts += [_("在办")] if wanted.open else []
    parts += [_(wanted.filters.urgency.label)] if wanted.filters.urgency else []
    if rows and wanted.filters.unit and rows[0].lead_unit:
        parts.append(rows[0].lead_unit.name)
    if rows and wanted.filters.category:
        parts.append(rows[0].category.name if rows[0].category else _("未分类"))
    return " · ".join(filter(None, parts)) or _("收到的问题")


@bp.get("/overview/issues/list", endpoint="issue_rows")
def issue_rows() -> str:
    """The issues that a figure counts."""
    shown = frame()
    if shown is None:
        raise Missing
    now, wanted = clock.now(), _wanted(shown.span)
    page = page_of_issues(session(), actor(), wanted, request.args.get("page", 1, type=row_id), now)
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    calendar = town_calendar(session())
    return render_template(
        "reports/issue_rows.html",
        title=title_of(wanted, page.items),
        page=page,
        rows=[(issue, due_of(issue, now, calendar)) for issue in page.items],
        back=url_for("reports.solving", **shown.span.address()),
        link=lambda number: url_for("reports.issue_rows", **shown.span.address(), **kept, page=number),
        **shown.page("reports.issue_rows", **kept),
    )


@bp.get("/overview/revisits", endpoint="revisit_rows")
def revisit_rows() -> str:
    """The revisits that a figure counts."""
    shown = frame()
    if shown is None:
        raise Missing
    told = chosen(Told, request.args.get("measure"))
    page = page_of_revisits(session(), actor(), shown.span, told, request.args.get("page", 1, type=row_id))
    kept: dict[str, Any] = {"measure": told.value} if told else {}
    return render_template(
        "reports/revisit_rows.html",
        title=_(told.label) if told else _("回访"),
        page=page,
        issues=issues_by_id(session(), actor(), shown.span, page),
        back=url_for("reports.solving", **shown.span.address()),
        link=lambda number: url_for("reports.revisit_rows", **shown.span.address(), **kept, page=number),
        **shown.page("reports.revisit_rows", **kept),
    )
