"""What stands in the table and what follows from it, without a database."""

from datetime import timedelta

import pytest

from hengli_visits import clock
from hengli_visits.issues.due import Nearness, due_of
from hengli_visits.issues.rules import (
    BY_VERB,
    FINAL,
    MOVES,
    UNDER_WAY,
    available,
    is_unit_only,
    may,
    may_see_resident,
    revisit_verb,
)
from hengli_visits.issues.steps import Limit, Part, Verb
from hengli_visits.issues.workdays import Calendar
from hengli_visits.models import Issue, IssueState, Solved


def test_final_states_have_no_clock_and_all_others_can_be_left() -> None:
    for step in MOVES:
        if step.target in FINAL:
            assert step.limit is Limit.NONE, step.verb
        elif step.target is not None:
            assert step.limit not in (Limit.NONE, Limit.KEEP), step.verb
    left = {state for step in MOVES if step.target is not None for state in step.sources}
    reached = {step.target for step in MOVES if step.target is not None}
    assert reached - left <= set(FINAL)
    assert set(UNDER_WAY) <= left


def test_each_open_state_is_somebodys_turn() -> None:
    turns = {state for step in MOVES if step.duty for state in step.sources}
    assert turns == set(UNDER_WAY)


def test_barred_wins() -> None:
    revisit = BY_VERB[Verb.REVISIT_CLOSE]
    assert may(revisit, {Part.VISITOR})
    assert not may(revisit, {Part.VISITOR, Part.HANDLER})
    assert not may(revisit, set())


@pytest.mark.parametrize(
    ("reached", "solved", "missed", "verb"),
    [
        (True, Solved.YES, 0, Verb.REVISIT_CLOSE),
        (True, Solved.PARTLY, 2, Verb.REVISIT_CLOSE),
        (True, Solved.NO, 0, Verb.REVISIT_REDO),
        (False, None, 1, Verb.REVISIT_MISSED),
        (False, None, 2, Verb.REVISIT_UNREACHED),
    ],
)
def test_what_a_revisit_does(reached: bool, solved: Solved | None, missed: int, verb: Verb) -> None:
    assert revisit_verb(reached, solved, missed) is verb


def test_who_knows_the_resident() -> None:
    issue = Issue(identity_released=False)
    assert may_see_resident(issue, {Part.VISITOR})
    assert not may_see_resident(issue, {Part.RAISER})
    assert not may_see_resident(issue, {Part.HANDLER})
    issue.identity_released = True
    assert may_see_resident(issue, {Part.CO_HANDLER})
    assert is_unit_only({Part.HANDLER})
    assert not is_unit_only({Part.HANDLER, Part.LEADER})
    assert not is_unit_only(set())


def test_the_obvious_step_comes_first() -> None:
    issue = Issue(state=IssueState.TRIAGE, household_id=1, identity_released=False)
    steps = available(issue, frozenset({Part.COORDINATOR}), clock.now())
    assert [step.verb for step in steps] == [
        Verb.DISPATCH,
        Verb.SOLVE_ON_THE_SPOT,
        Verb.MERGE,
        Verb.REFUSE,
        Verb.WITHDRAW,
        Verb.ABOUT,
    ]


@pytest.mark.parametrize(
    ("left", "hours", "nearness", "amount"),
    [
        (timedelta(hours=2), None, Nearness.TODAY, 0),
        (timedelta(days=2), None, Nearness.DAYS, 2),
        (timedelta(hours=5, minutes=1), 24, Nearness.HOURS, 6),
        (timedelta(minutes=-1), None, Nearness.LATE_TODAY, 0),
        (timedelta(days=-3), 24, Nearness.LATE_DAYS, 3),
    ],
)
def test_time_left_in_the_units_people_count_in(
    left: timedelta, hours: int | None, nearness: Nearness, amount: int
) -> None:
    now = clock.now()
    issue = Issue(state=IssueState.IN_PROGRESS, step_due_at=now + left, amber_at=now, limit_hours=hours)
    due = due_of(issue, now, Calendar())
    assert (due.nearness, due.amount, due.late, due.amber) == (nearness, amount, left < timedelta(), left > timedelta())
    issue.state = IssueState.CLOSED
    assert due_of(issue, now, Calendar()).nearness is Nearness.NONE
