"""Long work on a batch, done by a process of its own: started by a page, told of in a file, safe to start twice."""

import resource
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from types import FrameType
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.config import ROOT
from hengli_visits.errors import DomainError
from hengli_visits.extensions import reading
from hengli_visits.imports import actions, rules, uploads
from hengli_visits.imports.actions.comparing import IN_PORTIONS
from hengli_visits.imports.reasons import BadFile
from hengli_visits.models import BatchState, ImportBatch
from hengli_visits.wording import N_

READING_SECONDS = 240
MEMORY = 2 * 1024**3
"""Bytes of address space for one piece of work; what it really uses is far less."""
TOO_MUCH = N_("这份文件太大，读不下来。请拆成几份再上传。")


def start(folder: Path, batch_id: UUID) -> None:
    """Start the work that a batch waits for."""
    uploads.note_progress(folder, batch_id, 0)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import", "work", str(batch_id)]
    process = subprocess.Popen(  # noqa: S603  # our own program, with an id of our own
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    Thread(target=process.wait, daemon=True).start()


def confine() -> None:
    """Set this process the limits of its work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def work(session: Session, folder: Path, batch_id: UUID) -> None:
    """Do what a batch waits for, and commit. What a person has to know of goes into the batch as its failure."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.state not in rules.UNDER_WAY:
        return
    unread = batch.state is BatchState.READING
    member_id = batch.created_by_id if unread else batch.choices["apply"]["by"]
    actor = actor_of(session, member_id) if member_id else SYSTEM
    do = _read if unread else _apply
    try:
        do(session, folder, actor, batch)
        session.commit()
    except (DomainError, MemoryError) as error:
        session.rollback()
        why = error if isinstance(error, DomainError) else BadFile(TOO_MUCH)
        actions.come_to_nothing(session, actor, session.get_one(ImportBatch, batch_id), why)
        session.commit()


def _read(session: Session, folder: Path, actor: Actor, batch: ImportBatch) -> None:
    data = uploads.load(folder, batch.id)
    if data is None:
        raise BadFile(N_("上传的文件已经不在了，请再上传一次。"))

    def step(done: int) -> None:
        session.commit()
        uploads.note_progress(folder, batch.id, done)

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise BadFile(TOO_MUCH)

    signal.signal(signal.SIGALRM, late)
    signal.alarm(READING_SECONDS)
    try:
        actions.read(session, actor, batch, data, step)
    finally:
        signal.alarm(0)


def _apply(session: Session, folder: Path, actor: Actor, batch: ImportBatch) -> None:
    terms = {name: value for name, value in batch.choices["apply"].items() if name != "by"}
    settled = None
    if batch.kind in IN_PORTIONS:
        token = reading.set(True)
        try:
            settled = actions.settle(session, batch, terms["villages"], undecided_new=terms["undecided_new"])
            session.rollback()
        finally:
            reading.reset(token)

    def step(done: int) -> None:
        uploads.note_progress(folder, batch.id, done)

    actions.apply_batch(session, actor, batch, **terms, ordered=True, settled=settled, step=step)
