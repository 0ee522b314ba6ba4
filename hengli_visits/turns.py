"""Regular jobs: who does one now. A job is one row; whoever changes it first has it until the lease runs out, on SQLite
and PostgreSQL alike. No commits here: the runner (`hengli_visits.jobs`) says when."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Update, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits.config import ROOT
from hengli_visits.errors import Conflict
from hengli_visits.models import JobRun
from hengli_visits.wording import N_

PACKAGE = ROOT / "hengli_visits"
LEASE = timedelta(minutes=5)
"""A runner that died lets go after so long."""
FIRST_PAUSE = timedelta(minutes=1)
"""After the first failure; each further one doubles it."""
LONGEST_PAUSE = timedelta(hours=1)
"""At most, or as long as the job rests anyway."""
PULSE = "pulse"
"""The job that does nothing but show that there is a runner."""
SILENT_AFTER = timedelta(minutes=10)
"""A runner that was not seen for so long is gone."""


@dataclass(frozen=True)
class Job:
    """Something that is done every so often. `run` gets a session and the present moment and never commits: what it did
    and the note of it are committed together. A job that has to commit on its way (it tells something to the world) is a
    generator: at each `yield` the runner commits and holds the job anew. `title` (a msgid) is what its page calls it."""

    name: str
    every: timedelta
    run: Callable[[Session, datetime], object]
    title: str = ""


def make_rows(session: Session, jobs: Iterable[Job], now: datetime) -> None:
    """Have a row for each job; a new one is due at once."""
    there = set(session.scalars(select(JobRun.name)))
    for job in jobs:
        if job.name not in there:
            try:
                with session.begin_nested():
                    session.execute(insert(JobRun).values(name=job.name, due_at=now, holder="", failures=0, error=""))
            except IntegrityError:  # another runner made it
                continue


def runs(session: Session) -> dict[str, JobRun]:
    """How the jobs went, by name. One query."""
    return {run.name: run for run in session.scalars(select(JobRun))}


def next_due(session: Session, jobs: Iterable[Job]) -> datetime | None:
    """When the next of these jobs may be taken up; None when none has a row. One query."""
    names = [job.name for job in jobs]
    rows = session.execute(select(JobRun.due_at, JobRun.held_until).where(JobRun.name.in_(names)))
    return min((max(row.due_at, row.held_until or row.due_at) for row in rows), default=None)


def claim(session: Session, job: Job, holder: str, now: datetime) -> bool:
    """Take a job that is due and that nobody holds. Whether it is ours now."""
    return _changed(
        session,
        update(JobRun).where(
            JobRun.name == job.name, JobRun.due_at <= now, or_(JobRun.held_until.is_(None), JobRun.held_until <= now)
        ),
        holder=holder,
        held_until=now + LEASE,
        started_at=now,
    )


def hold_on(session: Session, job: Job, holder: str, now: datetime) -> None:
    """Hold a job for another lease. Raises `Conflict` when it is somebody else's by now."""
    if not _changed(session, _ours(job, holder), held_until=now + LEASE):
        raise Conflict(N_("这项定时任务已经由别的进程接手。"))


def finish(session: Session, job: Job, holder: str, now: datetime) -> None:
    """Note that a job is done and let go of it. Raises `Conflict` when it is somebody else's by now: then nothing that
    was done may be committed."""
    due = session.scalar(select(JobRun.due_at).where(JobRun.name == job.name)) or now
    following = due + job.every
    changes = {"due_at": following if following > now else now + job.every, "failures": 0, "error": ""}
    if not _changed(session, _ours(job, holder), holder="", held_until=None, ended_at=now, **changes):
        raise Conflict(N_("这项定时任务已经由别的进程接手。"))


def fail(session: Session, job: Job, holder: str, now: datetime, error: BaseException) -> None:
    """Note that a job failed, when it is tried again, and let go of it; nothing when it is somebody else's by now."""
    failures = 1 + (session.scalar(select(JobRun.failures).where(JobRun.name == job.name)) or 0)
    _changed(
        session,
        _ours(job, holder),
        holder="",
        held_until=None,
        ended_at=now,
        failures=failures,
        error=place_of(error),
        due_at=now + pause(failures, job.every),
    )


def pause(failures: int, every: timedelta) -> timedelta:
    """How long a job rests after so many failures in a row: one minute, doubled each time, at most an hour or as long as
    it rests anyway."""
    doubled: int = 2 ** min(failures - 1, 20)
    return min(FIRST_PAUSE * doubled, max(every, LONGEST_PAUSE))


def place_of(error: BaseException) -> str:
    """What went wrong, and where in our own program: never the error's own words, which may hold what somebody said."""
    frames = traceback.extract_tb(error.__traceback__)
    own = next((one for one in reversed(frames) if _is_ours(Path(one.filename))), None)
    where = f" {Path(own.filename).relative_to(ROOT)}:{own.lineno}" if own else ""
    return f"{type(error).__name__}{where}"[:300]


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(PACKAGE) and path != PACKAGE / "jobs.py"


def _ours(job: Job, holder: str) -> Update:
    return update(JobRun).where(JobRun.name == job.name, JobRun.holder == holder)


def _changed(session: Session, statement: Update, **values: object) -> bool:
    done = session.execute(statement.values(values).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
