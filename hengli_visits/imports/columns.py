"""Finding the header row and telling which column holds what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.text import half_width, plain_text
from hengli_visits.imports.workbook import Cell, Row
from hengli_visits.wording import N_

HEADER_DEPTH = 30
LONGEST_HEADER = 12
"""Characters of a header that is recognised by how it ends."""

BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕")
NOISE = re.compile(r"[\s*:_.、,/\\|-]+")


@dataclass(frozen=True, slots=True)
class Field:
    """What one column of a roster may hold. `title` is its word on screen, `words` the header words that mean it."""

    name: str
    title: str
    words: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of roster consists of. Of each group in `any_of` one field must be there."""

    name: str
    title: str
    fields: tuple[Field, ...]
    any_of: tuple[tuple[str, ...], ...] = ()

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column (from 0) holds which field: guessed from the header, or as the user corrected it. `headers` is
    what stands over each column; `unsure` are columns matched only by how their header ends."""

    columns: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[int, str] = field(default_factory=dict)
    unsure: frozenset[int] = frozenset()
    _indexes: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_indexes", {name: index for index, name in self.columns.items()})

    def index(self, name: str) -> int | None:
        """The column of a field, if any holds it."""
        return self._indexes.get(name)

    def unmatched(self) -> dict[int, str]:
        """Columns that no field was found for, with their headers."""
        return {index: text for index, text in self.headers.items() if index not in self.columns}

    def missing(self, layout: Layout) -> tuple[Field, ...]:
        """Fields that the layout cannot do without and no column holds; of a group of which one would do, the first."""
        held = set(self.columns.values())
        alone = [one for one in layout.fields if one.required and one.name not in held]
        return (*alone, *(layout.field(names[0]) for names in layout.any_of if held.isdisjoint(names)))

    def corrected(self, columns: Mapping[int, str]) -> "ColumnMap":
        """The same header with the user's own choice of fields, which leaves nothing unsure."""
        return ColumnMap(dict(columns), self.headers)

    def recalled(self, meanings: Mapping[str, str]) -> "ColumnMap":
        """The same header with what the user once chose for it: {normalised header: field}. A field has one column."""
        columns: dict[int, str] = {}
        for index, text in sorted(self.headers.items()):
            name = meanings.get(normalise(text))
            if name and name not in columns.values():
                columns[index] = name
        return ColumnMap(columns, self.headers)

    def key(self) -> tuple[str, ...]:
        """What identifies this set of headers, so that a correction can be remembered for it."""
        return tuple(sorted(normalise(text) for text in self.headers.values()))


def header_key(columns: ColumnMap) -> str:
    """A short, lasting name for a set of headers, whatever their order: under it a corrected mapping is remembered."""
    return sha256("\n".join(columns.key()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Header:
    """The header row that was found (`row` its number), and the rows read so far that stood above it."""

    row: int
    line: Row
    columns: ColumnMap
    above: tuple[Row, ...] = ()


def normalise(header: str) -> str:
    """A header word as the synonym tables write it: half-width, without spaces, brackets and signs."""
    text = half_width(header).lower()
    stripped = NOISE.sub("", BRACKETS.sub("", text))
    return stripped or NOISE.sub("", text)


@cache
def _words(layout: Layout) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """What each word of a layout may mean, and the words that may end a longer one, longest first."""
    words: dict[str, tuple[str, ...]] = {}
    for one in layout.fields:
        for word in one.words:
            words[word] = (*words.get(word, ()), one.name)
    return words, tuple(sorted((word for word in words if len(word) > 1), key=len, reverse=True))


def match_row(row: Row, layout: Layout) -> ColumnMap:
    """Match the words of one row to the layout's fields: whole words first, then by how a word ends, longest first.
    Of two columns that mean the same, the first counts; the other stays unmatched."""
    headers = {index: plain_text(cell) for index, cell in enumerate(row.cells) if isinstance(cell, str)}
    words, endings = _words(layout)
    columns: dict[int, str] = {}
    said = {index: normalise(text) for index, text in headers.items()}
    meanings = {index: words.get(header, ()) for index, header in said.items()}
    for index, names in sorted(meanings.items(), key=lambda item: len(item[1])):
        if name := next((one for one in names if one not in columns.values()), None):
            columns[index] = name
    exact = frozenset(columns)
    for index, header in said.items():
        if index in columns or len(header) > LONGEST_HEADER or not header.endswith(endings):
            continue
        ending = next(word for word in endings if header.endswith(word))
        if words[ending][0] not in columns.values():
            columns[index] = words[ending][0]
    return ColumnMap(dict(sorted(columns.items())), headers, frozenset(columns) - exact)


def find_header(rows: Iterable[Row], layout: Layout) -> tuple[Header | None, list[Row]]:
    """The row that names the most fields among the first rows, whatever titles and notes stand above it, and all
    rows that were looked at. None: no row names enough to be a header."""
    seen: list[Row] = []
    best: tuple[int, ColumnMap] | None = None
    for position, row in enumerate(rows):
        seen.append(row)
        found = match_row(row, layout)
        if is_header(found, row) and (best is None or score(found) > score(best[1])):
            best = (position, found)
        if position + 1 >= HEADER_DEPTH:
            break
    if best is None:
        return None, seen
    return Header(seen[best[0]].number, seen[best[0]], best[1], tuple(seen[: best[0]])), seen


def score(found: ColumnMap) -> int:
    """Whole words weigh more than endings."""
    return 2 * len(found.columns) - len(found.unsure)


def is_header(found: ColumnMap, row: Row) -> bool:
    """Two fields make a header; a list with hardly any columns has to do with one."""
    sure = len(found.columns) - len(found.unsure)
    return (sure >= 1 and len(found.columns) >= 2) or (sure == 1 and len(row.own()) <= 2)


def repeats_header(row: Row, columns: ColumnMap) -> bool:
    """Whether a row below the header says the header again, as printed pages do."""
    said = [index for index in columns.columns if row.cell(index) is not None]
    same = [index for index in said if says(row.cell(index), columns.headers.get(index, ""))]
    return (len(same) >= 2 and len(same) * 2 > len(said)) or (len(said) == len(same) == 1)


def says(cell: Cell, header: str) -> bool:
    """Whether a cell says the same as a header; a first look at the letters spares most cells the normalising."""
    return isinstance(cell, str) and not set(header).isdisjoint(cell) and normalise(cell) == normalise(header)


def missing_reason(fields: Sequence[Field]) -> Reason:
    """Why a sheet with a header cannot be read all the same."""
    return reason(N_("表头里缺少：%(columns)s。"), columns="、".join(one.title for one in fields))
