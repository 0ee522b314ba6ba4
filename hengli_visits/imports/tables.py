"""A sheet as the tables that stand in it: where each one's header is, which column holds what, and what was noticed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile

from hengli_visits.imports.columns import (
    HEADER_DEPTH,
    ColumnMap,
    Layout,
    header_key,
    is_header,
    letter,
    match_row,
    normalise,
    score,
)
from hengli_visits.imports.content import profile
from hengli_visits.imports.guessing import by_content, content_notes, doubted, in_own_words
from hengli_visits.imports.headers import Header, find_header, heading
from hengli_visits.imports.layouts import marked, tidied
from hengli_visits.imports.outcomes import ColumnGuess
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.text import plain_text, shown
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Row, Sheet
from hengli_visits.wording import N_

Corrections = Mapping[str, Mapping[int, str]]
Remembered = Callable[[str], Mapping[str, str] | None]
SAMPLED = 50
SAMPLES = 5
SAMPLE_LENGTH = 40
FEWEST = 2
"""Rows of a sheet without a header row, from which on what stands in its columns is believed."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the user said of columns: `corrections` by sheet, `remembered` by the `header_key` of a set of headers."""

    corrections: Corrections | None = None
    remembered: Remembered | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet. `name` is the sheet's, with the first column's letter for a table that stands to the right
    of another; `header_row` 0: it has none. `columns_used` are its columns, None for all."""

    name: str
    header_row: int
    columns: ColumnMap
    titles: tuple[str, ...]
    guesses: tuple[ColumnGuess, ...]
    notes: tuple[Reason, ...] = ()
    line: Row | None = None
    reach: range | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A sheet's tables side by side (none: nothing in it is a table of the kind), and all its rows from the first."""

    tables: tuple[Table, ...]
    rows: Iterator[Row]


def understand(sheet: Sheet, layout: Layout, villages: Villages, guidance: Guidance) -> Understood:
    """Find the header and the columns of a sheet, by the header's words and by what stands below."""
    looked_at = list(islice(sheet.rows, HEADER_DEPTH + SAMPLED))
    header, _ = find_header(looked_at, layout)
    if header is None:
        tables = without_header(sheet, looked_at, layout, villages, guidance)
    else:
        blocks = side_by_side(header, layout)
        tables = tuple(understand_table(sheet, block, looked_at, layout, villages, guidance) for block in blocks)
    return Understood(tables, chain(looked_at, sheet.rows))


def understand_table(
    sheet: Sheet,
    block: tuple[Header, range | None],
    looked_at: list[Row],
    layout: Layout,
    villages: Villages,
    guidance: Guidance,
) -> Table:
    """The columns of one table below its header."""
    header, reach = block
    name = sheet.name if reach is None or reach.start == 0 else f"{sheet.name}（{letter(reach.start)} 列起）"
    after = (row for row in looked_at if row.number > header.row)
    below = [within(row, reach) for row in takewhile(lambda row: not begins_table(row, layout), after)]
    columns, notes = choose(name, header.columns, below, layout, villages, guidance)
    titles = tuple(plain_text(cell) for row in header.above for cell in row.cells if isinstance(cell, str))
    return Table(name, header.row, columns, titles, guessed(columns, below), notes, header.line, reach)


def begins_table(row: Row, layout: Layout) -> ColumnMap | None:
    """The columns of a row below a header that is a whole header itself."""
    own = row.own()
    if len(own) < FEWEST or not all(heading(row.cells[index]) for index in own):
        return None
    found = match_row(row, layout)
    if not is_header(found, row) or found.missing(layout) or score(found) < max(4, len(own)):
        return None
    return found


def choose(
    name: str, columns: ColumnMap, below: list[Row], layout: Layout, villages: Villages, guidance: Guidance
) -> tuple[ColumnMap, tuple[Reason, ...]]:
    """Which column holds what: what the user said of this sheet, else what was remembered of its headers, else the
    words of the header as far as the content bears them out, and for the rest what the content tells."""
    reach = sorted({index for row in below for index in row.own()} | set(columns.headers))
    profiles = {index: profile((row.cell(index) for row in below), villages) for index in reach}
    bare = [index for index in reach if not columns.headers.get(index) and profiles[index].filled >= FEWEST]
    lettered = replace(
        columns,
        headers=dict(sorted({**columns.headers, **{index: f"{letter(index)} 列" for index in bare}}.items())),
        lettered=frozenset(bare),
    )
    if guidance.corrections and name in guidance.corrections:
        return lettered.corrected(guidance.corrections[name]), ()
    if guidance.remembered and (meanings := guidance.remembered(header_key(lettered))):
        known = {one.name for one in layout.fields}
        if known.issuperset(filter(None, meanings.values())):
            return lettered.recalled(meanings), ()
    if in_own_words(lettered, layout):
        return replace(lettered, own=True), ()
    kept, wrong = doubted(lettered, profiles)
    chosen, found = by_content(marked(tidied(kept, layout), layout), profiles, layout, dict(wrong))
    return chosen, tuple(content_notes(chosen, layout, dict(wrong), found))


def without_header(
    sheet: Sheet, looked_at: list[Row], layout: Layout, villages: Villages, guidance: Guidance
) -> tuple[Table, ...]:
    """The table of a sheet whose header has no word that is known, or that has no header row at all, by what stands in
    its columns; none when these tell nothing either."""
    row = unknown_header(looked_at)
    headers = {index: plain_text(cell) for index, cell in enumerate(row.cells) if isinstance(cell, str)} if row else {}
    number = row.number if row else 0
    below = [one for one in looked_at if one.number > number]
    columns, notes = choose(sheet.name, ColumnMap({}, headers), below, layout, villages, guidance)
    if not columns.headers:
        return ()
    if not number:
        notes = (reason(N_("没有找到表头，各列按内容认出，请核对。")), *notes)
    above = (one for one in looked_at if one.number < number)
    titles = tuple(plain_text(cell) for one in above for cell in one.cells if isinstance(cell, str))
    return (Table(sheet.name, number, columns, titles, guessed(columns, below), notes),)


def unknown_header(rows: list[Row]) -> Row | None:
    """The first row of short words, as many as the table is wide, above rows that are not all of such words."""
    widest = max((len(row.own()) for row in rows), default=0)
    for position, row in enumerate(rows[:HEADER_DEPTH]):
        own = row.own()
        if len(own) >= max(2, 0.7 * widest) and all(heading(row.cells[index]) for index in own):
            after = rows[position + 1 : position + 6]
            if after and not any(all(heading(one.cells[index]) for index in one.own()) for one in after):
                return row
        if len(own) >= max(2, 0.7 * widest):
            return None
    return None


def side_by_side(header: Header, layout: Layout) -> Iterator[tuple[Header, range | None]]:
    """The tables that a header row stands over, each with the columns that it reaches over: the first word of the header
    begins each of them."""
    texts = {index: normalise(text) for index, text in header.columns.headers.items()}
    first = next(iter(sorted(texts)), 0)
    starts = [index for index, text in sorted(texts.items()) if text == texts.get(first)]
    ends = [*starts[1:], max(texts, default=0) + 1]
    blocks = []
    for start, end in zip(starts, ends, strict=True):
        reach = range(start if start != first else 0, end)
        line = within(header.line, reach)
        columns = match_row(line, layout)
        if columns.missing(layout) or not is_header(columns, line):
            break
        blocks.append((replace(header, line=line, columns=columns), reach))
    else:
        if len(blocks) > 1:
            last, reach = blocks[-1]
            yield from blocks[:-1]
            yield last, range(reach.start, 10**6)
            return
    yield header, None


def within(row: Row, reach: range | None) -> Row:
    """A row with only the cells of some columns."""
    if reach is None:
        return row
    cells = tuple(cell if index in reach else None for index, cell in enumerate(row.cells))
    return replace(row, cells=cells)


def guessed(columns: ColumnMap, rows: Iterable[Row]) -> tuple[ColumnGuess, ...]:
    """What each column was taken for, with the first values that stand in it."""
    found = []
    rows = list(rows)
    for index in sorted({*columns.headers, *columns.columns}):
        values = (shown(row.cell(index))[:SAMPLE_LENGTH] for row in rows if row.cell(index) is not None)
        samples = tuple(islice(dict.fromkeys(value for value in values if value), SAMPLES))
        header, name = columns.headers.get(index, ""), columns.columns.get(index)
        found.append(ColumnGuess(index, header, name, index in columns.unsure, samples))
    return tuple(found)
