"""Writing a table as a file, row by row: memory does not grow with the rows."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from hengli_visits import clock
from hengli_visits.exports.framing import SERIAL_WIDTH, TEXT_FONT, Counter, Sheet, fitting
from hengli_visits.exports.tables import Column, Frame, Kind, Made, Table, Value
from hengli_visits.spreadsheets import guarded

A4 = 9
LONGEST = 32_000
"""Characters of a cell; programs take 32,767."""
HEADER = "#F1E7DC"
SERIAL = "序号"
PLAIN_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MEASURE = {"font_name": "Arial", "font_size": 10}
"""The font by whose digits a ledger's columns are measured: as wide as Excel's own, and there is one as wide everywhere.
Elsewhere Excel's own is missing, columns come out wider, and heights that were reckoned too tall."""
MOMENT_WIDTH = 18
"""A day and a time in a ledger's font; in less room programs show a row of signs instead."""
TOLD_EVERY = 500
"""Rows after which it is told how far the writing is."""
HEAD = {"num_format": 49, "bold": True, "bg_color": HEADER, "border": 1, "text_wrap": True, "valign": "vcenter"}


def write_xlsx(
    table: Table, made: Made, path: Path, frame: Frame | None = None, told: Callable[[int], None] | None = None
) -> int:
    """Write the table as a workbook of one sheet, ready to be printed, and return how many rows it has; with a frame as
    a ledger with title, totals and signatures. `told` hears now and then how many rows are written. What it needs on the
    way lies beside the file and is removed."""
    options = {**PLAIN_TEXTS, "constant_memory": True, "tmpdir": str(path.parent)}
    book = Workbook(str(path), options | ({"default_format_properties": MEASURE} if frame else {}))
    book.set_properties({"title": made.title, "author": made.who, "created": made.at})
    sheet = book.add_worksheet(made.sheet or made.title)
    count = 0
    try:
        framed = Sheet(book, sheet, table, made, frame) if frame else None
        count = _write_rows(book, sheet, table, framed, told)
        _set_up_print(sheet, made, framed.first if framed else 0, count, len(table.columns))
        if framed:
            sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
        else:
            sheet.set_header(f"&C&14{made.title.replace('&', '&&')}")
    finally:
        book.close()
    return count


def _write_rows(
    book: Workbook, sheet: Worksheet, table: Table, framed: Sheet | None, told: Callable[[int], None] | None
) -> int:
    """Head, rows and what a frame has around them; from top to bottom, for nothing is kept."""
    more = {"border": 1, "font_name": TEXT_FONT, "font_size": 11} if framed else {}
    looks = {
        k: book.add_format({"num_format": LOOKS[k], "text_wrap": True, "valign": "top"} | more | _side(k, framed))
        for k in Kind
    }
    head = book.add_format(HEAD | more | ({"align": "center"} if framed else {}))
    first, counted = (framed.first, Counter(table, framed.frame)) if framed else (0, None)
    sheet.set_column(0, 0, SERIAL_WIDTH, None if framed else looks[Kind.NUMBER])
    for index, column in enumerate(table.columns, start=1):
        width = max(column.width, MOMENT_WIDTH) if framed and column.kind is Kind.MOMENT else column.width
        sheet.set_column(index, index, width, None if framed else looks[column.kind])
    if framed:
        framed.write_head()
    sheet.write_string(first, 0, SERIAL, head)
    for index, column in enumerate(table.columns, start=1):
        sheet.write_string(first, index, column.title, head)
    count = 0
    for count, row in enumerate(table.rows, start=1):
        values = [_shown(column, column.value(row), framed) for column in table.columns]
        _write_row(sheet, first + count, count, values, table, looks, framed)
        if counted:
            counted.take(values)
        if told and count % TOLD_EVERY == 0:
            told(count)
    if framed and counted:
        framed.write_foot(count, counted)
    return count


def _shown(column: Column, value: Value, framed: Sheet | None) -> Value:
    """On paper a text is as long as a row can be tall."""
    return fitting(value, column.width) if framed and isinstance(value, str) else value


def _side(kind: Kind, framed: Sheet | None) -> dict[str, str]:
    """On paper numbers and days stand in the middle, apart from the text beside them."""
    return {"align": "center"} if framed and kind is not Kind.TEXT else {}


def _write_row(
    sheet: Worksheet,
    place: int,
    number: int,
    values: Sequence[Value],
    table: Table,
    looks: Mapping[Kind, CellFormat],
    framed: Sheet | None,
) -> None:
    if framed:
        sheet.set_row(place, framed.height_of(values))
    sheet.write_number(place, 0, number, looks[Kind.NUMBER])
    for index, (column, value) in enumerate(zip(table.columns, values, strict=True), start=1):
        if framed and column.of is not None:
            part, whole = (framed.number_of(title, values) for title in column.of)
            framed.write_share(place, column, looks[column.kind], part, whole)
        elif framed and (value is None or value == ""):
            sheet.write_blank(place, index, None, looks[column.kind])
        else:
            _write_cell(sheet, place, index, value, looks[column.kind])


LOOKS = {
    Kind.TEXT: 49,
    Kind.NUMBER: "General",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.SHARE: "0.0%",
}
"""Number formats; 49 is the one for text that every program knows."""


def _write_cell(sheet: Worksheet, row: int, column: int, value: Value, look: CellFormat) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, _plain(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, _on_the_wall(value), look)
    else:
        sheet.write_number(row, column, value, look)


def _plain(text: str) -> str:
    """A text that the writer takes for nothing else: what looks like its own markup would go into the file as such."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _on_the_wall(value: date) -> datetime:
    """A moment on the town's clock, to the minute and without a zone: a spreadsheet knows none."""
    if isinstance(value, datetime):
        return clock.town_time(value).replace(tzinfo=None, second=0, microsecond=0)
    return datetime.combine(value, time())


def _set_up_print(sheet: Worksheet, made: Made, head: int, rows: int, columns: int) -> None:
    """A4 across, the head in row `head` fixed on the screen and again on each page."""
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, head + rows, columns)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    who = made.who.replace("&", "&&")
    sheet.set_footer(f"&L{who} {made.at:%Y-%m-%d %H:%M} 导出&R第 &P 页，共 &N 页")


def write_csv(table: Table, path: Path) -> int:
    """Write the table as UTF-8 with BOM, lines ending as Windows has them, no text able to act as a formula; return how
    many rows it has."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow([SERIAL, *(column.title for column in table.columns)])
        for count, row in enumerate(table.rows, start=1):
            lines.writerow([str(count), *_line(table, row)])
    return count


def _line(table: Table, row: object) -> Iterator[str]:
    for column in table.columns:
        value = column.value(row)
        if isinstance(value, datetime):
            yield f"{clock.town_time(value):%Y-%m-%d %H:%M}"
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield guarded(value) if isinstance(value, str) else "" if value is None else str(value)
