"""The page on which one takes a register or a list away as a file."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, Any, cast

from flask import Blueprint, current_app, g, render_template, request, send_file, url_for
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.assignments.tasks import Wanted as WantedTasks, campaigns_with_tasks
from hengli_visits.assignments.views.blueprint import pick_campaign
from hengli_visits.assignments.views.tasks import KEPT as TASK_FILTERS, wanted_tasks
from hengli_visits.config import Config
from hengli_visits.errors import Missing, require
from hengli_visits.exports import actions, queries, rules
from hengli_visits.exports.folder import fresh_file
from hengli_visits.exports.forms import ExportForm
from hengli_visits.exports.rules import Format, What
from hengli_visits.exports.tables import Table
from hengli_visits.feedback.views import NARROWING as FEEDBACK_FILTERS, wanted_feedback
from hengli_visits.forms import chosen, kept_filters, row_id
from hengli_visits.gate import actor, begin_writing, keeps_input, reads_only, session
from hengli_visits.households.views import FILTERS as HOUSEHOLD_FILTERS, wanted_households
from hengli_visits.issues.actions import note_export
from hengli_visits.issues.listing import tabs_of
from hengli_visits.issues.views.pages import NARROWING as ISSUE_FILTERS, wanted_issues
from hengli_visits.members.views import FILTERS as MEMBER_FILTERS, wanted_members
from hengli_visits.models import OrganisationKind

bp = Blueprint("exports", __name__)
Answer = str | tuple[str, int] | Response

TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv",
}
HOUSEHOLDS, ORGANISATIONS, TASKS = "households.index", "members.organisations", "assignments.index"
PAGES: dict[What, tuple[str, tuple[str, ...]]] = {
    What.FAMILIES: (HOUSEHOLDS, HOUSEHOLD_FILTERS),
    What.ENTERPRISES: (HOUSEHOLDS, HOUSEHOLD_FILTERS),
    What.MEMBERS: ("members.index", MEMBER_FILTERS),
    What.BRANCHES: (ORGANISATIONS, ("q",)),
    What.UNITS: (ORGANISATIONS, ("q",)),
    What.AREAS: ("households.areas", ()),
    What.GROUPS: ("groups.index", ("campaign",)),
    What.ASSIGNMENTS: (TASKS, TASK_FILTERS),
    What.VISITS: (TASKS, TASK_FILTERS),
    What.FEEDBACK: ("feedback.index", tuple(sorted(FEEDBACK_FILTERS))),
    What.ISSUES: ("issues.index", ("tab", *sorted(ISSUE_FILTERS))),
}
"""The page that each is taken from, and what that page narrows by."""
FIXED = ("campaign", "kind")
"""What says which list it is rather than narrowing it."""
SAID = re.compile(r"[0-9]{1,10}|[a-z_]{1,24}|\d{4}-\d\d-\d\d")
FREE = ("q", "street", "category")
"""What may hold a name or an address: the audit says that it was narrowed by it, not to what."""


@bp.route("/exports/<what>", methods=["GET", "POST"])
@keeps_input
@reads_only
def make(what: str) -> Answer:
    """Take a register or a list away as a file, narrowed as its page is."""
    wanted = chosen(What, what)
    if wanted is None:
        raise Missing
    require(rules.may_export(actor(), wanted))
    endpoint, filters = PAGES[wanted]
    g.way = "campaigns.index" if wanted is What.GROUPS else endpoint
    form = ExportForm(may_unmask=rules.may_unmask(actor(), wanted))
    if form.validate_on_submit():
        return _file(wanted, form, kept_filters(*filters))
    return _page(wanted, form, kept_filters(*filters))


def _page(what: What, form: ExportForm, kept: dict[str, str]) -> Answer:
    narrowed = any(name not in FIXED and (name, value) != ("tab", "all") for name, value in kept.items())
    whole = {name: value for name, value in kept.items() if name in FIXED}
    page = render_template(
        "exports/make.html",
        what=what,
        form=form,
        total=TABLES[what](False).total,
        narrowed=narrowed,
        siblings=[(one, _link(one, kept)) for one in rules.siblings(what) if rules.may_export(actor(), one)],
        here=_link(what, kept),
        whole=_link(what, whole),
        back=_back(what, kept),
        phones=what in rules.WITH_PHONES,
    )
    return page, 422 if form.errors else 200


def _link(what: What, kept: dict[str, str]) -> str:
    values: dict[str, Any] = {name: value for name, value in kept.items() if name in PAGES[what][1]}
    return url_for("exports.make", what=what.value, **values)


def _back(what: What, kept: dict[str, str]) -> str:
    """The list that one came from, narrowed as it was."""
    values: dict[str, Any] = dict(kept)
    if what in (What.BRANCHES, What.UNITS):
        values["kind"] = _organisation_kind(what).value
    if what is What.GROUPS:
        values = {"campaign_id": values.get("campaign", 0)}
    return url_for(PAGES[what][0], **values)


def _file(what: What, form: ExportForm, kept: dict[str, str]) -> Response:
    format_, purpose, ids = form.chosen_format, form.chosen_purpose, list[int]()
    with fresh_file(_instance(), format_.value) as path:
        table = TABLES[what](purpose is not None)
        if what is What.ISSUES:
            table = replace(table, rows=_noting(table.rows, ids))
        rows = actions.write_file(actor(), what, table, format_, path)
        begin_writing()
        note_export(session(), actor(), ids)
        actions.record_export(session(), actor(), what, format_, rows=rows, filters=_told(kept), purpose=purpose)
        session().commit()
        size, file = path.stat().st_size, path.open("rb")
    return _sent(file, size, f"{what.label}{clock.today():%Y%m%d}.{format_.value}", TYPES[format_])


def _noting(rows: Iterable[Any], ids: list[int]) -> Iterator[Any]:
    """The same rows; their ids are noted while they are written."""
    for row in rows:
        ids.append(row.id)
        yield row


def _instance() -> Any:
    return cast(Config, current_app.config["VISITS"]).instance


def _sent(file: IO[bytes], size: int, name: str, type_: str) -> Response:
    answer = send_file(file, mimetype=type_, as_attachment=True, download_name=name)
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _told(kept: dict[str, str]) -> list[str]:
    """What the list was narrowed by, without anything that somebody may have typed."""
    return [
        f"{name}={value}" if name not in FREE and SAID.fullmatch(value) else name
        for name, value in sorted(kept.items())
    ]


def _organisation_kind(what: What) -> OrganisationKind:
    return OrganisationKind.BRANCH if what is What.BRANCHES else OrganisationKind.UNIT


def _organisations(what: What) -> Table:
    return queries.organisations(session(), actor(), _organisation_kind(what), request.args.get("q", ""))


def _groups(full: bool) -> Table:
    campaign_id = request.args.get("campaign", type=row_id)
    require(campaign_id is not None)
    return queries.groups(session(), actor(), campaign_id or 0, full=full)


def _tasks() -> WantedTasks:
    campaign = pick_campaign(campaigns_with_tasks(session(), actor()))
    if campaign is None:
        raise Missing
    return wanted_tasks(campaign)


def _issues() -> Table:
    tabs = {tab.key: tab for tab in tabs_of(actor())}
    tab = tabs.get(request.args.get("tab", ""), tabs["all"])
    return queries.issues(session(), actor(), tab, wanted_issues(), clock.now())


TABLES: dict[What, Callable[[bool], Table]] = {
    What.FAMILIES: lambda full: queries.families(session(), actor(), wanted_households(), full=full),
    What.ENTERPRISES: lambda full: queries.enterprises(session(), actor(), wanted_households(), full=full),
    What.MEMBERS: lambda full: queries.members(session(), actor(), wanted_members(), full=full),
    What.BRANCHES: lambda _full: _organisations(What.BRANCHES),
    What.UNITS: lambda _full: _organisations(What.UNITS),
    What.AREAS: lambda _full: queries.areas(session(), actor()),
    What.GROUPS: _groups,
    What.ASSIGNMENTS: lambda full: queries.assignments(session(), actor(), _tasks(), full=full),
    What.VISITS: lambda _full: queries.visits(session(), actor(), _tasks()),
    What.FEEDBACK: lambda _full: queries.feedback(session(), actor(), wanted_feedback()),
    What.ISSUES: lambda _full: _issues(),
}
