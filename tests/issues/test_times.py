"""The clocks of issues and the times that are entered: limits, what lies too early or too late."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    CalendarDay,
    Campaign,
    IssueState,
    Urgency,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import good_data, make_issue, open_one, step, tell


def test_limits_are_frozen_at_dispatch(session: Session, cast: Cast, standing_clock: Clock) -> None:
    session.add(CalendarDay(day=clock.today() + timedelta(days=1), working=False, name="放假"))
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    assert (issue.limit_days, issue.limit_hours, issue.revisit_days) == (5, None, 3)
    assert issue.step_due_at == clock.from_town(standing_clock.time.replace(day=1, month=7, hour=9, minute=30))
    assert clock.town_time(issue.due_at or clock.now()).strftime("%m-%d %H:%M") == "07-07 17:30"
    due = issue.due_at
    session.get_one(Campaign, cast.campaign.id).ordinary_days = 1
    step(session, cast, issue, "handler", Verb.SIGN)
    assert (issue.step_due_at, issue.due_at) == (due, due)
    assert issue.amber_at is not None
    assert issue.amber_at < due  # type: ignore[operator]
    step(session, cast, issue, "handler", Verb.ANSWER)
    step(session, cast, issue, "coordinator", Verb.REWORK)
    assert issue.step_due_at == due


def test_urgent_ones_run_in_natural_hours(session: Session, cast: Cast) -> None:
    issue = open_one(session, cast)
    step(session, cast, issue, "leader", Verb.DISPATCH, urgency=Urgency.URGENT)
    assert (issue.limit_days, issue.limit_hours) == (None, 24)
    assert issue.due_at == issue.step_due_at == clock.now() + timedelta(hours=24)
    assert issue.amber_at == clock.now() + timedelta(hours=18)


def test_times_do_not_lie_in_the_future(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "handler", Verb.CONTACT, contacted_at=clock.now() + timedelta(hours=1))
    assert refusal.value.field == "contacted_at"
    with pytest.raises(Invalid):
        tell(session, cast, make_issue(session, cast, IssueState.REVISIT_DUE), at=clock.now() + timedelta(hours=1))


@pytest.mark.parametrize(
    ("state", "verb", "name", "sentence"),
    [
        (IssueState.IN_PROGRESS, Verb.CONTACT, "contacted_at", "不能早于交办的日期。"),
        (IssueState.IN_PROGRESS, Verb.ANSWER, "contacted_at", "不能早于交办的日期。"),
        (IssueState.TRIAGE, Verb.REFUSE, "resident_told_on", "不能早于反映的日期。"),
        (IssueState.DISPATCHED, Verb.WITHDRAW, "said_on", "不能早于反映的日期。"),
    ],
)
def test_times_do_not_lie_before_the_issue(
    session: Session, cast: Cast, state: IssueState, verb: Verb, name: str, sentence: str
) -> None:
    issue, who = make_issue(session, cast, state), "handler" if name == "contacted_at" else "coordinator"
    kept = good_data(cast, verb)[name]
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, who, verb, **{name: kept - timedelta(days=1)})
    assert (refusal.value.field, refusal.value.message) == (name, sentence)
    step(session, cast, issue, who, verb, **{name: kept})


def test_a_contact_belongs_to_its_round(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.REDO)
    earlier = clock.now()
    standing_clock.time += timedelta(days=2)
    step(session, cast, issue, "coordinator", Verb.REDO_DISPATCH)
    step(session, cast, issue, "handler", Verb.SIGN)
    with pytest.raises(Invalid):
        step(session, cast, issue, "handler", Verb.CONTACT, contacted_at=earlier)


def test_a_revisit_is_not_made_before_the_answer(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    with pytest.raises(Invalid) as refusal:
        tell(session, cast, issue, at=clock.now() - timedelta(minutes=1))
    assert refusal.value.field == "at"
    tell(session, cast, issue, at=clock.now().replace(second=0, microsecond=0))
    assert issue.state is IssueState.CLOSED


def test_an_answer_needs_no_second_contact(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    step(session, cast, issue, "handler", Verb.CONTACT)
    first = issue.contacted_at
    with pytest.raises(Conflict):
        step(session, cast, issue, "handler", Verb.CONTACT)
    step(session, cast, issue, "handler", Verb.ANSWER, contacted_at=None, contact_manner=None)
    assert issue.state is IssueState.ANSWER_REVIEW
    assert issue.contacted_at == first


def test_closed_ones_open_again_within_thirty_days(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.CLOSED)
    standing_clock.time += timedelta(days=29)
    step(session, cast, issue, "coordinator", Verb.REOPEN)
    assert issue.state is IssueState.REDO
    assert issue.closed_at is None
    late = make_issue(session, cast, IssueState.CLOSED)
    standing_clock.time += timedelta(days=31)
    with pytest.raises(Conflict):
        step(session, cast, late, "coordinator", Verb.REOPEN)
