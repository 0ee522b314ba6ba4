"""Rows of a query one after the other, and how many there are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

AT_ONCE = 1000
"""Rows that are fetched together."""


def count_rows(session: Session, query: Select[Any]) -> int:
    """How many rows a query of one entity has. One query."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def stream(
    session: Session, query: Select[Any], *columns: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Iterator[Any]:
    """These columns of a query's rows, fetched as they are needed. One query, when the first row is asked for."""
    yield from session.execute(query.with_only_columns(*columns, maintain_column_froms=True), **FETCHED)


FETCHED: dict[str, Any] = {"execution_options": {"yield_per": AT_ONCE}}
