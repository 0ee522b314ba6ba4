"""The base of every table: naming of constraints, column types, ids in portions, and how to hold what no row stands
for."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Enum, MetaData, Select, Table, func, literal, select
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator

from hengli_visits.wording import Word

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all models."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC and read back aware on every database. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises `ValueError` for a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read back as an aware moment in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def occurs(
    session: Session, outer: InstrumentedAttribute[int], inner: Any, query: Select[Any], *, widely: bool
) -> ColumnElement[bool]:
    """Rows whose id (`outer`) stands in the column `inner` of a query. EXISTS and IN may be turned into a join of
    everything; so the values are read first (one query), or, when the query finds so much (`widely`) that this takes
    long, each id is asked for by itself, no further than the first row in the order of the query, for which there should
    be an index that begins with `inner`."""
    if not widely:
        return outer.in_(set(session.scalars(query.order_by(None).with_only_columns(inner).distinct())))
    first = query.where(inner == outer).with_only_columns(literal(1)).limit(1)
    return first.correlate(outer.class_).scalar_subquery() == 1


PORTION = 5000
"""Ids per statement; databases allow 32,766 (SQLite) and 65,535 (PostgreSQL) parameters."""


def portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids without repeats, ascending, in parts that fit one statement."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), PORTION):
        yield ordered[start : start + PORTION]


def hold_keys(session: Session, *keys: str) -> None:
    """Let nobody else pass here with one of these keys before the transaction ends: for what is counted first and
    written then. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def next_ids(session: Session, table: Table, count: int) -> list[int]:
    """So many free ids of a table, in ascending order, for rows that are written at once and whose ids must be known.
    SQLite has one writer and gives the next number itself; PostgreSQL hands them out to nobody else."""
    if session.get_bind().dialect.name == "postgresql":
        numbers = func.generate_series(1, count).table_valued("number")
        sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return sorted(session.scalars(select(sequence).select_from(numbers)))
    last = session.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def word(vocabulary: type[Word], name: str | None = None) -> Enum:
    """A column type for a vocabulary: its values as text, held by a CHECK on every database. `name` tells two columns
    of one vocabulary in one table apart."""
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda words: [w.value for w in words],
        name=name or vocabulary.__name__.lower(),
    )
