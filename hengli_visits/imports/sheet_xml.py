"""One pass over a sheet's XML for what the spreadsheet parser does not tell: reach, hidden rows, error cells."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from hengli_visits.imports.reasons import BadFile
from hengli_visits.wording import N_

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_AREA = 6_000_000
MAX_CELLS = 8_000_000
MAX_MERGES = 50_000
REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(slots=True)
class SheetFacts:
    """Rows and columns count from 1. `errors` holds what stands in cells whose value is an error (#N/A), or ""
    where a formula was saved without its value."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def refuse_doctype(*_: object) -> None:
    """Office programs never write a document type; entities in one are an attack."""
    raise BadFile(N_("文件里有不允许的内容(DOCTYPE)，无法读取。"))


class SheetScan:
    """Reads a sheet's XML piece by piece into `facts`. Raises BadFile where values stand too far out for a roster:
    the parser would make room for every cell in between."""

    def __init__(self, name: str) -> None:
        self.facts = SheetFacts()
        self._name = name
        self._row = 0
        self._column = 0
        self._type = ""
        self._formula = False
        self._valued = False
        self._text: list[str] = []
        self._cells = 0
        self._merges = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, data: bytes, final: bool) -> None:
        """Take the next piece. Raises ExpatError or BadFile."""
        self._parser.Parse(data, final)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "is"):
            self._value(tag)
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) < 10 else self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.facts.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = (int(attributes.get(end, "0")) for end in ("min", "max"))
            self.facts.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
        elif tag == "mergeCell":
            self._merges += 1
            if self._merges > MAX_MERGES:
                raise BadFile(N_("工作表“%(sheet)s”的合并单元格太多，无法读取。"), sheet=self._name)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise BadFile(N_("工作表“%(sheet)s”的单元格太多，无法读取。请只保留名册部分后再上传。"), sheet=self._name)
        match = REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self._column = column_number(match[1])
            self._row = int(match[2])
        else:
            self._column += 1
        self._type = attributes.get("t", "")
        self._formula = self._valued = False

    def _value(self, tag: str) -> None:
        """A cell with a value counts for the reach; one that only has a format does not."""
        facts = self.facts
        facts.rows = max(facts.rows, self._row)
        facts.columns = max(facts.columns, self._column)
        if facts.rows > MAX_ROWS or facts.columns > MAX_COLUMNS or facts.rows * facts.columns > MAX_AREA:
            raise BadFile(
                N_(
                    "工作表“%(sheet)s”的内容远到第 %(row)s 行第 %(column)s 列，超出名册的范围。请删除多余的内容后再上传。"
                ),
                sheet=self._name,
                row=self._row,
                column=self._column,
            )
        if tag == "v" and (self._type == "e" or self._formula):
            self._text.clear()
            self._parser.CharacterDataHandler = self._text.append
        self._valued = True

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v" and self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            self._valued = bool(self._text) or self._type == "str"
            if self._type == "e":
                self.facts.errors[self._row, self._column] = "".join(self._text)[:20]
        elif tag == "c" and self._formula and not self._valued:
            self.facts.errors[self._row, self._column] = ""


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
