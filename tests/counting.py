"""Counting the queries of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from hengli_visits.extensions import db


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collects the statements that the app's engine runs inside the block (transaction control left out)."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
