"""Walking the sheets of a roster: header, ditto marks, totals and notes, and one outcome for every row."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TypeVar

from hengli_visits.imports.columns import (
    HEADER_DEPTH,
    ColumnMap,
    Layout,
    find_header,
    header_key,
    missing_reason,
    repeats_header,
)
from hengli_visits.imports.layouts import likelier
from hengli_visits.imports.outcomes import ColumnGuess, Outcome, Reported, SheetSummary, Skipped, Taken
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.text import Cleaned, half_width, is_absent, plain_text, shown
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell, Row, Sheet
from hengli_visits.wording import N_

R = TypeVar("R")
T = TypeVar("T")

DITTO = frozenset(("同上", "同前", "同上行", "同上格", "〃", "″", '"', '""', "''", "”", "“", "“”", "〞", "々", "仝上"))
TOTAL = re.compile(
    r"(?:本页|本村|本社区|本表|全镇|全村|全部|人数|户数)?(?:合计|总计|小计|共计|累计|总数|总共)(?:人数|户数|数)?[::]?(?:共?\d*[人户家个间名]?)*"
    r"|共\d+[人户家个间名]"
)
NOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|附件?\d*|填表人|填报人|制表人|制表|审核人?|填报单位|填报时间|填表日期|制表日期|填报日期|单位|负责人|联系人|联系电话|经办人"
    r"|报送|日期|打印日期|盖章|签名|签字|村负责人|单位负责人|主管领导|第\d+页)(?:\(.*\))?(?:[::.、,]|$)|[12]\d{3}年\d+月(?:\d+日)?$|第\d+页|[-—]?\d+/\d+页"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its sheet, and the titles above the header."""

    sheet: str
    titles: tuple[str, ...] = ()


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
        cell = None if index is None else self.row.cell(index)
        if isinstance(cell, str) and len(cell) < 10 and half_width(plain_text(cell)) in DITTO:
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

    def take(self, name: str, clean: Callable[[Cell], Cleaned[T]], *, required: bool = False) -> T | None:
        """A field's clean value. What was changed becomes a note, what cannot be used a problem."""
        known = len(self.problems)
        cell = self.cell(name)
        if len(self.problems) > known:
            return None
        return self.took(name, clean(cell), required=required)

    def took(self, name: str, cleaned: Cleaned[T], *, required: bool = False) -> T | None:
        """Note what a cleaning found and hand on its value."""
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


Assemble = Callable[[RowReader], R | None]
Corrections = Mapping[str, Mapping[int, str]]
Remembered = Callable[[str], Mapping[str, str] | None]
SAMPLED = 50
SAMPLES = 5
SAMPLE_LENGTH = 40


def read_sheets(
    sheets: Iterable[Sheet],
    layout: Layout,
    assemble: Assemble[R],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[R]]:
    """Every row below each sheet's header as one outcome, then the sheet's summary. `corrections` are column choices
    of the user by sheet name; `remembered` tells by `header_key` what was once chosen for the same headers. Hidden
    sheets are not read, and their summary says so."""
    for sheet in sheets:
        looked_at = list(islice(sheet.rows, HEADER_DEPTH + SAMPLED))
        header, _ = find_header(looked_at, layout)
        if sheet.hidden or header is None:
            count = len(looked_at) + sum(1 for _ in sheet.rows)
            why = N_("工作表是隐藏的，没有读取。") if sheet.hidden else N_("没有找到表头，没有读取。")
            yield SheetSummary(sheet.name, None, ColumnMap(), count, (reason(why),) if count or sheet.hidden else ())
            continue
        columns = header.columns
        if remembered and (meanings := remembered(header_key(columns))):
            columns = columns.recalled(meanings)
        if corrections and sheet.name in corrections:
            columns = columns.corrected(corrections[sheet.name])
        guesses = guessed(columns, [row for row in looked_at if row.number > header.row])
        below = chain((row for row in looked_at if row.number > header.row), sheet.rows)
        if missing := columns.missing(layout):
            count = len(looked_at) + sum(1 for _ in sheet.rows)
            yield SheetSummary(sheet.name, None, columns, count, (missing_reason(missing),), guesses)
            continue
        titles = tuple(plain_text(cell) for row in header.above for cell in row.cells if isinstance(cell, str))
        walk = SheetWalk(Place(sheet.name, titles), columns, layout)
        yield from walk.outcomes(below, assemble)
        notes = walk.notes(sheet)
        if other := likelier(header.line, layout):
            notes = (reason(N_("这张表更像%(kind)s，请确认选对了名册的种类。"), kind=other.title), *notes)
        yield SheetSummary(sheet.name, header.row, columns, walk.count, notes, guesses)


def guessed(columns: ColumnMap, rows: list[Row]) -> tuple[ColumnGuess, ...]:
    """What each column was taken for, with the first values that stand in it."""
    found = []
    for index in sorted({*columns.headers, *columns.columns}):
        values = (shown(row.cell(index))[:SAMPLE_LENGTH] for row in rows if row.cell(index) is not None)
        samples = tuple(islice(dict.fromkeys(value for value in values if value), SAMPLES))
        header, name = columns.headers.get(index, ""), columns.columns.get(index)
        found.append(ColumnGuess(index, header, name, index in columns.unsure, samples))
    return tuple(found)


@dataclass(slots=True)
class SheetWalk:
    """One pass over the rows below a header."""

    place: Place
    columns: ColumnMap
    layout: Layout
    count: int = 0
    hidden: list[int] = field(default_factory=list)

    def outcomes(self, rows: Iterable[Row], assemble: Assemble[R]) -> Iterator[Taken[R] | Reported | Skipped]:
        """One outcome per row; 同上 refers to the last row that held data, also when that row was reported."""
        above: dict[str, Cell] = {}
        sheet = self.place.sheet
        for row in rows:
            self.count += 1
            if row.hidden:
                self.hidden.append(row.number)
            if why := no_data(row, self.columns):
                yield Skipped(sheet, row.number, why)
                continue
            reader = RowReader(self.place, row, self.columns, self.layout, above)
            record = assemble(reader)
            above = {name: reader.cell(name) for name in self.columns.columns.values()}
            if reader.problems or record is None:
                cells = tuple(shown(cell) for cell in row.cells)
                yield Reported(sheet, row.number, tuple(reader.problems), cells)
            else:
                yield Taken(sheet, row.number, record, tuple(reader.notes))

    def notes(self, sheet: Sheet) -> tuple[Reason, ...]:
        """What to say about the whole sheet: hidden rows and columns were read, some columns are not used."""
        notes = []
        if self.hidden:
            numbers = "、".join(str(number) for number in self.hidden[:10])
            more = "…" if len(self.hidden) > 10 else ""
            notes.append(
                reason(
                    N_("有 %(count)s 行是隐藏的(第 %(rows)s 行)，也已读取。"),
                    count=len(self.hidden),
                    rows=numbers + more,
                )
            )
        if hidden := [self.columns.headers[one] for one in self.columns.columns if one in sheet.hidden_columns]:
            notes.append(reason(N_("隐藏的列也已读取：%(columns)s。"), columns="、".join(hidden)))
        if unmatched := self.columns.unmatched():
            notes.append(reason(N_("没有用到的列：%(columns)s。"), columns="、".join(unmatched.values())))
        return tuple(notes)


def no_data(row: Row, columns: ColumnMap) -> Reason | None:
    """Why a row that is not blank holds no data all the same."""
    own = row.own()
    texts = [half_width(re.sub(r"\s+", "", plain_text(row.cells[index]))) for index in own[:2]]
    if any(TOTAL.fullmatch(text) for text in texts):
        return reason(N_("合计行。"))
    if repeats_header(row, columns):
        return reason(N_("重复的表头。"))
    if len(own) <= 3 and NOTE.match(texts[0]):
        return reason(N_("说明文字。"))
    wanted = [index for index in own if columns.columns.get(index, "serial") not in ("serial", "remarks")]
    if not wanted:
        return reason(N_("除序号或备注外没有内容。"))
    return None
