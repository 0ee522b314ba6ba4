"""Who does a regular job now, on both databases."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock, jobs, turns
from hengli_visits.errors import Conflict
from hengli_visits.extensions import db
from hengli_visits.models import CalendarDay, JobRun
from hengli_visits.turns import LEASE, Job
from tests.conftest import Clock

HOUR = timedelta(hours=1)
AT_ONCE = 6


def nothing(_session: Session, _now: datetime) -> None:
    """A job that does nothing."""


def note(session: Session, now: datetime) -> None:
    """A job that leaves something behind."""
    session.add(CalendarDay(day=now.date(), working=True, name="done"))


def fall(session: Session, now: datetime) -> None:
    """A job that leaves something behind and then fails over what somebody said."""
    note(session, now)
    raise ValueError("钟林锡 13800138000")


JOB = Job("one", HOUR, nothing)


def run_of(session: Session, name: str = "one") -> JobRun:
    session.rollback()
    session.expire_all()
    return session.get_one(JobRun, name)


def days(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(CalendarDay)).all())


def claimed(job: Job, holder: str) -> bool:
    """Claim a job as a runner does."""
    with Session(db.engine) as session:
        mine = turns.claim(session, job, holder, clock.now())
        session.commit()
    return mine


@pytest.fixture
def made(session: Session) -> None:
    """The row of `JOB`."""
    turns.make_rows(session, [JOB], clock.now())
    session.commit()


@pytest.mark.usefixtures("made")
def test_of_many_runners_one_gets_it(session: Session) -> None:
    engine = db.engine

    def attempt(number: int) -> bool:
        with Session(engine) as own:
            mine = turns.claim(own, JOB, f"runner {number}", clock.now())
            own.commit()
        return mine

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(attempt, range(AT_ONCE))) == 1
    assert run_of(session).holder.startswith("runner")


def test_runners_that_start_together_make_one_row(session: Session) -> None:
    engine = db.engine

    def begin(_number: int) -> None:
        with Session(engine) as own:
            turns.make_rows(own, [JOB, Job("two", HOUR, nothing)], clock.now())
            own.commit()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(begin, range(AT_ONCE)))
    assert sorted(turns.runs(session)) == ["one", "two"]


@pytest.mark.usefixtures("made")
def test_a_dead_runner_lets_go_after_its_lease(session: Session, standing_clock: Clock) -> None:
    assert claimed(JOB, "dead")
    standing_clock.time += LEASE - timedelta(seconds=1)
    assert not claimed(JOB, "next")
    standing_clock.time += timedelta(seconds=1)
    assert claimed(JOB, "next")
    assert run_of(session).holder == "next"


@pytest.mark.usefixtures("made")
def test_who_lost_the_lease_commits_nothing(session: Session, standing_clock: Clock) -> None:
    """A runner that was frozen for too long wakes: another one has the job, and what the first did is gone."""

    def frozen(inner: Session, now: datetime) -> None:
        standing_clock.time += LEASE
        assert claimed(JOB, "next")
        note(inner, now)

    outcomes = jobs.run_due([Job("one", HOUR, frozen)], "frozen") if db.engine.name == "postgresql" else None
    if outcomes is not None:
        assert outcomes["one"].startswith("Conflict")
    else:  # SQLite has one writer: the other one comes before the first has written
        assert claimed(JOB, "frozen")
        standing_clock.time += LEASE
        assert claimed(JOB, "next")
        note(session, clock.now())
        with pytest.raises(Conflict):
            turns.finish(session, JOB, "frozen", clock.now())
    assert days(session) == 0
    run = run_of(session)
    assert (run.holder, run.failures) == ("next", 0)


@pytest.mark.usefixtures("made")
def test_the_next_time_keeps_to_the_hour(session: Session, standing_clock: Clock) -> None:
    begun = clock.now()
    standing_clock.time += timedelta(minutes=10)
    assert jobs.run_due([JOB], "runner") == {"one": ""}
    run = run_of(session)
    assert (run.due_at, run.ended_at, run.holder, run.held_until) == (begun + HOUR, clock.now(), "", None)
    assert jobs.run_due([JOB], "runner") == {}
    standing_clock.time += timedelta(days=1)
    jobs.run_due([JOB], "runner")
    assert run_of(session).due_at == clock.now() + HOUR


def test_one_jobs_failure_does_not_stop_the_others(session: Session) -> None:
    three = [Job("a", HOUR, nothing), Job("b", HOUR, fall), Job("c", HOUR, note)]
    outcomes = jobs.run_due(three, "runner")
    assert (outcomes["a"], outcomes["c"]) == ("", "")
    assert outcomes["b"] == "ValueError"
    assert days(session) == 1
    failed = run_of(session, "b")
    assert (failed.failures, failed.error, failed.holder) == (1, "ValueError", "")
    assert failed.due_at == clock.now() + timedelta(minutes=1)


def test_failures_rest_longer_each_time_and_a_success_ends_it(session: Session, standing_clock: Clock) -> None:
    rests = []
    for _ in range(8):
        jobs.run_due([Job("one", timedelta(minutes=5), fall)], "runner")
        rest = run_of(session).due_at - clock.now()
        rests.append(rest // timedelta(minutes=1))
        standing_clock.time += rest
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert run_of(session).failures == 8
    jobs.run_due([Job("one", timedelta(minutes=5), nothing)], "runner")
    run = run_of(session)
    assert (run.failures, run.error) == (0, "")


def test_what_is_kept_of_an_error_holds_nothing_that_somebody_said() -> None:
    with pytest.raises(ValueError, match="zone") as caught:
        clock.town_time(datetime(2026, 1, 1))  # noqa: DTZ001 - naive, so that our own program fails
    assert re.fullmatch(r"ValueError hengli_visits/clock\.py:\d+", turns.place_of(caught.value))


def test_a_job_in_pieces_keeps_those_that_were_done(session: Session, standing_clock: Clock) -> None:
    def pieces(inner: Session, now: datetime) -> Iterator[None]:
        note(inner, now)
        yield
        standing_clock.time += LEASE - timedelta(seconds=1)
        note(inner, now + timedelta(days=1))
        yield
        note(inner, now + timedelta(days=2))
        raise ValueError

    assert jobs.run_due([Job("one", HOUR, pieces)], "runner") == {"one": "ValueError"}
    assert days(session) == 2


def test_a_job_in_pieces_stops_when_another_has_taken_it_over(session: Session, standing_clock: Clock) -> None:
    told = []

    def pieces(_inner: Session, _now: datetime) -> Iterator[None]:
        for number in range(3):
            standing_clock.time += LEASE
            told.append((number, claimed(JOB, "next")))
            yield

    outcome = jobs.run_due([Job("one", HOUR, pieces)], "runner")["one"]
    assert outcome.startswith("Conflict")
    assert told == [(0, True)]
    assert run_of(session).holder == "next"


@pytest.mark.parametrize("failures", [1, 5, 40, 10_000])
def test_a_pause_is_never_longer_than_an_hour_or_the_jobs_own(failures: int) -> None:
    assert turns.pause(failures, timedelta(seconds=15)) <= HOUR
    assert turns.pause(failures, timedelta(days=1)) <= timedelta(days=1)


def test_when_the_next_is_due(session: Session, standing_clock: Clock) -> None:
    both = [JOB, Job("two", HOUR, nothing)]
    assert turns.next_due(session, both) is None
    turns.make_rows(session, both, clock.now())
    session.commit()
    assert turns.next_due(session, both) == clock.now()
    for job in both:
        assert claimed(job, "runner")
    session.rollback()
    assert turns.next_due(session, both) == clock.now() + LEASE
