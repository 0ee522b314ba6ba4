"""A file's sheets as streams of rows of cells, whatever the file's format."""

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from hengli_visits.imports.old_excel import scan_records
from hengli_visits.imports.ole import MAGIC, Broken, container_of, workbook_stream
from hengli_visits.imports.package import Package, damaged, open_package
from hengli_visits.imports.reach import ERROR_TEXT, Corner, SheetFacts


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell whose formula failed (`code` "#N/A"), or was saved without its value (`code` empty)."""

    code: str

    def __str__(self) -> str:
        return self.code


Cell = str | float | bool | date | datetime | time | timedelta | CellError | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` is what the spreadsheet shows, from 1; `cells[0]` is column A; `filled` are the columns
    whose value comes from a merged range that began above."""

    number: int
    cells: tuple[Cell, ...]
    filled: frozenset[int] = frozenset()
    hidden: bool = False

    def own(self) -> list[int]:
        """Columns with a value of their own. None: the row is blank."""
        return [index for index, cell in enumerate(self.cells) if cell is not None and index not in self.filled]

    def cell(self, index: int) -> Cell:
        """The cell of a column; rows may be shorter than the header."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(slots=True)
class Sheet:
    """One sheet; `rows` can be walked once and leaves blank rows out."""

    name: str
    rows: Iterator[Row]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()


class Book(Protocol):
    """A file's sheets in their order, read anew each time."""

    def sheets(self) -> Iterator[Sheet]: ...


class Workbook:
    """An .xlsx, .xls, .xlsb or .ods that passed all checks. Raises BadFile with a sentence otherwise."""

    def __init__(self, data: bytes) -> None:
        package = open_old(data) if data.startswith(MAGIC) else open_package(data)
        self._facts = package.facts
        self._book = guarded_open(package.data)

    def sheets(self) -> Iterator[Sheet]:
        """The worksheets in their order, one read at a time; chart and dialogue sheets hold no rows."""
        for meta in self._book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            facts = self._facts.get(meta.name)
            if facts is None:
                raise damaged()
            yield Sheet(
                meta.name,
                self._rows(meta.name, facts),
                hidden=meta.visible != SheetVisibleEnum.Visible or facts.hidden,
                hidden_columns=frozenset(column - 1 for column in facts.hidden_columns),
            )

    def _rows(self, name: str, facts: SheetFacts) -> Iterator[Row]:
        try:
            sheet = self._book.get_sheet_by_name(name)
            merged = facts.merged or sheet.merged_cell_ranges or ()
        except BaseException as error:
            raise parser_failure(error) from error
        return with_facts(fill_down(numbered(sheet), merged), facts)


def open_old(data: bytes) -> Package:
    """The workbook of an .xls in a container of our own, with what is to be known about its sheets."""
    try:
        stream = workbook_stream(data)
        facts = scan_records(stream)
    except (Broken, ValueError, IndexError, struct.error) as error:
        raise damaged() from error
    return Package(container_of(stream), facts)


def guarded_open(data: bytes) -> CalamineWorkbook:
    """Open checked bytes; whatever the parser throws becomes a BadFile."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise parser_failure(error) from error


def parser_failure(error: BaseException) -> BaseException:
    """What to raise for the parser's failure. Its Rust panics derive from BaseException, like Ctrl-C, which stays."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return damaged()
    return error


def numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """(row number, cells from column A) of every row down to the last with a value."""
    if sheet.start is None:
        return
    padding: list[Cell] = [None] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        yield number, padding + [told(value) for value in values]


def told(value: Cell) -> Cell:
    """A cell as the parser gives it, empty texts as nothing, texts of errors as errors."""
    if value == "":
        return None
    if isinstance(value, str) and value[0] in "#E" and ERROR_TEXT.fullmatch(value):
        return CellError(value)
    return value


def fill_down(
    rows: Iterable[tuple[int, list[Cell]]], merged: Iterable[tuple[Corner, Corner]]
) -> Iterator[tuple[int, list[Cell], set[int]]]:
    """Give every row of a merged range the range's value, in its first column; says which columns were filled.
    A range stands for one cell, so the columns to its right stay empty."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in merged:
        if bottom > top:
            starts.setdefault(top + 1, []).append((left, bottom + 1))
    open_ranges: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows:
        filled = set()
        for column, (last, value) in list(open_ranges.items()):
            if number > last:
                del open_ranges[column]
            elif value is not None and column < len(cells) and cells[column] is None:
                cells[column] = value
                filled.add(column)
        for column, last in starts.get(number, ()):
            if column < len(cells):
                open_ranges[column] = (last, cells[column])
        yield number, cells, filled


def with_facts(rows: Iterable[tuple[int, list[Cell], set[int]]], facts: SheetFacts) -> Iterator[Row]:
    """Put error cells in their places, mark hidden rows, leave blank rows out."""
    errors: dict[int, list[tuple[int, str]]] = {}
    for (number, column), code in facts.errors.items():
        errors.setdefault(number, []).append((column - 1, code))
    for number, cells, filled in rows:
        for column, code in errors.get(number, ()):
            if column < len(cells) and cells[column] is None:
                cells[column] = CellError(code)
        row = Row(number, tuple(cells), frozenset(filled), hidden=number in facts.hidden_rows)
        if row.own():
            yield row
