"""What a ledger on paper has above and below its rows: title, unit, period; totals as formulas, and who signs."""

import math
from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from hengli_visits.exports.tables import Column, Frame, Kind, Made, Table, Total, Value

NOTHING = "没有符合条件的记录。"
SUM_LABEL = "合计"
NO_SHARE = "—"
LINE, TALLEST = 15, 400
"""Points of a line, and of the tallest row; programs take 409."""
MOST_LINES = (TALLEST - 2) // LINE
CUT = "……（全文见系统）"
"""Ends a text that is longer than the tallest row; paper shows what is there, and says that there is more."""
SERIAL_WIDTH = 6
WIDE = "\u2000"
"""Signs from here on are about twice as wide as letters."""
SIGNING = 26
"""Points of height of the line on which people sign."""
TITLE_FONT, TEXT_FONT = "方正小标宋简体", "仿宋"


Values = Sequence[Value]
"""What a row says in each column, in their order."""


class Counter:
    """What the totals of a table come to, row by row: the value that a formula shows before a program reckons itself."""

    def __init__(self, table: Table, frame: Frame) -> None:
        """Begin at nothing."""
        self.places = {column.title: index for index, column in enumerate(table.columns)}
        self.totals = frame.totals
        self.reckoned: list[float] = [0] * len(frame.totals)
        self.added: dict[str, float] = {column.title: 0 for column in table.columns if column.kind is Kind.NUMBER}

    def take(self, values: Values) -> None:
        """Count one row."""
        for index, total in enumerate(self.totals):
            self.reckoned[index] += self._of(total, values)
        for title in self.added:
            self.added[title] += _number(values[self.places[title]])

    def _of(self, total: Total, values: Values) -> float:
        if not total.column:
            return 1
        value = values[self.places[total.column]]
        return _number(value) if total.equals is None else value == total.equals


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese sign is as wide as two others."""
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    return sum(max(1, math.ceil(sum(1 if sign < WIDE else 2 for sign in line) / width)) for line in text.splitlines())


def fitting(text: str, width: float) -> str:
    """A text as far as the tallest row can show it; one that is longer says where the rest is."""
    if _lines(text, width) <= MOST_LINES:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _lines(text[:middle] + CUT, width) <= MOST_LINES else (low, middle - 1)
    return text[:low] + CUT


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0


class Sheet:
    """One ledger while it is written: where its parts stand, and their looks."""

    def __init__(self, book: Workbook, sheet: Worksheet, table: Table, made: Made, frame: Frame) -> None:
        """`first` is the row of the table's head, counted from 0."""
        self.sheet, self.table, self.made, self.frame = sheet, table, made, frame
        self.first = 1 + len(frame.lines)
        self.places = {column.title: index for index, column in enumerate(table.columns, start=1)}
        text = {"font_name": TEXT_FONT, "font_size": 11}
        self.title = book.add_format(
            {"font_name": TITLE_FONT, "font_size": 20, "align": "center", "valign": "vcenter", "num_format": 49}
        )
        self.line = book.add_format({**text, "valign": "vcenter", "num_format": 49, "text_wrap": True})
        self.label = book.add_format({**text, "border": 1, "valign": "vcenter", "num_format": 49, "bold": True})
        self.figure = book.add_format(
            {**text, "border": 1, "valign": "vcenter", "num_format": "#,##0", "bold": True, "align": "center"}
        )
        self.share = book.add_format(
            {**text, "border": 1, "valign": "vcenter", "num_format": "0.0%", "bold": True, "align": "center"}
        )
        self.signs = book.add_format({**text, "valign": "bottom", "num_format": 49})

    def height_of(self, values: Values) -> float:
        """Points that a row needs for its longest text: not every program makes room by itself."""
        lines = 1
        for column, value in zip(self.table.columns, values, strict=True):
            if column.kind is Kind.TEXT and isinstance(value, str):
                lines = max(lines, _lines(value, column.width))
        return min(TALLEST, lines * LINE + 2)

    def number_of(self, title: str, values: Values) -> float:
        """What a row says in a column of numbers."""
        return _number(values[self.places[title] - 1])

    def write_head(self) -> None:
        """The title and the lines under it, each over the whole width."""
        last = len(self.table.columns)
        self.sheet.set_row(0, 34)
        self.sheet.merge_range(0, 0, 0, last, self.made.title, self.title)
        width = SERIAL_WIDTH + sum(column.width for column in self.table.columns)
        for number, line in enumerate(self.frame.lines, start=1):
            self.sheet.set_row(number, _lines(line, width) * LINE + 2)
            self.sheet.merge_range(number, 0, number, last, "", self.line)
            self.sheet.write_string(number, 0, line, self.line)
        lines = max(_lines(column.title, column.width) for column in self.table.columns)
        self.sheet.set_row(self.first, lines * LINE + 4)

    def write_foot(self, rows: int, counted: Counter) -> None:
        """Totals of so many rows, then the line on which people sign."""
        start, end = self.first + 1, self.first + max(1, rows)
        row = end + 1
        if not rows:
            self.sheet.write_string(start, 1, NOTHING, self.line)
        if self.frame.sums:
            self._write_sums(row, start, end, counted)
            row += 1
        for total, value in zip(self.frame.totals, counted.reckoned, strict=True):
            self.sheet.merge_range(row, 0, row, 2, "", self.label)
            self.sheet.write_string(row, 0, total.label, self.label)
            self.sheet.write_formula(row, 3, self._formula(total, start, end), self.figure, value)
            row += 1
        if self.frame.signed:
            self.sheet.set_row(row, SIGNING)
            self.sheet.merge_range(row, 0, row, len(self.table.columns), "", self.signs)
            self.sheet.write_string(row, 0, _signing(self.made, self.frame.signed), self.signs)

    def _formula(self, total: Total, start: int, end: int) -> str:
        letter = xl_col_to_name(self.places[total.column] if total.column else 0)
        cells = f"{letter}{start + 1}:{letter}{end + 1}"
        if not total.column:
            return f"=COUNT({cells})"
        if total.equals is None:
            return f"=SUM({cells})"
        said = total.equals.replace('"', '""')
        return f'=COUNTIF({cells},"{said}")'

    def _write_sums(self, row: int, start: int, end: int, counted: Counter) -> None:
        self.sheet.write_string(row, 0, SUM_LABEL, self.label)
        for column in self.table.columns:
            index, letter = self.places[column.title], xl_col_to_name(self.places[column.title])
            if column.kind is Kind.NUMBER:
                formula = f"=SUM({letter}{start + 1}:{letter}{end + 1})"
                self.sheet.write_formula(row, index, formula, self.figure, counted.added[column.title])
            elif column.of is not None:
                part, whole = (counted.added[title] for title in column.of)
                self.write_share(row, column, self.share, part, whole)
            else:
                self.sheet.write_blank(row, index, None, self.label)

    def write_share(self, row: int, column: Column, look: CellFormat, part: float, whole: float) -> None:
        """A quotient of two columns as a formula that shows a dash when there is nothing to share."""
        above, below = (f"{xl_col_to_name(self.places[title])}{row + 1}" for title in column.of or ())
        value = part / whole if whole else NO_SHARE
        formula = f'=IF({below}=0,"{NO_SHARE}",{above}/{below})'
        self.sheet.write_formula(row, self.places[column.title], formula, look, value)


def _signing(made: Made, signed: Sequence[str]) -> str:
    blanks = "　　".join(f"{who}：＿＿＿＿＿＿" for who in signed)
    return f"制表：{made.who}　　{blanks}　　＿＿＿＿年＿＿月＿＿日"
