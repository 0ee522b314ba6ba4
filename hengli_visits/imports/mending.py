"""The rows of a roster that were not taken, as a spreadsheet to mend and upload again: the sheets, titles, headers and
columns of the file that was uploaded, and behind them a column that says why."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from hengli_visits.imports.text import plain_text
from hengli_visits.imports.workbook import Cell, Row, Sheet

LONGEST_TEXT = 32_767
LARGEST_NUMBER = 10_000_000
"""Numbers above are rather codes and phones, which a spreadsheet would shorten."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
SHEET_NAME = 31
WIDEST = 40
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class BadSheet:
    """The bad rows of one sheet: why, by row number; `first` is the number of its first row of data, `header` that of
    its header row (0: it has none)."""

    name: str
    header: int
    first: int
    reasons: Mapping[int, str]


@dataclass(slots=True)
class Page:
    """One sheet as it will be written: rows of cells, each with what stands behind them."""

    name: str
    rows: list[tuple[tuple[Cell, ...], str]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns that hold anything."""
        return max((len(cells) for cells, _ in self.rows), default=0)


def from_file(sheets: Iterable[Sheet], bad: Mapping[str, BadSheet], title: str, name_length: int) -> Iterator[Page]:
    """The pages as they stood in the file; `title` stands over the reasons. Sheets are known by the first `name_length`
    characters of their names."""
    for sheet in sheets:
        own = bad.get(sheet.name[:name_length])
        if own is None:
            continue
        page = Page(sheet.name)
        for row in sheet.rows:
            if row.number in own.reasons:
                page.rows.append((trimmed(row), own.reasons[row.number]))
            elif row.number < own.first or row.number == own.header:
                page.rows.append((trimmed(row), title if row.number == own.header else ""))
        yield page


def from_cells(sheet: BadSheet, header: list[str], cells: Mapping[int, list[Any]], title: str) -> Page:
    """A page from what was kept of the rows, where the file itself is gone."""
    page = Page(sheet.name, [(tuple(header), title)])
    page.rows += [(tuple(cells[number]), why) for number, why in sorted(sheet.reasons.items())]
    return page


def trimmed(row: Row) -> tuple[Cell, ...]:
    """A row's cells up to the last that holds anything."""
    cells = row.cells
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


def write(pages: Iterable[Page]) -> bytes:
    """The pages as an .xlsx: texts are texts, whatever they look like."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "bg_color": "#FBE9E7", "text_wrap": True})
        names: set[str] = set()
        for page in pages:
            sheet = book.add_worksheet(free_name(page.name, names))
            sheet.set_column(0, max(page.width - 1, 0), 14)
            sheet.set_column(page.width, page.width, WIDEST)
            for number, (cells, why) in enumerate(page.rows):
                for column, cell in enumerate(cells):
                    put(sheet, number, column, cell, day, text)
                if why:
                    sheet.write_string(number, page.width, why[:LONGEST_TEXT], bold)
    return target.getvalue()


def put(sheet: Worksheet, row: int, column: int, cell: Cell, day: Any, text: Any) -> None:
    """One cell as it stood: numbers that count something as numbers, days as days, all else as text."""
    if cell is None:
        return
    if isinstance(cell, date) and cell.year >= 1900:
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        sheet.write_datetime(row, column, moment, day)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < LARGEST_NUMBER:
        sheet.write_number(row, column, cell)
    else:
        said = cell if isinstance(cell, str) else shown_whole(cell)
        sheet.write_string(row, column, said[:LONGEST_TEXT], text)


def shown_whole(cell: Cell) -> str:
    """What stood in a cell that is neither text nor number nor day."""
    return str(cell) if isinstance(cell, time | timedelta) else plain_text(cell)


def free_name(name: str, used: set[str]) -> str:
    """A sheet's name as spreadsheets allow it, and no other's here."""
    plain = FORBIDDEN.sub(" ", name).strip("' ")[:SHEET_NAME] or "1"
    free, number = plain, 1
    while free.lower() in used:
        number += 1
        free = f"{plain[: SHEET_NAME - 4]} {number}"
    used.add(free.lower())
    return free
