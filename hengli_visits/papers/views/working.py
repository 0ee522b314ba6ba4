"""Making the file of a paper: at once when it is short, else by a process of its own (`hengli_visits.aside`)."""

from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.accounts.queries import actor_of
from hengli_visits.errors import Conflict, DomainError
from hengli_visits.exports.folder import fresh_file
from hengli_visits.extensions import reading
from hengli_visits.models import PaperState
from hengli_visits.papers import actions, queries, shelf
from hengli_visits.papers.views.blueprint import config, uploads
from hengli_visits.wording import N_

TOO_MUCH = N_("要写的内容太多，没有生成。请缩小范围，或分几次生成。")


def place() -> Path:
    """Where it is told how far the work on papers is."""
    return shelf.place(uploads())


def start(paper_id: UUID) -> None:
    """Start the work on a paper beside this process."""
    aside.start(place(), paper_id, "papers", "work")


def work(session: Session, paper_id: UUID) -> None:
    """Make the file of a paper as the only one who does, in the name of who ordered it, and commit. What a person has to
    know of goes into the paper as its failure."""
    with aside.working(place(), paper_id) as free:
        if free:
            _work(session, paper_id)
            session.commit()


def _work(session: Session, paper_id: UUID) -> None:
    try:
        made = _make(session, paper_id)
    except (DomainError, MemoryError, OSError) as error:
        session.rollback()
        actions.fail(session, paper_id, error if isinstance(error, DomainError) else Conflict(TOO_MUCH))
        return
    if made is not None and not actions.finish(session, paper_id, rows=made[0], size=made[1]):
        shelf.forget(uploads(), paper_id)


def _make(session: Session, paper_id: UUID) -> tuple[int, int] | None:
    """Write the file, reading only; how many rows and bytes it has. None: nobody waits for it."""
    session.rollback()
    token = reading.set(True)
    try:
        paper = queries.find(session, paper_id)
        if paper is None or paper.state is not PaperState.WORKING:
            return None
        actor = actor_of(session, paper.ordered_by_id)
        with fresh_file(config().instance, "file") as path:
            rows = actions.write(session, actor, paper, path, lambda done: aside.note_progress(place(), paper_id, done))
            size = path.stat().st_size
            shelf.put(uploads(), paper_id, path)
        return rows, size
    finally:
        session.rollback()
        reading.reset(token)
