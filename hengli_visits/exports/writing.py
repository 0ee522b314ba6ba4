"""Writing a table as a file, row by row: memory does not grow with the rows."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from hengli_visits import clock
from hengli_visits.exports.tables import Kind, Made, Table, Value
from hengli_visits.spreadsheets import guarded

A4 = 9
LONGEST = 32_000
"""Characters of a cell; programs take 32,767."""
HEADER = "#F1E7DC"
SERIAL = "序号"


def write_xlsx(table: Table, made: Made, path: Path) -> int:
    """Write the table as a workbook of one sheet, ready to be printed, and return how many rows it has. What it needs on
    the way lies beside the file and is removed."""
    book = Workbook(
        str(path),
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": made.title, "author": made.who, "created": made.at})
    sheet = book.add_worksheet(made.title)
    looks = {kind: book.add_format({"num_format": LOOKS[kind], "text_wrap": True, "valign": "top"}) for kind in Kind}
    head = book.add_format(
        {
            "num_format": LOOKS[Kind.TEXT],
            "bold": True,
            "bg_color": HEADER,
            "border": 1,
            "text_wrap": True,
            "valign": "vcenter",
        }
    )
    count = 0
    try:
        sheet.set_column(0, 0, 6, looks[Kind.NUMBER])
        sheet.write_string(0, 0, SERIAL, head)
        for index, column in enumerate(table.columns, start=1):
            sheet.set_column(index, index, column.width, looks[column.kind])
            sheet.write_string(0, index, column.title, head)
        for count, row in enumerate(table.rows, start=1):
            sheet.write_number(count, 0, count, looks[Kind.NUMBER])
            for index, column in enumerate(table.columns, start=1):
                _write_cell(sheet, count, index, column.value(row), looks[column.kind])
        _set_up_print(sheet, made, count, len(table.columns))
    finally:
        book.close()
    return count


LOOKS = {Kind.TEXT: 49, Kind.NUMBER: "General", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm"}
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


def _set_up_print(sheet: Worksheet, made: Made, rows: int, columns: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, columns)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    title, who = (text.replace("&", "&&") for text in (made.title, made.who))
    sheet.set_header(f"&C&14{title}")
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
