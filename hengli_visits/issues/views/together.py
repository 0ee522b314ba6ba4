"""One step for many issues: looked at first, each can be left out or changed; then what became of each."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.errors import DomainError, require
from hengli_visits.formats import sentence
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.issues import actions, queries, rules
from hengli_visits.issues.due import due_of
from hengli_visits.issues.fields import CATEGORY, CO_UNITS, LEAD_UNIT, LIMIT_DAYS, URGENCY
from hengli_visits.issues.forms import TogetherForm, wire
from hengli_visits.issues.proposing import propose_for
from hengli_visits.issues.steps import Step, Verb
from hengli_visits.issues.together import (
    MOST,
    SAME_WORDS,
    STEPS,
    Choice,
    Told,
    choose,
    keep,
    step_for_many,
    told_in,
    wrong_in,
)
from hengli_visits.issues.triaging import likely_duplicates
from hengli_visits.issues.views.blueprint import Answer, bp
from hengli_visits.models import Issue


def _back() -> str:
    return safe_next(request.values.get("back")) or url_for("issues.index")


@bp.get("/issues/together")
def together() -> Answer:
    """What would be done with the chosen issues."""
    require(rules.may_act_on_many(actor()))
    ids = request.args.getlist("issue", type=row_id)
    choice = choose(session(), actor(), ids, clock.now())
    require(bool(choice.issues) or not ids)
    if not choice.ways:
        flash(_("这些问题现在都不能一起办，可能别人刚刚办过了。") if ids else _("请先勾选问题。"), "warn")
        return redirect(_back(), 303)
    asked = next((verb for verb in choice.ways if verb.value == request.args.get("verb")), None)
    verb = asked or choice.likeliest()
    step = STEPS[verb or Verb.DISPATCH]
    return _page(choice, step, TogetherForm(step, formdata=None), {})


Wrong = dict[int, dict[str, str]]


def _page(choice: Choice, step: Step, form: TogetherForm, wrong: Wrong) -> str:
    issues = choice.ways.get(step.verb, ())
    now, calendar = clock.now(), queries.town_calendar(session())
    dispatching = step.verb is Verb.DISPATCH and bool(issues)
    proposals, grounds = propose_for(session(), issues) if dispatching else ({}, None)
    return render_template(
        "issues/together.html",
        choice=choice,
        step=step,
        form=form,
        wrong=wrong,
        dues={issue.id: due_of(issue, now, calendar) for issue in issues},
        rows=sorted(issues, key=lambda one: dispatching and not proposals[one.id].complete),
        steps=STEPS,
        proposals=proposals,
        wires={id_: wire(one) for id_, one in proposals.items()},
        units=grounds.units if grounds else {},
        duplicates=likely_duplicates(session(), actor(), issues) if dispatching else {},
        same_words=step.verb in SAME_WORDS,
        sent=request.form if request.method == "POST" else None,
        link=lambda verb: url_for(
            "issues.together", issue=[one.id for one in choice.issues], verb=verb.value, back=_back()
        ),
        back=_back(),
    )


@bp.post("/issues/together/<verb>")
@keeps_input
def take_together(verb: str) -> Answer:
    """Take one step for each of the chosen issues, each by itself: one that is refused keeps no other back. What is
    entered wrongly is told before anything is done."""
    step = step_for_many(verb)
    require(rules.may_act_on_many(actor()))
    form = TogetherForm(step)
    ids = request.form.getlist("issue", type=row_id)[:MOST]
    good = form.validate_on_submit()
    wrong = _wrong(step, ids) if good else {}
    if not ids or not good or wrong:
        if not ids and good:
            form.form_errors.append(_("请先勾选问题。"))
        listed = request.form.getlist("listed", type=row_id)
        return _page(choose(session(), actor(), listed or ids, clock.now()), step, form, wrong), 422
    told = _take_each(step, ids, form.note.data or "")
    entry_id = keep(session(), actor(), step, told)
    session().commit()
    return redirect(url_for("issues.told_together", entry_id=entry_id, back=_back()), 303)


def _wrong(step: Step, ids: list[int]) -> Wrong:
    """The sentences for each of the ticked issues for which something is entered wrongly, by field."""
    issues = choose(session(), actor(), ids, clock.now()).ways.get(step.verb, ())
    found = {issue.id: wrong_in(session(), actor(), step, issue, _entered(step, issue)) for issue in issues}
    return {
        issue_id: {name: sentence(error) for name, error in wrong.items()} for issue_id, wrong in found.items() if wrong
    }


def _take_each(step: Step, ids: Iterable[int], note: str) -> Told:
    """Each issue in a transaction of its own."""
    told = Told()
    for issue_id in dict.fromkeys(ids):
        try:
            issue = queries.get_issue(session(), actor(), issue_id)
            actions.move(session(), actor(), issue, step.verb, _entered(step, issue) | {"note": note})
        except DomainError as error:
            session().rollback()
            told.note(issue_id, error)
        else:
            session().commit()
            told.note(issue_id, None)
    return told


def _entered(step: Step, issue: Issue) -> dict[str, Any]:
    """What the page entered for one issue."""
    found: dict[str, Any] = {
        field.name: request.form.get(f"{field.name}-{issue.id}", type=row_id)
        for field in (CATEGORY, LEAD_UNIT)
        if field in step.fields
    }
    if CO_UNITS in step.fields:
        found[CO_UNITS.name] = request.form.getlist(f"{CO_UNITS.name}-{issue.id}", type=row_id)
    if LIMIT_DAYS in step.fields:
        found[LIMIT_DAYS.name] = request.form.get(f"{LIMIT_DAYS.name}-{issue.id}")
    return found | {URGENCY.name: issue.urgency}


@bp.get("/issues/together/<int:entry_id>")
def told_together(entry_id: int) -> str:
    """What became of each issue."""
    verb, outcomes = told_in(session(), actor(), entry_id)
    return render_template(
        "issues/told_together.html", step=STEPS.get(verb), verb=verb, outcomes=outcomes, back=_back()
    )
