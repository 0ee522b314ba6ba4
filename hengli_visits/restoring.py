"""Rows as they stand, kept as JSON, and put back just so."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Date, DateTime, Enum, Table, Uuid, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from hengli_visits.orm import Base, UtcDateTime

Key = tuple[Any, ...]
Raw = dict[str, Any]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Undoing:
    """What is put back in one table: `made` rows go (by their keys), `changed` ones become what they were, `gone` ones
    are there again."""

    table: str
    made: Sequence[Key] = ()
    changed: Sequence[Raw] = ()
    gone: Sequence[Raw] = ()


T = TypeVar("T")


def portions(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Things a portion at a time."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def table_of(name: str) -> Table:
    """The table of that name."""
    return Base.metadata.tables[name]


def key_of(table: Table, raw: Mapping[str, Any]) -> Key:
    """A row's primary key out of its columns."""
    return tuple(raw[column.name] for column in table.primary_key)


def pack_row(table: Table, row: Iterable[Any]) -> Raw:
    """A row's columns as JSON holds them."""
    return {column.name: _plain(value) for column, value in zip(table.columns, row, strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    return value.value if hasattr(value, "value") else value


def unpack_row(table: Table, raw: Raw) -> dict[str, Any]:
    """The columns that `pack_row` packed."""
    return {name: _value(table.c[name].type, value) for name, value in raw.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value


def digest(raw: Mapping[str, Any], columns: Sequence[str]) -> str:
    """What tells whether one of these columns has changed."""
    text = json.dumps([raw[name] for name in columns], ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def all_rows(session: Session, table: Table) -> dict[Key, Raw]:
    """Every row of a table by its key."""
    packed = (pack_row(table, row) for row in session.execute(select(table)))
    return {key_of(table, raw): raw for raw in packed}


def rows_by_id(session: Session, table: Table, ids: Iterable[int], *, lock: bool = False) -> Iterator[Raw]:
    """The rows with these ids, a portion at a time; with `lock` nobody else changes them or refers to them before the
    transaction ends."""
    for some in portions(ids):
        query = select(table).where(table.c.id.in_(some)).order_by(table.c.id)
        for row in session.execute(query.with_for_update() if lock else query):
            yield pack_row(table, row)


def put_back(session: Session, undoing: Undoing) -> None:
    """Undo in one table. Of rows that refer to each other the younger go first."""
    table = table_of(undoing.table)
    keys = list(table.primary_key)
    for some in portions(sorted(undoing.made, reverse=True)):
        if len(keys) == 1:
            session.execute(delete(table).where(keys[0].in_([key[0] for key in some])))
        else:
            same = [and_(*(column == one for column, one in zip(keys, key, strict=True))) for key in some]
            session.execute(delete(table).where(or_(*same)))
    if undoing.changed:
        own = [column.name for column in keys]
        names = [name for name in undoing.changed[0] if name not in own]
        statement = (
            update(table)
            .where(*(column == bindparam(f"key_{column.name}") for column in keys))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        session.connection().execute(statement, [_parameters(table, raw, own) for raw in undoing.changed])
    if undoing.gone:
        session.connection().execute(insert(table), [unpack_row(table, raw) for raw in undoing.gone])


def _parameters(table: Table, raw: Raw, own: Sequence[str]) -> dict[str, Any]:
    return {f"{'key' if name in own else 'new'}_{name}": value for name, value in unpack_row(table, raw).items()}
