"""Rows of a query one after the other, and how many there are."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hengli_visits.exports.tables import Column

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


class Gathered(NamedTuple):
    """A row with the names of people or units that belong to it, in their order."""

    row: Any
    names: tuple[str, ...]


def gathered(rows: Iterator[Any]) -> Iterator[Gathered]:
    """One row for all that follow each other with the same id and differ by a `person`."""
    for _, same in groupby(rows, attrgetter("id")):
        first, *others = same
        yield Gathered(first, tuple(one.person for one in (first, *others) if one.person is not None))


def of_row(*columns: Column) -> tuple[Column, ...]:
    """The columns, of rows that were gathered."""

    def inner(column: Column) -> Column:
        return Column(column.title, lambda one: column.value(one.row), column.width, column.kind)

    return tuple(inner(column) for column in columns)
