"""Reading an issue leaves a trace: who looked, saw a phone number, printed or took it away."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.households.actions import reveal_phone as reveal_household
from hengli_visits.issues import readers
from hengli_visits.issues.papers import PaperKind
from hengli_visits.issues.steps import Part
from hengli_visits.models import AuditEntry, Household, Issue

MOST_WAIT = 1000
"""Milliseconds that a page waits at most for its look to be noted."""
AT_ONCE = 500
"""Rows of one INSERT."""
log = logging.getLogger(__name__)


@contextmanager
def _briefly(engine: Engine) -> Iterator[Connection]:
    """A connection that waits only briefly for other writers."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - of a connection that is open
        before = driver.execute("PRAGMA busy_timeout").fetchone()[0]
        driver.execute(f"PRAGMA busy_timeout={MOST_WAIT}")
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute(f"PRAGMA busy_timeout={before}")


def note_view(session: Session, engine: Engine, actor: Actor, issue_id: int, parts: Iterable[Part], who: bool) -> None:
    """Note that the actor looks at an issue, once in half an hour; `who`: with whose it is. One query, and when it is
    new one row in a transaction of its own: the page reads on. Where the database is busy for longer than a moment
    the look goes to the program's log instead, by ids, and the page is shown."""
    if readers.looked_lately(session, actor, issue_id, clock.now()):
        return
    try:
        with _briefly(engine) as connection, Session(connection) as own, own.begin():
            audit.record(own, actor, readers.VIEW, "issue", issue_id, part=readers.standing(parts), resident=who)
    except OperationalError:
        log.warning("look not in the audit trail: issue=%s member=%s request=%s", issue_id, actor.id, actor.request_id)


def reveal_phone(session: Session, actor: Actor, issue: Issue, household: Household, parts: Iterable[Part]) -> None:
    """Note that the actor looks at the phone numbers of an issue's resident: on the household, where the hour's looks
    are counted (`TooMany`), and on the issue."""
    reveal_household(session, actor, household)
    audit.record(session, actor, "issue.reveal_phone", "issue", issue.id, part=readers.standing(parts))


def note_print(
    session: Session, actor: Actor, issue_id: int, kind: PaperKind, form: str, parts: Iterable[Part]
) -> None:
    """Note that the actor made a paper of an issue. `form`: "page" or "docx"."""
    audit.record(
        session,
        actor,
        "issue.print",
        "issue",
        issue_id,
        part=readers.standing(parts),
        paper=kind.value,
        form=form,
    )


def note_export(session: Session, actor: Actor, issue_ids: Sequence[int]) -> None:
    """Note on each of these issues that the actor took it away in a file."""
    now = clock.now()
    for start in range(0, len(issue_ids), AT_ONCE):
        rows: list[dict[str, Any]] = [
            {
                "at": now,
                "actor_id": actor.recorded_id,
                "action": "issue.export",
                "object_kind": "issue",
                "object_id": str(issue_id),
                "result": "done",
                "address": actor.address,
                "request_id": actor.request_id,
                "data": {},
            }
            for issue_id in issue_ids[start : start + AT_ONCE]
        ]
        session.execute(insert(AuditEntry), rows)
