"""One row of a roster: its cells field by field, with ditto marks, and what was noticed about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hengli_visits.imports.columns import MANY, ColumnMap, Layout
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.text import Cleaned, half_width, is_absent, plain_text, shown
from hengli_visits.imports.workbook import Cell, CellError, Row
from hengli_visits.wording import N_

T = TypeVar("T")

DITTO = frozenset(("同上", "同前", "同上行", "同上格", "〃", "″", '"', '""', "''", "”", "“", "“”", "〞", "々", "仝上"))
DITTO_BEGINS = frozenset(mark[0] for mark in DITTO) | frozenset("＂＇ \u3000\n\t\r\u200b\ufeff_")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its sheet, the titles above the header, and what else is said for many rows at once: the
    village or party branch of a line above it, the branch or group that the sheet is called by."""

    sheet: str
    titles: tuple[str, ...] = ()
    section: str | None = None
    branch: str | None = None
    group: str | None = None


@dataclass(slots=True)
class RowReader:
    """Takes a row's cells one field at a time, collecting notes and problems under the sheet's own column words."""

    place: Place
    row: Row
    columns: ColumnMap
    layout: Layout
    above: Mapping[str, Cell]
    notes: list[Finding] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)

    def cell(self, name: str) -> Cell:
        """A field's cell, with 同上 replaced by the value above it."""
        if name in self.cells:
            return self.cells[name]
        index = self.columns.index(name)
        cell = self.joined(name) if index is None else self.row.cell(index)
        if name in MANY and len(several := self.columns.indexes(name)) > 1:
            cell = together([self.row.cell(one) for one in several], "、")
        if (
            isinstance(cell, str)
            and len(cell) < 10
            and cell[:1] in DITTO_BEGINS
            and half_width(plain_text(cell)) in DITTO
        ):
            above = self.above.get(name)
            if above is None:
                self.report(name, reason(N_("写着“%(mark)s”，但上一行没有内容。"), mark=plain_text(cell)), cell)
            else:
                self.note(
                    name,
                    reason(N_("“%(mark)s”按上一行读为：%(value)s。"), mark=plain_text(cell), value=shown(above)),
                    cell,
                )
            cell = above
        self.cells[name] = cell
        return cell

    def joined(self, name: str) -> Cell:
        """A field without a column of its own from the columns of its parts, if there are any: 姓 and 名."""
        parts = [part for part in self.layout.field(name).parts if self.columns.index(part) is not None]
        return together([self.cell(part) for part in parts], "")

    def take(self, name: str, clean: Callable[[Cell], Cleaned[T]], *, required: bool = False) -> T | None:
        """A field's clean value. What was changed becomes a note, what cannot be used a problem."""
        known = len(self.problems)
        cell = self.cell(name)
        if len(self.problems) > known:
            return None
        return self.took(name, clean(cell), required=required)

    def took(self, name: str, cleaned: Cleaned[T], *, required: bool = False) -> T | None:
        """Note what a cleaning found and hand on its value."""
        if cleaned.value is not None and not cleaned.notes and not cleaned.extra and not cleaned.problem:
            return cleaned.value
        for note in cleaned.notes:
            self.note(name, note)
        self.extra += cleaned.extra
        if cleaned.problem:
            self.report(name, cleaned.problem)
        elif required and cleaned.value is None:
            self.report(name, reason(N_("没有填写%(title)s。"), title=self.layout.field(name).title))
        return cleaned.value

    def note(self, name: str, why: Reason, cell: Cell = None) -> None:
        """Something worth showing that does not stand in the row's way."""
        self.notes.append(self._finding(name, why, cell))

    def report(self, name: str, why: Reason, cell: Cell = None) -> None:
        """Something that stands in the row's way."""
        self.problems.append(self._finding(name, why, cell))

    def _finding(self, name: str, why: Reason, cell: Cell) -> Finding:
        index = self.columns.index(name)
        header = self.columns.headers.get(index, "") if index is not None else ""
        value = cell if cell is not None else self.cells.get(name)
        return Finding(header or self.layout.field(name).title, shown(value), why)

    def remarks(self) -> str:
        """The remarks column and everything that was moved there."""
        cell = self.cell("remarks")
        parts = [plain_text(cell)] if not is_absent(plain_text(cell)) else []
        remarks = ";".join(dict.fromkeys([*parts, *self.extra]))
        if len(remarks) > 500:
            self.report(
                "remarks", reason(N_("内容太长(%(length)s 字)，最多 %(limit)s 字。"), length=len(remarks), limit=500)
            )
        return remarks


def together(cells: Sequence[Cell], sign: str) -> Cell:
    """Several cells as one, with a sign between; an error among them stands for all."""
    filled = [cell for cell in cells if cell is not None]
    broken = next((cell for cell in filled if isinstance(cell, CellError)), None)
    return broken or sign.join(map(plain_text, filled)) or None
