"""Finding a sheet's header: below titles and notes, in one row or in two."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from hengli_visits.imports.columns import (
    HEADER_DEPTH,
    LONGEST_HEADER,
    TWO_ROWS,
    ColumnMap,
    Layout,
    is_header,
    match_row,
    match_words,
    normalise,
    score,
    words_of,
)
from hengli_visits.imports.text import plain_text
from hengli_visits.imports.workbook import Cell, Row

WHOLES = frozenset(("合计", "总数", "小计", "总计", "总人数", "人数", "数量"))
VALUE = re.compile(r"\d{7}|^\s*(?:19|20)\d{2}[-./年]\d{1,2}(?:[-./月]\d{0,2}日?)?\s*$")
DATA = re.compile(r"\d{2}|[。！？]")


@dataclass(frozen=True, slots=True)
class Header:
    """The header that was found: the number of its last row, its last row itself, and the rows read so far that stood
    above it."""

    row: int
    line: Row
    columns: ColumnMap
    above: tuple[Row, ...] = ()


def find_header(rows: Iterable[Row], layout: Layout) -> tuple[Header | None, list[Row]]:
    """The row, or the two rows, that name the most fields among the first rows, whatever titles and notes stand above,
    and all rows that were looked at. None: no row names enough to be a header."""
    seen: list[Row] = []
    for row in rows:
        seen.append(row)
        if len(seen) >= HEADER_DEPTH:
            break
    found = [(match_row(row, layout), position, position) for position, row in enumerate(seen)]
    good = [one for one in found if is_header(one[0], seen[one[1]]) and not holds_data(seen[one[1]])]
    for (above, first, _), (below, last, _) in pairwise(found):
        both = two_rows(seen[first], seen[last], layout)
        if both is None or not is_header(both, seen[last]):
            continue
        more = score(both) > max(score(above), score(below)) and own_words(seen[last], both, layout)
        if more or is_continued(seen[first], seen[last], above):
            # Two rows that belong together are no worse than the upper one alone.
            good = [one for one in good if (one[1], one[2]) != (first, first)]
            good.append((both, first, last))
    if not good:
        return None, seen
    columns, first, last = best_of(good, layout)
    line = Row(seen[last].number, tuple(columns.headers.get(index) for index in range(width(columns))))
    return Header(seen[last].number, line if first != last else seen[last], columns, tuple(seen[:first])), seen


Candidate = tuple[ColumnMap, int, int]


def best_of(good: list[Candidate], layout: Layout) -> Candidate:
    """The header that names the most fields; two rows where they belong together. Where several rows could be headers of
    their own, tables stand below each other: the first counts."""

    def weight(one: Candidate) -> tuple[int, int]:
        return score(one[0]) + (one[1] != one[2]), -one[1]

    best = max(good, key=weight)
    enough = max(4, score(best[0]) / 2)
    whole = [one for one in good if score(one[0]) >= enough and not one[0].missing(layout)]
    first = min((one[1] for one in whole), default=best[1])
    if first >= best[1] - 1:
        return best
    return max((one for one in whole if one[1] == first), key=weight)


def width(columns: ColumnMap) -> int:
    """How many columns a header reaches over."""
    return max(columns.headers, default=-1) + 1


def two_rows(above: Row, below: Row, layout: Layout) -> ColumnMap | None:
    """Two rows as one header: what stands above may reach over several columns, what stands below says which is which.
    None when the lower row cannot be part of a header."""
    own = below.own()
    if not own or not all(heading(below.cells[index]) for index in own):
        return None
    headers: dict[int, str] = {}
    said: dict[int, tuple[str, ...]] = {}
    top = ""
    shared = False
    for index in range(max(len(above.cells), len(below.cells))):
        upper, lower = above.cell(index), below.cell(index) if index in own else None
        if upper is not None:
            if not isinstance(upper, str):
                return None
            top = plain_text(upper)
            shared = above.cell(index + 1) is None and index + 1 in own
        elif lower is None:
            top = ""
        sub = plain_text(lower)
        if upper is None and lower is None:
            continue
        parts = [one for one in (top, sub) if one]
        headers[index] = TWO_ROWS.join(dict.fromkeys(parts))
        said[index] = forms(top, sub, shared=shared or upper is None)
    return match_words(headers, said, layout)


def forms(top: str, sub: str, *, shared: bool) -> tuple[str, ...]:
    """What a column under two header cells may be called, the most likely first."""
    if not sub or not top or top == sub:
        return (normalise(top or sub),)
    words = [normalise(top + sub), normalise(sub)]
    if not shared or normalise(sub) in WHOLES:
        words.append(normalise(top))
    return tuple(words)


def heading(cell: Cell) -> bool:
    """Whether a cell could stand in a header."""
    return isinstance(cell, str) and len(plain_text(cell)) <= LONGEST_HEADER and not DATA.search(cell)


def own_words(below: Row, both: ColumnMap, layout: Layout) -> bool:
    """Whether at least half of what the lower row says are header words, alone or with what stands above."""
    words = words_of(layout)
    own = below.own()
    known = 0
    for index in own:
        sub = normalise(plain_text(below.cells[index]))
        known += sub in words or normalise(both.headers[index].replace(TWO_ROWS, "")) in words
    return 2 * known >= len(own)


def holds_data(row: Row) -> bool:
    """Whether a row has cells that stand in no header: telephones, dates, many numbers."""
    own = [row.cells[index] for index in row.own()]
    numbers = [cell for cell in own if not isinstance(cell, str)]
    return 3 * len(numbers) > len(own) or any(isinstance(cell, str) and VALUE.search(cell) for cell in own)


def is_continued(above: Row, below: Row, columns: ColumnMap) -> bool:
    """Whether the lower row only says more about columns that the upper one leaves open: it stands under gaps and under
    the cells that reach over them, not under a column of its own."""
    if not is_header(columns, above):
        return False
    own = set(below.own())
    gaps = {index for index in own if above.cell(index) is None}
    heads = {index for index in own if above.cell(index + 1) is None and index + 1 in own} | gaps
    return bool(gaps) and own <= heads and all(heading(below.cells[index]) for index in own)
