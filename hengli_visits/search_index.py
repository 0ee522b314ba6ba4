"""The index over what residents said and over issues: how it is made, made anew and held against the rows.

PostgreSQL keeps the pairs of a row in a generated column with a GIN index over it, SQLite in an FTS5 table that triggers
write (docs/decisions/0017). Either way the database itself writes the index in the transaction that writes the row, whoever writes it. The index is no table
of the models: it can be made from the rows at any time.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from hengli_visits.grams import folded, pairs, token, tokens

COLUMNS = {"feedback": ("words", "answer"), "issues": ("number", "title", "words")}
"""What is searched of which table."""
PORTION = 2_000

FOLDED = r"""
CREATE OR REPLACE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
RETURN regexp_replace(lower(normalize(words, NFKC) COLLATE "C"), E'[ \t\n\r\f\v]+', ' ', 'g')
"""
TEXT_GRAMS = """
CREATE OR REPLACE FUNCTION text_grams(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT pair.one || pair.next), '{}'))
  FROM (SELECT string_to_array(folded(words), NULL) AS signs) text, unnest(text.signs, text.signs[2:]) pair(one, next)
  WHERE pair.next IS NOT NULL AND pair.one NOT IN (' ', chr(31)) AND pair.next NOT IN (' ', chr(31))
)
"""


def open_for_search(connection: sqlite3.Connection) -> None:
    """Give a connection to SQLite the functions that the triggers and the queries call."""
    connection.create_function("folded", 1, folded, deterministic=True)
    connection.create_function("text_grams", 1, tokens, deterministic=True)


def is_index(name: str | None) -> bool:
    """Whether a table, column or index of the database is part of the search index, which the models do not know."""
    ours = tuple(f"{start}{table}_grams" for table in COLUMNS for start in ("", "ix_"))
    return name is not None and (name == "grams" or name.startswith(ours))


def _whole(table: str, row: str = "") -> str:
    return " || char(31) || ".join(f"{row}{column}" for column in COLUMNS[table])


def triggers(table: str) -> dict[str, str]:
    """What makes the triggers that keep the index of a table on SQLite, by their names."""
    index, columns = f"{table}_grams", ", ".join(COLUMNS[table])
    add = f"INSERT INTO {index}(rowid, grams) VALUES (new.id, text_grams({_whole(table, 'new.')}))"  # noqa: S608 - own names
    take = f"INSERT INTO {index}({index}, rowid, grams) VALUES ('delete', old.id, text_grams({_whole(table, 'old.')}))"  # noqa: S608 - own names
    made = f"CREATE TRIGGER {index}"
    return {
        f"{index}_added": f"{made}_added AFTER INSERT ON {table} BEGIN {add}; END",
        f"{index}_changed": f"{made}_changed AFTER UPDATE OF id, {columns} ON {table} BEGIN {take}; {add}; END",
        f"{index}_deleted": f"{made}_deleted AFTER DELETE ON {table} BEGIN {take}; END",
    }


def build(connection: Connection) -> None:
    """Make the index from the rows that are there."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(FOLDED)
        connection.exec_driver_sql(TEXT_GRAMS)
        for table in COLUMNS:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD COLUMN grams tsvector"
                f" GENERATED ALWAYS AS (text_grams({_whole(table).replace('char(', 'chr(')})) STORED"
            )
            connection.exec_driver_sql(
                f"CREATE INDEX ix_{table}_grams ON {table} USING gin (grams) WITH (fastupdate = off)"
            )
        return
    for table in COLUMNS:
        index = f"{table}_grams"
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {index} USING fts5"
            f"(grams, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 0')"
        )
        connection.exec_driver_sql(
            f"INSERT INTO {index}(rowid, grams) SELECT id, text_grams({_whole(table)}) FROM {table}"  # noqa: S608 - own names
        )
        for made in triggers(table).values():
            connection.exec_driver_sql(made)


def drop(connection: Connection) -> None:
    """Take the index away, as much of it as there is."""
    if connection.dialect.name == "postgresql":
        for table in COLUMNS:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN IF EXISTS grams")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS text_grams(text)")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS folded(text)")
        return
    for table in COLUMNS:
        for name in triggers(table):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}_grams")


def drift(connection: Connection) -> Iterator[tuple[str, str]]:
    """What is wrong with the index: (table, what). On SQLite every pair of every row is held against the index; on
    PostgreSQL, where the index follows from the rows by its definition, that definition."""
    tell = _drift_postgresql if connection.dialect.name == "postgresql" else _drift_sqlite
    for table in COLUMNS:
        problem = tell(connection, table)
        if problem:
            yield table, problem


def _drift_postgresql(connection: Connection, table: str) -> str:
    valid = connection.exec_driver_sql(
        "SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = to_regclass(%s)", (f"ix_{table}_grams",)
    ).scalar()
    if not valid:
        return "no index" if valid is None else "the index was not finished"
    sample = "横沥ＡＢc 12，🚰\n排水渠"
    wanted = sorted(pairs(folded(sample)))
    found = connection.exec_driver_sql("SELECT tsvector_to_array(text_grams(%s))", (sample,)).scalar()
    return "" if sorted(found or ()) == wanted else "the functions are not those of this program"


def _drift_sqlite(connection: Connection, table: str) -> str:
    index = f"{table}_grams"
    there: dict[str, str] = dict(
        connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE tbl_name IN (?, ?)", (table, index)).all()
    )
    if index not in there:
        return "no index"
    if any(there.get(name) != made for name, made in triggers(table).items()):
        return "the triggers are not those of this program"
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE temp.{index}_vocabulary USING fts5vocab(main, {index}, instance)")
    try:
        indexed = _digest(connection.exec_driver_sql(f"SELECT doc, term FROM temp.{index}_vocabulary"))  # noqa: S608 - own names
    finally:
        connection.exec_driver_sql(f"DROP TABLE temp.{index}_vocabulary")
    rows = connection.exec_driver_sql(f"SELECT id, {_whole(table)} FROM {table}")  # noqa: S608 - own names
    held = _digest((id_, token(pair)) for id_, text in rows for pair in pairs(folded(text)))
    return "" if indexed == held else "the index does not say what the rows say"


def _digest(found: Any) -> tuple[int, int]:
    """How many (row, pair), and their digests added up, whatever their order."""
    count = total = 0
    for id_, pair in found:
        count += 1
        total += int.from_bytes(hashlib.blake2b(f"{id_} {pair}".encode(), digest_size=8).digest(), "big")
    return count, total % 2**64
