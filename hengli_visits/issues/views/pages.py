"""Pages of issues."""

from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.errors import Forbidden, Invalid, Missing, require
from hengli_visits.formats import short_day
from hengli_visits.forms import Form, chosen, refuse, row_id, word_pairs
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.groups.naming import place_names
from hengli_visits.issues import actions, links, papers, queries, readers, rules
from hengli_visits.issues.checking import named_issue
from hengli_visits.issues.due import due_of
from hengli_visits.issues.fields import UNTIL
from hengli_visits.issues.forms import Offered, proposal, step_form, wire
from hengli_visits.issues.listing import Filters, Pressing, Tab, tabs_of
from hengli_visits.issues.proposing import Proposed, propose_for
from hengli_visits.issues.steps import Kind, Part, Step, Verb, Way
from hengli_visits.issues.story import tell
from hengli_visits.issues.together import states_for
from hengli_visits.issues.views.blueprint import Answer, bp, load_issue, note_look
from hengli_visits.issues.views.triage import desk_again
from hengli_visits.models import Issue, IssueState, Organisation, Urgency
from hengli_visits.wording import N_

TOLD_TO_UNITS = (Verb.DISPATCH, Verb.REMIND, Verb.SUPERVISE)
"""Steps of which the page says to which unit they went."""
NARROWING = {field.name for field in fields(Filters)}


def wanted_issues() -> Filters:
    """What the address narrows the list to."""
    args = request.args
    return Filters(
        state=chosen(IssueState, args.get("state")),
        unit=args.get("unit", type=row_id),
        area=args.get("area", type=row_id),
        group=args.get("group", type=row_id),
        campaign=args.get("campaign", type=row_id),
        category=args.get("category", ""),
        urgency=chosen(Urgency, args.get("urgency")),
        due=chosen(Pressing, args.get("due")),
        q=args.get("q", "").strip(),
    )


def _open_tab(tabs: tuple[Tab, ...], counts: list[int], filters: Filters) -> Tab:
    """The tab that was asked for; else everything when the list is narrowed; else the first that holds anything."""
    asked = next((tab for tab in tabs if tab.key == request.args.get("tab")), None)
    if asked is not None:
        return asked
    if filters.any:
        return next((tab for tab in tabs if tab.key == "all"), tabs[-1])
    return next((tab for tab, count in zip(tabs, counts, strict=True) if count), tabs[0])


@bp.get("/issues")
def index() -> str:
    """The issues that the actor may see, what waits for them first."""
    require(rules.may_see_list(actor()) or not actor().is_administrator)
    now, filters, tabs = clock.now(), wanted_issues(), tabs_of(actor())
    counts = queries.count_tabs(session(), actor(), tabs, now)
    tab = _open_tab(tabs, counts, filters)
    page = queries.page_of_issues(session(), actor(), tab, filters, request.args.get("page", 1, type=row_id), now)
    calendar = queries.town_calendar(session())
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in NARROWING and value}
    return render_template(
        "issues/index.html",
        page=page,
        rows=[(issue, due_of(issue, now, calendar)) for issue in page.items],
        tabs=[
            {
                "href": url_for("issues.index", tab=one.key),
                "text": _(one.label),
                "count": count,
                "current": one is tab,
            }
            for one, count in zip(tabs, counts, strict=True)
        ],
        tab=tab,
        may_triage=rules.may_triage(actor()),
        pickable=states_for(actor()),
        filters=filters,
        kept=kept,
        places=place_names(session(), actor(), filters.area, filters.group),
        choices=queries.filter_choices(session(), actor()),
        words={"state": word_pairs(IssueState), "due": word_pairs(Pressing), "urgency": word_pairs(Urgency)},
        link=lambda number: url_for("issues.index", **kept, tab=tab.key, page=number),
    )


@bp.get("/issues/<int:issue_id>")
def show(issue_id: int) -> str:
    """One issue: how it stands, what is next, and its whole time line."""
    issue, parts = load_issue(issue_id)
    note_look(issue, parts)
    now, is_unit = clock.now(), rules.is_unit_only(parts)
    related = [*issue.merged, *([issue.main_issue] if issue.main_issue else [])]
    return render_template(
        "issues/show.html",
        issue=issue,
        due=due_of(issue, now, queries.town_calendar(session())),
        **_open_steps(issue, parts),
        ways=Way,
        chapters=tell(issue.moves, queries.names_in(session(), issue.moves), to_unit=is_unit),
        shared=[(one, one.done_at is None and one.due_at and one.due_at <= now) for one in issue.co_units if one.part],
        seen=queries.seen_of(session(), actor(), related),
        sees_resident=rules.may_see_resident(issue, parts),
        sees_about=Part.COORDINATOR in parts,
        may_call=rules.may_call(issue, parts),
        is_unit=is_unit,
        final=issue.state in rules.FINAL,
        waiting_links=links.waiting(session(), issue) if rules.may(rules.BY_VERB[Verb.REVISIT_CLOSE], parts) else (),
        papers=papers.kinds_for(issue),
        sees_readers=readers.may_see(parts),
    )


def _open_steps(issue: Issue, parts: frozenset[Part]) -> dict[str, Any]:
    """The steps that are open to the actor: the obvious next one, the others, and those that are folded away."""
    steps = rules.available(issue, parts, clock.now())
    primary = rules.obvious(issue, steps, clock.today())
    rest = [step for step in steps if step is not primary]
    return {
        "primary": primary,
        "others": [step for step in rest if not step.rare],
        "rare": [step for step in rest if step.rare],
    }


def _step_of(verb: str, parts: frozenset[Part]) -> Step:
    """The step that a form is for; `Missing` when there is none or it is not the actor's."""
    step = rules.step_of(verb)
    if step is None or step.way is not Way.FORM or not rules.may(step, parts):
        raise Missing
    return step


def _form_of(step: Step, issue: Issue) -> tuple[Form, Proposed | None]:
    fields = rules.fields_for(step, issue)
    kinds = {field.kind for field in fields}
    units = queries.units(session()) if kinds & {Kind.UNIT, Kind.UNITS} else []
    proposed = propose_for(session(), [issue])[0][issue.id] if Kind.CATEGORY in kinds else None
    offered = Offered(
        units=[(unit.id, unit.name) for unit in units],
        categories=[(category.id, category.name) for category in proposed.categories] if proposed else [],
        co_units=queries.co_units_for(actor(), step, issue),
    )
    begin = proposal(step, issue, proposed, queries.asked_unit(issue))
    if len(offered.co_units) == 1:
        begin["co_unit_id"] = offered.co_units[0][0]
    return step_form(fields, begin, offered), proposed


def _step_page(step: Step, issue: Issue, form: Form, proposed: Proposed | None) -> str:
    judging = step.verb in (Verb.APPROVE, Verb.PARK)
    return render_template(
        "issues/step.html",
        step=step,
        issue=issue,
        form=form,
        proposed=proposed,
        wire=wire(proposed) if proposed else None,
        back=safe_next(request.values.get("back")),
        given=[field.name for field in step.fields if field.given is not None],
        judged=issue.state is IssueState.ANSWER_REVIEW,
        open_parts=[one.organisation.name for one in issue.co_units if one.part and not one.done_at] if judging else [],
        idle_units=[one.organisation.name for one in issue.co_units if not one.part] if judging else [],
        main_issue=named_issue(session(), actor(), form["main_issue_id"].data or "")
        if step.verb is Verb.MERGE
        else None,
        asked_until=issue.extension_until if step.verb in (Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION) else None,
    )


@bp.get("/issues/<int:issue_id>/moves/<verb>")
def step(issue_id: int, verb: str) -> str:
    """The form of one step."""
    issue, parts = load_issue(issue_id)
    step = _step_of(verb, parts)
    note_look(issue, parts)
    queries.refuse_state(session(), issue, step)
    return _step_page(step, issue, *_form_of(step, issue))


@bp.post("/issues/<int:issue_id>/moves/<verb>")
@keeps_input
def move(issue_id: int, verb: str) -> Answer:
    """Take one step."""
    issue, parts = load_issue(issue_id)
    step = _step_of(verb, parts)
    form, proposed = _form_of(step, issue)
    if form.validate_on_submit():
        try:
            actions.move(session(), actor(), issue, verb, form.data)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_told_of(step, issue, form), "done")
            return _onward(issue_id)
    elif not form.form_errors:
        queries.refuse_state(session(), issue, step)  # who was faster counts more than what is wrong with the form
    page = desk_again(issue, form) if step.verb is Verb.DISPATCH and request.form.get("desk") else None
    return page or _step_page(step, issue, form, proposed), 422


def _told_of(step: Step, issue: Issue, form: Form) -> str:
    """What is said of a step that was taken: to whom an issue went and until when; that an extension to a day of rest
    has become one to the working day after."""
    asked, until = form.data.get(UNTIL.name), issue.extension_until
    if step.verb is Verb.ASK_EXTENSION and until is not None and until != asked:
        days = {"asked": short_day(asked), "until": short_day(until)}
        return _("已记下：申请延期。%(asked)s是休息日，改为下一个工作日%(until)s。", **days)
    known = {"number": issue.number, "what": _(step.verb.label)}
    if step.verb not in TOLD_TO_UNITS or issue.lead_unit_id is None or issue.due_at is None:
        return _("%(number)s 已记下：%(what)s。", **known)
    unit = session().get_one(Organisation, issue.lead_unit_id).name
    if step.verb is Verb.REMIND:
        return _("%(number)s 已向%(unit)s发出催办。", number=issue.number, unit=unit)
    if step.verb is Verb.SUPERVISE:
        return _("%(number)s 已向%(unit)s发出督办。要收回，到问题页按“解除督办”。", number=issue.number, unit=unit)
    return _("%(number)s 已交给%(unit)s，%(day)s前办结。", number=issue.number, unit=unit, day=short_day(issue.due_at))


def _onward(issue_id: int) -> Response:
    """To where the form came from, else to the issue, or to the list when it is not the actor's any more."""
    back = safe_next(request.form.get("back"))
    if back is not None:
        return redirect(back, 303)
    try:
        queries.get_issue(session(), actor(), issue_id)
    except Missing:
        return redirect(url_for("issues.index"), 303)
    return redirect(url_for("issues.show", issue_id=issue_id), 303)


@bp.post("/issues/<int:issue_id>/phone")
def reveal_phone(issue_id: int) -> str:
    """Show the phone numbers of an issue's resident; who looked is noted."""
    issue, parts = load_issue(issue_id)
    household = issue.household
    if household is None or not rules.may_call(issue, parts):
        raise Missing
    if not household.phone:
        raise Forbidden(N_("这一户没有登记电话。"))
    actions.reveal_phone(session(), actor(), issue, household, parts)
    session().commit()
    phones = [household.phone, household.second_phone]
    back = url_for("issues.show", issue_id=issue_id)
    return render_template("members/phone.html", name=household.contact or household.name, phones=phones, back=back)
