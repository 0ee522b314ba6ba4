"""The measures once more, as plain conditions on rows: written from the formulas of domain.md, not from the code."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hengli_visits.models import Issue, Revisit
from tests.reports.recount import Part

APART = {"parked", "not_accepted", "merged", "withdrawn"}
OVER = {"closed", "not_accepted", "withdrawn", "merged"}
Test = Callable[[Issue], bool]


def first_due(issue: Issue) -> datetime | None:
    """The due moment before any extension."""
    return issue.original_due_at if issue.original_due_at is not None else issue.due_at


def measured(part: Part, now: datetime) -> dict[str, int]:
    """Every measure of issues and revisits by its word."""

    def sent(i: Issue) -> bool:
        return i.state.value not in APART and part.in_days(i.dispatched_at)

    def fell_due(i: Issue, due: datetime | None) -> bool:
        counts = i.state.value not in APART and i.dispatched_at is not None
        return counts and due is not None and due <= now and part.in_days(due)

    def kept(i: Issue, due: datetime | None) -> bool:
        sent_back = i.state.value == "redo"
        return i.answered_at is not None and due is not None and i.answered_at <= due and not sent_back

    def approved(i: Issue) -> bool:
        return i.state.value not in APART and i.dispatched_at is not None and part.in_days(i.approved_at)

    tried = {(r.issue_id, r.round) for r in part.rows.revisits if r.reached and not r.late}

    def contact(i: Issue) -> str:
        due = first_due(i)
        if i.contacted_at is None:
            return "" if due is None else "open" if due > now else "late"
        return "" if due is None else "in time" if i.contacted_at <= due else "late"

    tests: dict[str, Test] = {
        "dispatched": sent,
        "contacted": lambda i: sent(i) and contact(i) == "in time",
        "contact_late": lambda i: sent(i) and contact(i) == "late",
        "contact_open": lambda i: sent(i) and contact(i) == "open",
        "due": lambda i: fell_due(i, i.due_at),
        "on_time": lambda i: fell_due(i, i.due_at) and kept(i, i.due_at),
        "off_time": lambda i: fell_due(i, i.due_at) and not kept(i, i.due_at),
        "first_due": lambda i: fell_due(i, first_due(i)),
        "first_on_time": lambda i: fell_due(i, first_due(i)) and kept(i, first_due(i)),
        "approved": approved,
        "revisited": lambda i: approved(i) and (i.id, i.round) in tried,
        "again": lambda i: sent(i) and i.round > 1,
        "stuck": lambda i: is_stuck(i, now),
    }
    issues, told = part.issues(), part.revisits()
    found = {name: sum(map(test, issues)) for name, test in tests.items()}
    return found | {name: sum(map(test, told)) for name, test in TOLD.items()}


def is_stuck(i: Issue, now: datetime) -> bool:
    """Late, sent back twice, in the third round, or parked beyond its review."""
    if i.state.value in OVER:
        return False
    late = i.step_due_at is not None and i.step_due_at <= now
    day = (now + timedelta(hours=8)).date()
    forgotten = i.state.value == "parked" and i.review_on is not None and i.review_on < day
    return late or i.returns > 1 or i.round > 2 or forgotten


TOLD: dict[str, Callable[[Revisit], bool]] = {
    "asked": lambda r: r.solved is not None,
    "solved": lambda r: r.solved is not None and r.solved.value == "yes",
    "partly": lambda r: r.solved is not None and r.solved.value == "partly",
    "unsolved": lambda r: r.solved is not None and r.solved.value == "no",
    "rated": lambda r: r.contentment is not None and r.contentment.value != "unrated",
    "pleased": lambda r: r.contentment is not None and r.contentment.value in ("content", "fairly"),
    "discontent": lambda r: r.contentment is not None and r.contentment.value == "discontent",
    "unrated": lambda r: r.contentment is not None and r.contentment.value == "unrated",
}


def age_of(issue: Issue, now: datetime) -> str | None:
    """How old what is worked on is, by the words of the page."""
    if issue.state.value in OVER | {"parked"}:
        return None
    days = (now - issue.raised_at) / timedelta(days=1)
    return next((str(most) for most in (3, 7, 15, 30) if days < most), "older")
