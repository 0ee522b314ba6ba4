"""What the spreadsheet parser does not tell about a sheet, and how far out a roster's values may stand."""

import re
from dataclasses import dataclass, field

from hengli_visits.imports.reasons import BadFile
from hengli_visits.wording import N_

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_AREA = 6_000_000
MAX_CELLS = 8_000_000
MAX_MERGES = 50_000
ERROR_TEXT = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|Err:5\d\d", re.IGNORECASE
)
ERROR_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Corner = tuple[int, int]


@dataclass(slots=True)
class SheetFacts:
    """Rows and columns count from 1. `errors` holds what stands in cells whose value is an error (#N/A), or ""
    where a formula was saved without its value. `merged` are the merged ranges as corners that count from 0, None
    where the parser tells them."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[Corner, str] = field(default_factory=dict)
    merged: list[tuple[Corner, Corner]] | None = None
    hidden: bool = False


class Reach:
    """Collects the facts of one sheet. Raises BadFile where values stand too far out for a roster: the parser would
    make room for every cell in between."""

    def __init__(self, name: str) -> None:
        self.facts = SheetFacts()
        self._name = name
        self._cells = 0
        self._merges = 0

    def value(self, row: int, column: int) -> None:
        """A cell with a value counts; one that only has a format does not."""
        facts = self.facts
        if row <= facts.rows and column <= facts.columns:
            return
        facts.rows = max(facts.rows, row)
        facts.columns = max(facts.columns, column)
        if facts.rows > MAX_ROWS or facts.columns > MAX_COLUMNS or facts.rows * facts.columns > MAX_AREA:
            raise BadFile(
                N_(
                    "工作表“%(sheet)s”的内容远到第 %(row)s 行第 %(column)s 列，超出名册的范围。请删除多余的内容后再上传。"
                ),
                sheet=self._name,
                row=row,
                column=column,
            )

    def cell(self) -> None:
        """Any cell counts for the number of cells."""
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise BadFile(N_("工作表“%(sheet)s”的单元格太多，无法读取。请只保留名册部分后再上传。"), sheet=self._name)

    def merge(self, first: Corner | None = None, last: Corner | None = None) -> None:
        """One merged range, with its corners where the parser does not tell them."""
        self._merges += 1
        if self._merges > MAX_MERGES:
            raise BadFile(N_("工作表“%(sheet)s”的合并单元格太多，无法读取。"), sheet=self._name)
        if first and last:
            merged = self.facts.merged = self.facts.merged or []
            merged.append((first, last))

    def hide_columns(self, first: int, last: int) -> None:
        """Columns that are hidden, both ends included."""
        self.facts.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
