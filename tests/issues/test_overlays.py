"""Extension, supervision, parking: what lies over an issue, by whom, and what time does."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Forbidden, Invalid
from hengli_visits.issues import queries
from hengli_visits.issues.actions import press_late
from hengli_visits.issues.checking import months_after
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Account, CalendarDay, Issue, IssueState, Move, Result, Solved, Supervision, Urgency
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import actor_for, make_issue, make_situation, open_one, parking, step, tell


def verbs(session: Session, issue: Issue) -> list[str]:
    return list(session.scalars(select(Move.verb).where(Move.issue_id == issue.id).order_by(Move.id)))


def level(issue: Issue) -> Supervision | None:
    return issue.supervision


# extension


def test_an_extension_keeps_both_dates(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    before = issue.due_at
    step(session, cast, issue, "handler", Verb.ASK_EXTENSION, extension_until=clock.today() + timedelta(days=12))
    assert issue.due_at == before, "until it is granted nothing changes"
    step(session, cast, issue, "coordinator", Verb.GRANT_EXTENSION)
    assert clock.town_time(issue.due_at or clock.now()).strftime("%m-%d %H:%M") == "07-13 17:30", "Saturday moves on"
    assert issue.step_due_at == issue.due_at
    assert (issue.original_due_at, issue.extensions, issue.extension_until) == (before, 1, None)


def test_the_second_extension_needs_the_area_lead(session: Session, cast: Cast) -> None:
    issue = make_situation(session, cast, "extension asked")
    step(session, cast, issue, "coordinator", Verb.GRANT_EXTENSION)
    first = issue.original_due_at
    step(session, cast, issue, "handler", Verb.ASK_EXTENSION, extension_until=clock.today() + timedelta(days=30))
    with pytest.raises(Forbidden):
        step(session, cast, issue, "coordinator", Verb.GRANT_EXTENSION)
    assert session.scalar(queries.needing(actor_for(session, cast.area_lead))) == 1
    step(session, cast, issue, "area_lead", Verb.GRANT_EXTENSION)
    assert (issue.extensions, issue.original_due_at) == (2, first)


@pytest.mark.parametrize(("days", "works"), [(7, False), (8, True), (49, True), (50, False), (2000, False)])
def test_how_far_an_extension_may_go(session: Session, cast: Cast, days: int, works: bool) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)  # due on Monday 6 July, in seven days
    asked = {"extension_until": clock.today() + timedelta(days=days)}
    if works:
        step(session, cast, issue, "handler", Verb.ASK_EXTENSION, **asked)
        return
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "handler", Verb.ASK_EXTENSION, **asked)
    assert refusal.value.field == "extension_until"


def test_no_extension_when_late_urgent_or_asked_already(session: Session, cast: Cast, standing_clock: Clock) -> None:
    urgent = open_one(session, cast)
    step(session, cast, urgent, "coordinator", Verb.DISPATCH, urgency=Urgency.URGENT)
    step(session, cast, urgent, "handler", Verb.SIGN)
    asked, late = make_situation(session, cast, "extension asked"), make_issue(session, cast, IssueState.IN_PROGRESS)
    for issue in (urgent, asked):
        with pytest.raises(Conflict):
            step(session, cast, issue, "handler", Verb.ASK_EXTENSION)
    standing_clock.time += timedelta(days=10)
    with pytest.raises(Conflict):
        step(session, cast, late, "handler", Verb.ASK_EXTENSION)


def test_an_answer_ends_what_was_asked_for(session: Session, cast: Cast) -> None:
    issue = make_situation(session, cast, "extension asked")
    step(session, cast, issue, "handler", Verb.ANSWER)
    assert issue.extension_until is None
    step(session, cast, issue, "coordinator", Verb.REWORK)
    with pytest.raises(Conflict):
        step(session, cast, issue, "coordinator", Verb.GRANT_EXTENSION)


def test_an_extension_is_decided_once(session: Session, cast: Cast) -> None:
    issue = make_situation(session, cast, "extension asked")
    step(session, cast, issue, "coordinator", Verb.REFUSE_EXTENSION)
    with pytest.raises(Conflict) as refusal:
        step(session, cast, issue, "coordinator", Verb.GRANT_EXTENSION)
    assert refusal.value.params == {"who": "统建文", "what": Verb.REFUSE_EXTENSION}


# supervision


def test_levels_only_rise_and_end_with_the_answer(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    step(session, cast, issue, "leader", Verb.REMIND)
    assert level(issue) is Supervision.REMINDED
    with pytest.raises(Conflict):
        step(session, cast, issue, "coordinator", Verb.REMIND)
    step(session, cast, issue, "area_lead", Verb.SUPERVISE)
    with pytest.raises(Invalid):
        step(session, cast, issue, "coordinator", Verb.SUPERVISE, supervision=Supervision.WRITTEN)
    step(session, cast, issue, "coordinator", Verb.SUPERVISE, supervision=Supervision.CIRCULATED)
    with pytest.raises(Forbidden):
        step(session, cast, issue, "leader", Verb.LIFT)
    step(session, cast, issue, "handler", Verb.ANSWER)
    assert level(issue) is Supervision.CIRCULATED
    step(session, cast, issue, "coordinator", Verb.APPROVE)
    assert (issue.supervision, issue.supervised_at) == (None, None)


def test_the_second_redo_is_pressed_on_in_writing(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REDO)
    for level in (None, Supervision.WRITTEN):
        step(session, cast, issue, "coordinator", Verb.REDO_DISPATCH)
        assert issue.supervision is level
        step(session, cast, issue, "handler", Verb.SIGN)
        step(session, cast, issue, "handler", Verb.ANSWER)
        step(session, cast, issue, "coordinator", Verb.APPROVE)
        tell(session, cast, issue, solved=Solved.NO)
    assert issue.round == 3


def test_time_presses(session: Session, cast: Cast, standing_clock: Clock) -> None:
    cast.campaign.written_days, cast.campaign.circular_days = 1, 3
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)  # Monday; due next Monday 17:30
    assert press_late(session, clock.now()) == 0
    for day, hour, told in (
        (3, 8, Verb.NEAR_DUE),
        (7, 2, Verb.OVERDUE),
        (8, 2, Verb.ESCALATE),
        (9, 2, None),
        (10, 2, Verb.ESCALATE),
        (13, 2, None),
    ):
        standing_clock.time = standing_clock.time.replace(month=7, day=day, hour=hour)
        if told is Verb.OVERDUE:
            assert press_late(session, clock.now()) == 1
        assert press_late(session, clock.now()) == (1 if told in (Verb.NEAR_DUE, Verb.ESCALATE) else 0), day
        if told is not None:
            assert verbs(session, issue)[-1] == told.value, day
    assert issue.supervision is Supervision.CIRCULATED
    assert session.scalars(select(Move.actor_id).where(Move.verb == Verb.ESCALATE.value)).all() == [None, None]


@pytest.mark.parametrize(
    ("hour", "holiday", "works"),
    [(0, False, False), (1, False, True), (9, False, True), (10, False, False), (2, True, False)],
)
def test_nobody_is_called_on_outside_office_hours(
    session: Session, cast: Cast, standing_clock: Clock, hour: int, holiday: bool, works: bool
) -> None:
    issue = open_one(session, cast)
    step(session, cast, issue, "coordinator", Verb.DISPATCH, urgency=Urgency.URGENT)
    standing_clock.time += timedelta(days=7)
    if holiday:
        session.add(CalendarDay(day=clock.today(), working=False, name="放假"))
        session.flush()
    standing_clock.time = standing_clock.time.replace(hour=hour, minute=15)
    assert bool(press_late(session, clock.now())) == works


def test_what_the_office_lifts_the_program_does_not_put_on_again(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    cast.campaign.written_days, cast.campaign.circular_days = 1, 3
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    standing_clock.time += timedelta(days=9)
    assert press_late(session, clock.now()) == 2
    assert level(issue) is Supervision.WRITTEN
    step(session, cast, issue, "coordinator", Verb.LIFT)
    standing_clock.time += timedelta(days=7)
    assert press_late(session, clock.now()) == 0
    assert level(issue) is None


def test_the_offices_own_lateness_is_told_and_presses_no_unit(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    issue = open_one(session, cast)
    asked = make_situation(session, cast, "extension asked")
    standing_clock.time += timedelta(days=9)
    press_late(session, clock.now())
    assert verbs(session, issue)[-1] == Verb.OVERDUE
    assert issue.supervision is None
    assert verbs(session, asked)[-1] == Verb.ASK_EXTENSION, "the unit waits for the office"


# parking


def test_parking_stops_the_clock_and_gives_back_what_was_left(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    standing_clock.time += timedelta(days=2)  # three of five working days are left
    step(session, cast, issue, "handler", Verb.ANSWER, **parking())
    with pytest.raises(Conflict):
        step(session, cast, issue, "coordinator", Verb.APPROVE)
    with pytest.raises(Forbidden):
        step(session, cast, issue, "coordinator", Verb.PARK)
    step(session, cast, issue, "area_lead", Verb.PARK)
    assert clock.town_time(issue.step_due_at or clock.now()).strftime("%m-%d %H:%M") == "08-30 17:30"
    standing_clock.time += timedelta(days=40)
    step(session, cast, issue, "coordinator", Verb.RESUME)
    assert clock.town_time(issue.due_at or clock.now()).strftime("%m-%d %H:%M") == "08-13 17:30"
    assert (issue.result, issue.review_on, issue.answered_at) == (None, None, None)


def test_where_nobody_answers_for_the_village_the_office_parks(session: Session, cast: Cast) -> None:
    issue = make_situation(session, cast, "parking asked")
    assert session.scalar(queries.needing(actor_for(session, cast.coordinator))) == 0
    session.get_one(Account, cast.area_lead.id).disabled_at = clock.now()
    session.flush()
    assert session.scalar(queries.needing(actor_for(session, cast.coordinator))) == 1
    step(session, cast, issue, "coordinator", Verb.PARK)
    assert issue.state is IssueState.PARKED


@pytest.mark.parametrize(("days", "works"), [(0, False), (1, True), (92, True), (93, False)])
def test_parking_is_looked_at_within_three_months(session: Session, cast: Cast, days: int, works: bool) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    given = parking() | {"review_on": clock.today() + timedelta(days=days)}
    if works:
        step(session, cast, issue, "handler", Verb.ANSWER, **given)
        return
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "handler", Verb.ANSWER, **given)
    assert refusal.value.field == "review_on"


@pytest.mark.parametrize("name", ["park_cause", "interim", "review_on"])
def test_parking_says_why_and_until_when(session: Session, cast: Cast, name: str) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "handler", Verb.ANSWER, **parking() | {name: None})
    assert refusal.value.field == name
    step(session, cast, issue, "handler", Verb.ANSWER, park_cause="nonsense", review_on="gestern")
    assert (issue.result, issue.park_cause) == (Result.SOLVED, None), "without parking nobody looks at it"


def test_a_parked_issue_comes_back_to_whoever_decides(session: Session, cast: Cast, standing_clock: Clock) -> None:
    make_issue(session, cast, IssueState.PARKED)
    lead = actor_for(session, cast.area_lead)
    assert session.scalar(queries.needing(lead)) == 0
    standing_clock.time = standing_clock.time.replace(month=8, day=28)
    assert session.scalar(queries.needing(lead)) == 1
    assert press_late(session, clock.now()) == 1


def test_three_months_end_with_the_month() -> None:
    for day, wanted in ((clock.today(), "2026-09-29"), (clock.today().replace(month=11, day=30), "2027-02-28")):
        assert months_after(day, 3).isoformat() == wanted
