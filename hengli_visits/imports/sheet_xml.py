"""One pass over a sheet's XML for what the spreadsheet parser does not tell: reach, hidden rows, error cells."""

import re
from functools import lru_cache

from hengli_visits.imports.reach import MAX_AREA, Reach, SheetFacts
from hengli_visits.imports.xml_scan import XmlScan

REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class SheetScan(XmlScan):
    """Reads a sheet's XML piece by piece into `facts`. Raises BadFile where values stand too far out for a roster:
    the parser would make room for every cell in between."""

    def __init__(self, name: str) -> None:
        super().__init__(self._start, self._end)
        self._reach = Reach(name)
        self.facts: SheetFacts = self._reach.facts
        self._row = 0
        self._column = 0
        self._type = ""
        self._formula = False
        self._valued = False
        self._text: list[str] = []

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "is"):
            self._value(tag)
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            given = attributes.get("r")
            self._row = self._row + 1 if given is None else row_number(given)
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.facts.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self._reach.hide_columns(*(int(attributes.get(end, "0")) for end in ("min", "max")))
        elif tag == "mergeCell":
            self._reach.merge()
        elif attributes:
            check_counts(attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._reach.cell()
        given = attributes.get("r")
        if given is None:
            self._column += 1
        elif match := REFERENCE.fullmatch(given):
            self._column = column_number(match[1])
            self._row = row_number(match[2])
        else:
            raise ValueError("a cell stands nowhere")
        self._type = attributes.get("t", "")
        self._formula = self._valued = False

    def _value(self, tag: str) -> None:
        self._reach.value(self._row, self._column)
        if tag == "v" and (self._type == "e" or self._formula):
            self._text.clear()
            self._parser.CharacterDataHandler = self._text.append
        self._valued = True

    def _end(self, tag: str) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "v" and self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            self._valued = bool(self._text) or self._type == "str"
            if self._type == "e":
                self.facts.errors[self._row, self._column] = "".join(self._text)[:20]
        elif tag == "c" and self._formula and not self._valued:
            self.facts.errors[self._row, self._column] = ""


def check_counts(attributes: dict[str, str]) -> None:
    """Raises ValueError for an element that announces more parts than any file has: the parser would make room for
    them all at once, and fail for good."""
    for name in ("count", "uniqueCount"):
        if name in attributes and not (attributes[name].isdecimal() and int(attributes[name][:20]) <= MAX_AREA):
            raise ValueError("more parts than a file has")


def row_number(digits: str) -> int:
    """The number of a row. Raises ValueError for what no sheet has."""
    if not digits.isdecimal() or len(digits) > 7 or int(digits) < 1:
        raise ValueError("a row stands nowhere")
    return int(digits)


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
