"""Finding pieces of text by the pairs of neighbouring signs (bigrams) in it, on both databases (docs/decisions/0017).

A text is folded (half-width, small letters, white space as one space) and holds a term exactly when the folded text
holds the folded term, sign by sign. The index knows which pairs a text holds: a term of two signs is one pair; of a
longer one the pairs find candidates and the text confirms them.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Text, and_, bindparam, false, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

LONGEST = 40
"""Signs of what is looked for; what follows is left out."""
MOST_TERMS = 5
SHORTEST = 2
"""Signs of a term that the index can find."""
PARTING = "\x1f"
"""Stands between the columns of a row, so that nothing is found across them. Nobody can look for it."""
SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
SPACE = re.compile(r"[ \t\n\r\f\v]+")


def folded(text: str) -> str:
    """As it is compared: half-width (NFKC), A to Z small, any white space as one space. Other alphabets keep their
    capitals: databases do not agree about them. The SQL function of this name on PostgreSQL does the same."""
    return SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(SMALL))


def pairs(text: str) -> Iterator[str]:
    """The pairs of neighbouring signs in a folded text, each once, without those with a space."""
    return iter(dict.fromkeys(a + b for a, b in itertools.pairwise(text) if not {a, b} & {" ", PARTING}))


def terms(text: str) -> list[str]:
    """What is looked for: the terms, folded, each once. Control signs are dropped."""
    clean = "".join(
        " " if sign.isspace() else sign for sign in text if sign.isspace() or unicodedata.category(sign) != "Cc"
    )
    return list(dict.fromkeys(folded(clean[:LONGEST]).split()))[:MOST_TERMS]


def token(pair: str) -> str:
    """A pair as FTS5 keeps it: its tokenizer takes letters and digits alone for text, so punctuation and pictures are
    written as their numbers."""
    return "g".join(f"{ord(sign):x}" for sign in pair)


def tokens(text: str) -> str:
    """All pairs of a text as FTS5 reads them. The SQL function `text_grams` on SQLite."""
    return " ".join(token(pair) for pair in pairs(folded(text)))


def _fts(term: str) -> str:
    return " AND ".join(token(pair) for pair in pairs(term))


def _tsquery(term: str) -> str:
    quoted = (pair.replace("\\", "\\\\").replace("'", "''") for pair in pairs(term))
    return " & ".join(f"'{pair}'" for pair in quoted)


class _Candidates(FunctionElement[bool]):
    """Rows whose pairs include all those of a term: (id, query for FTS5, query for PostgreSQL)."""

    type = Boolean()
    inherit_cache = True
    name = "candidates"


class _Whole(FunctionElement[str]):
    """The folded text of a row: (columns …)."""

    type = Text()
    inherit_cache = True
    name = "whole"


class _Place(FunctionElement[int]):
    """Where a text holds another, from 1; 0 when it does not."""

    type = Integer()

    inherit_cache = True
    name = "place"


@compiles(_Candidates, "sqlite")
def _candidates_sqlite(element: _Candidates, compiler: Any, **kw: Any) -> str:
    id_, fts, _tsquery = element.clauses
    index = f"{id_.table.name}_grams"
    wanted = compiler.process(fts, **kw)
    return f"{compiler.process(id_, **kw)} IN (SELECT rowid FROM {index} WHERE {index} MATCH {wanted})"  # noqa: S608 - own names


@compiles(_Candidates)
def _candidates_postgresql(element: _Candidates, compiler: Any, **kw: Any) -> str:
    id_, _fts, tsquery = element.clauses
    grams = compiler.preparer.format_table(id_.table) + ".grams"
    return f"{grams} @@ CAST({compiler.process(tsquery, **kw)} AS tsquery)"


@compiles(_Whole, "sqlite")
def _whole_sqlite(element: _Whole, compiler: Any, **kw: Any) -> str:
    return f"folded({' || char(31) || '.join(compiler.process(column, **kw) for column in element.clauses)})"


@compiles(_Whole)
def _whole_postgresql(element: _Whole, compiler: Any, **kw: Any) -> str:
    return f"folded({' || chr(31) || '.join(compiler.process(column, **kw) for column in element.clauses)})"


@compiles(_Place, "sqlite")
def _place_sqlite(element: _Place, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(_Place)
def _place_postgresql(element: _Place, compiler: Any, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


def may_hold(text: str, id_: Any) -> ColumnElement[bool]:
    """Rows that may hold every term of `text`: those whose pairs do. Asks the index alone."""
    found = [
        _Candidates(id_, bindparam(None, _fts(term), Text()), bindparam(None, _tsquery(term), Text()))
        for term in terms(text)
        if len(term) >= SHORTEST
    ]
    return and_(true(), *found)


def holds(text: str, id_: Any, *columns: Any) -> ColumnElement[bool]:
    """Rows of a table that hold every term of `text` in one of these columns: those of its index (search_index.py), in
    its order. A term of one sign is looked for in the rows themselves. Nothing to look for finds nothing."""
    wanted = terms(text)
    sure = (contains(term, *columns) for term in wanted if len(term) != SHORTEST)
    return and_(may_hold(text, id_), *sure) if wanted else false()


def contains(word: str, *columns: Any) -> ColumnElement[bool]:
    """Rows whose columns hold a word, asked of the rows themselves: beside `holds`, for some of its columns."""
    return _Place(_Whole(*columns), bindparam(None, folded(word), Text())) > 0


def marked(text: str, wanted: list[str], around: int | None = None) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a hit of one of the folded terms. `around`: of a long text only so many
    signs on both sides of the first hit."""
    plain, places = _plain(text)
    hits = sorted((at, at + len(term)) for term in wanted for at in _all(plain, term))
    spans: list[list[int]] = []
    for start, end in hits:
        first, last = places[start], places[end - 1] + 1
        if spans and first <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    begin, stop = 0, len(text)
    if around is not None and stop > 2 * around:
        middle = spans[0][0] if spans else 0
        begin = max(0, min(middle - around // 2, stop - 2 * around))
        stop = begin + 2 * around
    return list(_pieces(text, spans, begin, stop))


def _plain(text: str) -> tuple[str, list[int]]:
    """A text folded sign by sign, and for each folded sign the place of the sign it comes from."""
    plain: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for one in folded(sign):
            if one == " " and plain and plain[-1] == " ":
                continue
            plain.append(one)
            places.append(place)
    return "".join(plain), places


def _all(text: str, term: str) -> Iterator[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)


def _pieces(text: str, spans: list[list[int]], begin: int, stop: int) -> Iterator[tuple[str, bool]]:
    if begin:
        yield "…", False
    at = begin
    for span in spans:
        first, last = max(span[0], begin), min(span[1], stop)
        if first >= last:
            continue
        if first > at:
            yield text[at:first], False
        yield text[first:last], True
        at = last
    if at < stop:
        yield text[at:stop], False
    if stop < len(text):
        yield "…", False
