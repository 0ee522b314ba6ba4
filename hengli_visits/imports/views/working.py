"""Long work on a batch, done by a process of its own (`hengli_visits.aside`)."""

import signal
from pathlib import Path
from types import FrameType
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import DomainError
from hengli_visits.extensions import reading
from hengli_visits.imports import actions, rules, uploads
from hengli_visits.imports.actions.comparing import IN_PORTIONS
from hengli_visits.imports.reasons import BadFile
from hengli_visits.models import BatchState, ImportBatch
from hengli_visits.wording import N_

READING_SECONDS = 240
TOO_MUCH = N_("这份文件太大，读不下来。请拆成几份再上传。")


def start(folder: Path, batch_id: UUID) -> None:
    """Start the work that a batch waits for."""
    aside.start(uploads.place(folder), batch_id, "import", "work")


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
        aside.note_progress(uploads.place(folder), batch.id, done)

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
        aside.note_progress(uploads.place(folder), batch.id, done)

    actions.apply_batch(session, actor, batch, **terms, ordered=True, settled=settled, step=step)
