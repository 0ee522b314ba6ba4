"""The extensions, made once and bound in `create_app`; and how databases are opened."""

import sqlite3
from contextvars import ContextVar
from typing import Any

from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event

from hengli_visits.orm import Base
from hengli_visits.search_index import open_for_search

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate(compare_type=True, render_as_batch=True)
babel = Babel()
csrf = CSRFProtect()

reading = ContextVar("reading", default=False)
"""True while a request that only reads is handled: its transaction then takes no write lock on SQLite."""


def _interpret(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def configure_engine(engine: Engine) -> None:
    """Open SQLite durable and correct under many writers (WAL, synchronous=FULL, foreign keys, explicit BEGIN:
    IMMEDIATE for writers, DEFERRED for readers). PostgreSQL compiles no statement to machine code: for the pages' short
    ones that takes longer than they do. Source: SQLite's PRAGMA documentation; figures in docs/decisions."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _interpret)
        return

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
                connection.execute(f"PRAGMA {pragma}")
            open_for_search(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        deferred = reading.get() or connection.get_execution_options().get("deferred", False)
        connection.exec_driver_sql("BEGIN DEFERRED" if deferred else "BEGIN IMMEDIATE")
