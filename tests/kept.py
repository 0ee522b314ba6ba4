"""The cast, made once per test process and database: each test gets a copy of its rows and of its objects.

Making it row by row takes longer than most tests. The rows are kept as SQL that says them literally, the objects as a
pickle of what the session held when they had just been committed.
"""

import pickle
import sqlite3
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.extensions import db
from hengli_visits.orm import Base
from tests.cast import Cast, build_cast

TEXT = {"sqlite": 'quote("{}")', "postgresql": 'quote_nullable("{}"::text)'}
"""How a database is asked for a value as it stands in SQL."""


@dataclass(frozen=True)
class Kept:
    """The rows as SQL and the objects as a pickle."""

    rows: str
    objects: bytes


_kept: dict[tuple[str, datetime], Kept] = {}


def cast_of(session: Session) -> Cast:
    """The cast, committed, on a database that is empty; whatever else a test wants there, it makes afterwards."""
    key = str(db.engine.url), clock.now()
    if key in _kept:
        return _restored(session, _kept[key])
    cast = build_cast(session)
    session.commit()
    with db.engine.connect() as connection:
        rows = _script(connection)
    _kept[key] = Kept(rows, pickle.dumps(cast))
    return cast


def _restored(session: Session, kept: Kept) -> Cast:
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver
        if isinstance(driver, sqlite3.Connection):
            driver.executescript(f"BEGIN; {kept.rows} COMMIT")
        else:
            driver.execute(kept.rows)
            driver.commit()
    cast: Cast = pickle.loads(kept.objects)
    session.add_all(getattr(cast, field.name) for field in fields(cast))
    session.commit()
    return cast


def _script(connection: Connection) -> str:
    """SQL that makes all rows of the database again, and lets numbers count on from them."""
    inserts = [_insert(connection, table) for table in Base.metadata.sorted_tables]
    if connection.dialect.name == "postgresql":
        used = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        inserts += [f"SELECT setval('\"{name}\"', {last});" for name, last in connection.exec_driver_sql(used)]
    return "\n".join(filter(None, inserts))


def _insert(connection: Connection, table: Table) -> str:
    text = TEXT[connection.dialect.name]
    values = ", ".join(text.format(column.name) for column in table.columns)
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rows = connection.exec_driver_sql(f'SELECT {values} FROM "{table.name}" ORDER BY {order}').all()
    told = ", ".join(f"({', '.join(row)})" for row in rows)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES {told};' if rows else ""
