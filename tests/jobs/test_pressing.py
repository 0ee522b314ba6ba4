"""Late issues are pressed on by the clock alone, with nobody looking at a page."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock, jobs
from hengli_visits.models import Issue, IssueState, JobRun, Move, Supervision
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import make_issue


def at(text: str) -> datetime:
    return clock.from_town(datetime.fromisoformat(text))


def moves(session: Session, issue: Issue) -> int:
    return session.scalar(select(func.count()).where(Move.issue_id == issue.id)) or 0


def runner(session: Session, issue: Issue) -> int:
    """What the runner does now: how many moves it leaves."""
    session.commit()
    before = moves(session, issue)
    session.rollback()
    outcomes = jobs.run_due(jobs.JOBS, "runner")
    assert not any(outcomes.values()), outcomes
    session.rollback()
    session.refresh(issue)
    return moves(session, issue) - before


def test_a_late_issue_is_pressed_on_in_office_hours_and_once(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    assert issue.step_due_at == at("2026-06-30 17:30")
    standing_clock.time = at("2026-06-30 22:00")
    assert runner(session, issue) == 0
    standing_clock.time = at("2026-07-01 08:31")
    assert runner(session, issue) > 0
    assert issue.supervision is not None
    standing_clock.time += timedelta(minutes=5)
    assert runner(session, issue) == 0
    run = session.get_one(JobRun, "press")
    assert (run.ended_at, run.failures) == (clock.now(), 0)


def test_on_a_holiday_nobody_is_pressed_on_and_on_a_make_up_day_they_are(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    """30 September 2026 is the last day before the holiday; Saturday the 10th of October is worked."""
    standing_clock.time = at("2026-09-29 10:00")
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    assert issue.step_due_at == at("2026-09-30 17:30")
    for day in range(1, 8):
        standing_clock.time = at(f"2026-10-{day:02} 10:00")
        assert runner(session, issue) == 0, day
    standing_clock.time = at("2026-10-10 10:00")
    assert runner(session, issue) > 0


def test_with_nobody_looking_it_goes_up_step_by_step(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    levels = []
    for _ in range(12):
        standing_clock.time += timedelta(days=1)
        runner(session, issue)
        if issue.supervision is not None and issue.supervision not in levels:
            levels.append(issue.supervision)
    assert levels[-1] is Supervision.CIRCULATED
    assert levels == sorted(levels, key=list(Supervision).index)
