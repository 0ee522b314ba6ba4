"""What the program does by the clock: the regular jobs, and the runner that does them when they are due.

The runner is a process of its own (`flask jobs run`): gunicorn starts one beside itself, systemd or cron may instead.
Any number of runners may be there; `hengli_visits.turns` gives each job to one of them.
"""

import logging
import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import GeneratorType
from typing import cast
from uuid import uuid4

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hengli_visits import clock, turns
from hengli_visits.api.actions import put_events_on_the_way
from hengli_visits.config import Config
from hengli_visits.exports import folder as exports
from hengli_visits.extensions import db
from hengli_visits.imports import uploads
from hengli_visits.imports.actions import discard_forgotten
from hengli_visits.issues.actions.pressing import press_late
from hengli_visits.notices.actions import forget_old, put_on_the_way, send_due
from hengli_visits.offline import shelf
from hengli_visits.turns import Job
from hengli_visits.voices.actions import find_words
from hengli_visits.wording import N_

log = logging.getLogger("hengli_visits")

LONGEST_SLEEP = 15.0
"""Seconds after which the runner looks again, whatever is due next: another runner may have failed at it."""
PARENT_LOOK = 2.0
"""Seconds after which it looks whether the process that started it is still there."""


def _nothing(_session: Session, _now: datetime) -> None:
    """Be there."""


def _tidy(session: Session, now: datetime) -> Iterator[None]:
    """Delete what is kept for a while only: exported records nobody took in (24 hours), rosters nobody decided on (7
    days), what killed exports left."""
    config = cast(Config, current_app.config["VISITS"])
    forgotten = discard_forgotten(session, now)
    yield
    for batch_id in forgotten:
        uploads.forget(config.uploads, batch_id)
    shelf.clear(config.uploads, now)
    exports.clear(config.instance)


def _route(session: Session, now: datetime) -> Iterator[None]:
    """Put what happened on its way out of the program."""
    yield from put_on_the_way(session, now, cast(Config, current_app.config["VISITS"]).public_url)


def _send(session: Session, _now: datetime) -> Iterator[None]:
    """Send what is due. Nothing is on its way while a transaction is open."""
    yield from send_due(session, cast(Config, current_app.config["VISITS"]).outgoing)


JOBS: tuple[Job, ...] = (
    Job(turns.PULSE, timedelta(minutes=1), _nothing, N_("值守")),
    Job("press", timedelta(minutes=5), press_late, N_("催办、督办到期和超期的问题")),
    Job("tidy", timedelta(hours=1), _tidy, N_("清理到期的临时文件")),
    Job("notices_route", timedelta(seconds=30), _route, N_("生成要发出的通知")),
    Job("api_events", timedelta(seconds=30), put_events_on_the_way, N_("生成给其他系统的通知")),
    Job("notices_send", timedelta(seconds=30), _send, N_("发送通知")),
    Job("themes", timedelta(days=1), find_words, N_("找出大家在说的词")),
    Job("notices_forget", timedelta(days=1), forget_old, N_("清理旧的发送记录")),
)
"""All regular jobs."""


def new_holder() -> str:
    """A name that no other runner has."""
    return f"{os.getpid()}-{uuid4().hex}"


def run_due(jobs: Sequence[Job], holder: str, stopping: "Flag | None" = None) -> dict[str, str]:
    """Do every job that is due and that nobody else does, one after the other; between two of them a runner that is
    to stop does so. What became of each: an empty text, or its error. One job's failure does not stop the others."""
    outcomes = {}
    with Session(db.engine) as session:
        turns.make_rows(session, jobs, clock.now())
        session.commit()
    for job in jobs:
        if stopping is not None and stopping.raised():
            break
        with Session(db.engine) as session:
            mine = turns.claim(session, job, holder, clock.now())
            session.commit()
        if mine:
            outcomes[job.name] = _do(job, holder)
    return outcomes


def _do(job: Job, holder: str) -> str:
    """Do a job that is ours. What it did and the note of it are committed together."""
    with Session(db.engine) as session:
        try:
            told = job.run(session, clock.now())
            if isinstance(told, GeneratorType):
                for _step in told:
                    turns.hold_on(session, job, holder, clock.now())
                    session.commit()
            turns.finish(session, job, holder, clock.now())
            session.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other jobs go on
            session.rollback()
            log.error("job %s failed: %s", job.name, turns.place_of(error))  # noqa: TRY400 - its words may be private
            turns.fail(session, job, holder, clock.now(), error)
            session.commit()
            return turns.place_of(error)
    return ""


class Flag:
    """Raised by a signal; whoever sleeps on it wakes."""

    def __init__(self) -> None:
        self._raised = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def raised(self) -> bool:
        """Whether it is raised."""
        return self._raised

    def raise_(self, *_signal: object) -> None:
        """Raise it; may be called within a signal's handler, in the middle of anything."""
        self._raised = True
        os.write(self._write, b"x")

    def sleep(self, seconds: float) -> None:
        """Sleep until it is raised, or so long."""
        select.select([self._read], [], [], max(0.0, seconds))

    def close(self) -> None:
        """Let go of its pipe."""
        os.close(self._read)
        os.close(self._write)


@contextmanager
def ended_by_signals(*, interrupt: bool) -> Iterator[Flag]:
    """A flag that SIGTERM raises, and SIGINT too; without `interrupt` that is left to the parent, who hears Ctrl-C as
    well."""
    flag = Flag()
    kept = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, flag.raise_),
        signal.SIGINT: signal.signal(signal.SIGINT, flag.raise_ if interrupt else signal.SIG_IGN),
    }
    try:
        yield flag
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        flag.close()


def keep_running(jobs: Sequence[Job], stopping: Flag, parent: int | None = None) -> None:
    """Do jobs as they become due, until the flag is raised or the parent is gone. What is wrong with the database now
    may be right later."""
    holder = new_holder()
    while not stopping.raised():
        try:
            run_due(jobs, holder, stopping)
            rest = _rest(jobs)
        except SQLAlchemyError as error:
            log.error("jobs cannot reach the database: %s", turns.place_of(error))  # noqa: TRY400 - the same
            rest = LONGEST_SLEEP
        until = time.monotonic() + rest
        while not stopping.raised() and (left := until - time.monotonic()) > 0:
            if parent is not None and os.getppid() != parent:
                return
            stopping.sleep(left if parent is None else min(left, PARENT_LOOK))


def _rest(jobs: Sequence[Job]) -> float:
    """Seconds until the next job is due, at most the longest sleep."""
    with Session(db.engine.execution_options(deferred=True)) as session:
        due = turns.next_due(session, jobs)
    return LONGEST_SLEEP if due is None else min(LONGEST_SLEEP, max(0.5, (due - clock.now()).total_seconds()))


def jobs_of(app: Flask) -> tuple[Job, ...]:
    """The jobs of an app."""
    return cast("tuple[Job, ...]", app.extensions["visits_jobs"])


def init_jobs(app: Flask) -> None:
    """Let pages and commands of an app know its regular jobs."""
    app.extensions["visits_jobs"] = JOBS


group = AppGroup("jobs", help="What the program does by the clock.")


@group.command("run")
@click.option("--parent", type=int, help="End when the process with this id is no longer the parent.")
def _run(parent: int | None) -> None:
    """Do jobs as they become due, until SIGTERM or Ctrl-C."""
    with ended_by_signals(interrupt=parent is None) as stopping:
        keep_running(jobs_of(current_app), stopping, parent)


@group.command("once")
def _once() -> None:
    """Do what is due now, and end (for cron). The exit status is 1 when a job failed."""
    outcomes = run_due(jobs_of(current_app), new_holder())
    for name, error in outcomes.items():
        click.echo(f"{name}: {error or 'done'}")
    if any(outcomes.values()):
        raise SystemExit(1)


@group.command("list")
def _list() -> None:
    """Tell the jobs, when each was done last and is due next."""
    with Session(db.engine.execution_options(deferred=True)) as session:
        runs = turns.runs(session)
    for job in jobs_of(current_app):
        run = runs.get(job.name)
        last = f"{clock.town_time(run.ended_at):%Y-%m-%d %H:%M:%S}" if run and run.ended_at else "never"
        due = f"{clock.town_time(run.due_at):%Y-%m-%d %H:%M:%S}" if run else "at once"
        failed = f"  failed {run.failures} times: {run.error}" if run and run.failures else ""
        click.echo(f"{job.name:<16} every {job.every}  last {last}  next {due}{failed}")
