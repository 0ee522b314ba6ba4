"""Whatever column of whatever table changes, the pages that show it get another version."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Enum, Integer, String, Table, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from hengli_visits.orm import Base, UtcDateTime
from tests.cast import Cast
from tests.offline.packing import fetch, missed, with_much
from tests.pages import SignIn

UNTOUCHED = {"devices", "audit_entries", "sign_in_cards"}
"""Tables that show nothing to a visitor, or sign them out."""


IMPOSSIBLE = {
    "accounts.disabled_at",
    "accounts.must_change",
    "members.active",
    "visits.revision",
    "visit_revisions.chosen",
    "visit_revisions.number",
}
"""Columns with which nobody is signed in any more, or a visit says nothing."""


def _other(column: Column[Any], value: Any) -> Any:
    """Another value for a column."""
    if isinstance(column.type, Enum):
        return next((one for one in column.type.python_type if one is not value), value)
    if isinstance(column.type, String):
        return f"{value or ''}改"
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(days=1, hours=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return value + 1


def _columns(table: Table) -> Iterator[Column[Any]]:
    kinds = (String, Enum, Boolean, UtcDateTime, Date, Integer)
    for column in table.columns:
        key = column.primary_key or column.foreign_keys
        if isinstance(column.type, kinds) and not key and str(column) not in IMPOSSIBLE:
            yield column


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", [one for one in Base.metadata.sorted_tables if one.name not in UNTOUCHED], ids=str)
def test_no_column_is_missed(table: Table, session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Each column of each table in turn is changed in every row: no page shows something else in the same version."""
    with_much(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    keys = list(table.primary_key)
    wrong = {}
    for column in _columns(table):
        rows = session.execute(select(*keys, column).where(column.is_not(None))).all()
        if _written(session, table, column, {tuple(row[:-1]): _other(column, row[-1]) for row in rows}):
            if found := missed(client, before):
                wrong[str(column)] = found
            assert _written(session, table, column, {tuple(row[:-1]): row[-1] for row in rows})
    assert not wrong


def _written(session: Session, table: Table, column: Column[Any], values: dict[tuple[Any, ...], Any]) -> bool:
    """Write a column, and say whether the database took it."""
    try:
        for keys, value in values.items():
            here = [key == kept for key, kept in zip(table.primary_key, keys, strict=True)]
            session.execute(update(table).where(*here).values({column: value}))
        session.commit()
    except (IntegrityError, DataError):
        session.rollback()
        return False
    return bool(values)
