"""What an issue's figures are, read from its moves alone; and what holds of every issue at any moment."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from hengli_visits.issues.rules import BY_VERB, FINAL, UNDER_WAY
from hengli_visits.issues.steps import Limit, Verb
from hengli_visits.models import Issue, IssueState as S, Move, Result, Revisit, Solved

SENDS = (Verb.DISPATCH, Verb.AGREE_RETURN, Verb.REDIRECT, Verb.REDO_DISPATCH)
NEW_UNIT = (Verb.AGREE_RETURN, Verb.REDIRECT)
UNIT_IS_DONE = (S.REVISIT_DUE, S.PARKED, S.REDO, *FINAL)


@dataclass
class Figures:
    """What can be told of an issue by its moves."""

    state: S = S.TRIAGE
    round: int = 1
    returns: int = 0
    extensions: int = 0
    extension_until: date | None = None
    original_due_at: datetime | None = None
    due_at: datetime | None = None
    step_due_at: datetime | None = None
    supervision: str | None = None
    main_issue_id: int | None = None
    lead_unit_id: int | None = None
    review_on: date | None = None


def recount(moves: Sequence[Move]) -> Figures:
    """The figures of an issue, from its moves alone."""
    found = Figures()
    for move in moves:
        _follow(found, Verb(move.verb), move)
    return found


def _moment(data: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if name in data else None


def _follow(found: Figures, verb: Verb, move: Move) -> None:
    data, left = move.data, found.state
    found.state, found.round = move.to_state, move.round
    found.returns += verb is Verb.RETURN
    found.lead_unit_id = data.get("lead_unit_id", found.lead_unit_id)
    if BY_VERB[verb].limit is not Limit.KEEP:
        found.step_due_at, found.due_at = _moment(data, "step_due_at"), _moment(data, "due_at")
        found.original_due_at = _moment(data, "original_due_at")
    if verb in SENDS:
        found.extensions = 0
    found.extensions += verb is Verb.GRANT_EXTENSION
    if verb is Verb.ASK_EXTENSION:
        found.extension_until = date.fromisoformat(data["extension_until"])
    elif verb in (Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION) or (left is S.IN_PROGRESS is not found.state):
        found.extension_until = None
    if verb is Verb.LIFT or verb in NEW_UNIT or found.state in UNIT_IS_DONE:
        found.supervision = None
    found.supervision = data.get("supervision", found.supervision)
    if verb is Verb.MERGE:
        found.main_issue_id = data["main_issue_id"]
    elif verb in (Verb.UNMERGE, Verb.MAIN_ENDED, Verb.REVISIT_REDO):
        found.main_issue_id = None
    if "review_on" in data:
        found.review_on = date.fromisoformat(data["review_on"])
    elif verb in (Verb.ANSWER, Verb.REWORK, Verb.REFUSE_PARK, Verb.RESUME, Verb.REDIRECT):
        found.review_on = None


def differing(issue: Issue, moves: Sequence[Move]) -> dict[str, tuple[Any, Any]]:
    """Where the issue's row says something else than its moves: name → (row, moves)."""
    told = asdict(recount(moves))
    return {name: (getattr(issue, name), value) for name, value in told.items() if getattr(issue, name) != value}


def broken(issue: Issue, moves: Sequence[Move], revisits: Sequence[Revisit]) -> list[str]:
    """What does not hold of an issue."""
    return [
        what for what, holds in (*_chain(issue, moves), *_clocks(issue), *_ends(issue, moves, revisits)) if not holds
    ]


def _chain(issue: Issue, moves: Sequence[Move]) -> Iterator[tuple[str, bool]]:
    verbs = [Verb(move.verb) for move in moves]
    yield "begins with its opening", verbs[0] is Verb.OPEN
    yield "moves form a chain", all(a.to_state is b.from_state for a, b in pairwise(moves))
    yield "the last move tells the state", moves[-1].to_state is issue.state
    yield (
        "moves are rows of the table",
        all(m.from_state in BY_VERB[v].sources for v, m in zip(verbs[1:], moves[1:], strict=True)),
    )
    yield (
        "targets are those of the table",
        all(m.to_state is (BY_VERB[v].target or m.from_state) for v, m in zip(verbs, moves, strict=True)),
    )
    yield "rounds only grow", all(a.round <= b.round <= a.round + 1 for a, b in pairwise(moves))


def _clocks(issue: Issue) -> Iterator[tuple[str, bool]]:
    yield "a clock runs unless it is final", (issue.step_due_at is None) == (issue.state in FINAL)
    yield "amber comes first", issue.amber_at is None or issue.amber_at <= (issue.step_due_at or issue.amber_at)
    yield "the unit's own clock is the step's", issue.state is not S.IN_PROGRESS or issue.step_due_at == issue.due_at
    yield (
        "extended means later",
        issue.original_due_at is None or (issue.due_at or issue.original_due_at) >= issue.original_due_at,
    )
    yield "extensions keep the first date", (issue.extensions > 0) == (issue.original_due_at is not None)
    yield "asked for only in progress", issue.extension_until is None or issue.state is S.IN_PROGRESS
    yield (
        "pressed on only with a unit",
        issue.supervision is None or issue.state not in (*UNIT_IS_DONE, S.TRIAGE, S.ON_THE_SPOT),
    )
    yield "supervision has its moment", (issue.supervision is None) == (issue.supervised_at is None)
    yield (
        "parked has a review",
        issue.state is not S.PARKED or (issue.review_on is not None and issue.park_cause is not None),
    )


def _ends(issue: Issue, moves: Sequence[Move], revisits: Sequence[Revisit]) -> Iterator[tuple[str, bool]]:
    with_unit = (S.DISPATCHED, S.RETURN_REVIEW, S.IN_PROGRESS, S.ANSWER_REVIEW, S.PARKED)
    yield "one owner", issue.state not in with_unit or issue.lead_unit_id is not None
    yield "merged has a main one", issue.state is not S.MERGED or issue.main_issue_id is not None
    answered = (S.ANSWER_REVIEW, S.REVISIT_DUE, S.CLOSED)
    yield "an answer is there", issue.state not in answered or (issue.result is not None and bool(issue.done))
    yield (
        "parking is never the answer",
        issue.state not in (S.REVISIT_DUE, S.CLOSED) or issue.result is not Result.TO_PARK,
    )
    closing = next((Verb(m.verb) for m in reversed(moves) if m.to_state is S.CLOSED is not m.from_state), None)
    told = [one for one in revisits if one.round == issue.round and not one.late]
    reached = any(one.reached and one.solved is not Solved.NO for one in told)
    tries = sum(not one.reached for one in told)
    excepted = closing is Verb.CLOSE_ON_THE_SPOT or (closing is Verb.REVISIT_UNREACHED and tries >= 3)
    yield "closed after a revisit or a stated exception", issue.state is not S.CLOSED or reached or excepted
    by_unit = issue.main_issue_id is None and closing is not Verb.CLOSE_ON_THE_SPOT
    yield (
        "answered after a contact",
        issue.state not in answered or not by_unit or issue.contacted_at is not None or issue.state is S.CLOSED,
    )
    yield "under way or ended", issue.state in (*UNDER_WAY, *FINAL)
