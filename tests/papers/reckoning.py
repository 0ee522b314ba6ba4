"""A spreadsheet program of our own, as small as the formulas that ledgers use: COUNT, COUNTIF, SUM, IF and division."""

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

RANGE = r"(?P<range>[A-Z]+\d+:[A-Z]+\d+)"
COUNT = re.compile(rf"=COUNT\({RANGE}\)")
COUNTIF = re.compile(rf'=COUNTIF\({RANGE},"(?P<said>(?:[^"]|"")*)"\)')
SUM = re.compile(rf"=SUM\({RANGE}\)")
SHARE = re.compile(r'=IF\((?P<below>[A-Z]+\d+)=0,"(?P<none>[^"]*)",(?P<part>[A-Z]+\d+)/(?P<whole>[A-Z]+\d+)\)')


def _place(text: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(text)
    return row, column_index_from_string(letters)


def _cells(sheet: Worksheet, text: str) -> Iterator[Any]:
    (top, left), (bottom, right) = (_place(end) for end in text.split(":"))
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield reckon(sheet, sheet.cell(row, column).value)


def _cell(sheet: Worksheet, text: str) -> Any:
    return reckon(sheet, sheet.cell(*_place(text)).value)


def reckon(sheet: Worksheet, formula: Any) -> Any:
    """What a cell comes to: itself, or its formula reckoned anew from the cells that it names. An unknown formula is a
    failure."""
    if not (isinstance(formula, str) and formula.startswith("=")):
        return formula
    if found := COUNT.fullmatch(formula):
        return sum(isinstance(value, int | float) for value in _cells(sheet, found["range"]))
    if found := COUNTIF.fullmatch(formula):
        said = found["said"].replace('""', '"')
        return sum(value == said for value in _cells(sheet, found["range"]))
    if found := SUM.fullmatch(formula):
        return sum(value for value in _cells(sheet, found["range"]) if isinstance(value, int | float))
    found = SHARE.fullmatch(formula)
    assert found, formula
    if _cell(sheet, found["below"]) == 0:
        return found["none"]
    return _cell(sheet, found["part"]) / _cell(sheet, found["whole"])


def formulas(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """The place and text of each formula."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield cell.coordinate, str(cell.value)
