"""The triage desk: the queue of what waits to be taken on, and the one at hand with everything that is proposed."""

from typing import Any

from flask import render_template, request, url_for

from hengli_visits import clock
from hengli_visits.errors import require
from hengli_visits.forms import Form, row_id
from hengli_visits.gate import actor, session
from hengli_visits.issues import queries, rules
from hengli_visits.issues.due import due_of
from hengli_visits.issues.forms import Offered, proposal, step_form, wire
from hengli_visits.issues.proposing import propose_for
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.triaging import Queue, likely_duplicates, queue_of
from hengli_visits.issues.views.blueprint import bp
from hengli_visits.models import Issue

DIGITS = 9
"""Categories that one key chooses."""
OTHERS = (Verb.SOLVE_ON_THE_SPOT, Verb.REFUSE, Verb.MERGE, Verb.ABOUT, Verb.WITHDRAW)
KEYS = {Verb.SOLVE_ON_THE_SPOT: "s", Verb.REFUSE: "x"}


@bp.get("/issues/triage")
def triage() -> str:
    """The triage desk: of all groups for a coordinator, of the own for a leader."""
    require(rules.may_triage(actor()))
    return _desk(queue_of(session(), actor(), request.args.get("issue", type=row_id)))


def desk_again(issue: Issue, form: Form) -> str | None:
    """The desk with an issue at hand and a form of its dispatch that was refused; None when it does not wait there any
    more."""
    require(rules.may_triage(actor()))
    queue = queue_of(session(), actor(), issue.id)
    return _desk(queue, form) if queue.issue is issue else None


def _desk(queue: Queue, form: Form | None = None) -> str:
    calendar, now = queries.town_calendar(session()), clock.now()
    return render_template(
        "issues/triage.html",
        queue=queue,
        dues={issue.id: due_of(issue, now, calendar) for issue in queue.issues},
        address=_address,
        **(_at_hand(queue, queue.issue, form) if queue.issue else {}),
    )


def _address(issue: Issue | None) -> str:
    return url_for("issues.triage", issue=issue.id if issue else None)


def _at_hand(queue: Queue, issue: Issue, form: Form | None) -> dict[str, Any]:
    """Everything about the issue at hand. Once it has gone its way, the next one is `onward`."""
    proposals, grounds = propose_for(session(), [issue])
    proposed, step = proposals[issue.id], rules.BY_VERB[Verb.DISPATCH]
    parts = queries.parts_of(session(), actor(), issue.id)
    named = [(category.id, category.name) for category in proposed.categories]
    available = rules.available(issue, parts, clock.now())
    others = [one for one in available if one.verb in OTHERS]
    return {
        "issue": issue,
        "proposed": proposed,
        "wire": wire(proposed),
        "form": form
        or step_form(step.fields, proposal(step, issue, proposed, None), Offered(list(grounds.units.items()), named)),
        "duplicates": likely_duplicates(session(), actor(), [issue])[issue.id],
        "others": [(one, KEYS.get(one.verb)) for one in others],
        "may_merge": any(one.verb is Verb.MERGE for one in available),
        "final": rules.FINAL,
        "digits": DIGITS,
        "onward": _address(queue.after or queue.before),
        "stay": _address(issue),
    }
