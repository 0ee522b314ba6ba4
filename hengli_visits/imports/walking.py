"""Walking the sheets of a roster: headers, totals, notes and sections, and one outcome for every row."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hengli_visits.imports.columns import (
    ColumnMap,
    Field,
    Layout,
    missing_reason,
    repeats_header,
)
from hengli_visits.imports.content import BRANCH, GROUP
from hengli_visits.imports.layouts import likelier
from hengli_visits.imports.outcomes import Outcome, Reported, SheetSummary, Skipped, Taken
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.rows import Place, RowReader
from hengli_visits.imports.tables import Corrections, Guidance, Remembered, Table, begins_table, understand, within
from hengli_visits.imports.text import half_width, plain_text, shown
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell, Row, Sheet
from hengli_visits.wording import N_

R = TypeVar("R")
Assemble = Callable[[RowReader], R | None]
TOTAL = re.compile(
    r"(?:本页|本村|本社区|本表|全镇|全村|全部|人数|户数|[\u4e00-\u9fff]{1,6}(?:村|社区|组|片区|支部|镇)(?:委会)?)?(?:合计|总计|小计|共计|累计|总数|总共)"
    r"(?:人数|户数|数)?[::]?(?:共?\d*[人户家个间名口]?)*"
    r"|共\d+[人户家个间名口](?:\d+[人户家个间名口])*|合计.{0,12}\d+[人户家个间名口]"
)
NOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|附件?\d*|填表人|填报人|制表人|制表|审核人?|填报单位|填报时间|填表日期|制表日期|填报日期|单位|负责人|联系人|联系电话|经办人"
    r"|报送|填表|日期|打印日期|盖章|签名|签字|村负责人|单位负责人|主管领导|第\d+页)(?:签名|签字|签章|盖章)?(?:\(.*\))?(?:[::.、,]|$)|[12]\d{3}年\d+月(?:\d+日)?$|第\d+页|[-—]?\d+/\d+页"
)
SUMS = re.compile(r"[计計总總共]")
LONGEST_TOTAL = 40
LONGEST_SECTION = 40
ORDINAL = re.compile(r"^\s*[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]?[、.\s]\s*")
ASIDE = re.compile(r"\([^()]*\)$|[::]$|[:共]*\d+户.*$")
LIKELIER = N_("这张表更像%(kind)s，请确认选对了名册的种类。")
NAMING = ("name", "household", "team", "group")
"""Fields of which one says what a row is about."""
HEAD = re.compile(r"户主|本人|戶主|户主本人|户长|屋主|0?1|[-/无]")
PEOPLE = ("name", "household", "visitors", "members", "contact")


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
    guidance = Guidance(corrections, remembered)
    for sheet in sheets:
        if sheet.hidden:
            count = sum(1 for _ in sheet.rows)
            yield SheetSummary(sheet.name, None, ColumnMap(), count, (reason(N_("工作表是隐藏的，没有读取。")),))
            continue
        found = understand(sheet, layout, villages, guidance)
        readable = [table for table in found.tables if not lacking(table, layout)]
        if not readable:
            count = sum(1 for _ in found.rows)
            yield unread(sheet, found.tables, layout, count)
            continue
        walks = [SheetWalk(table, layout, villages) for table in readable]
        for row in found.rows:
            for walk in walks:
                if row.number > walk.table.header_row:
                    yield from walk.outcome(row, assemble)
        for walk in walks:
            yield walk.summary(sheet)


def unread(sheet: Sheet, tables: tuple[Table, ...], layout: Layout, count: int) -> SheetSummary:
    """The summary of a sheet that is not read, with what its columns were taken for."""
    if not count:
        return SheetSummary(sheet.name, None, ColumnMap(), 0)
    if not tables:
        return SheetSummary(sheet.name, None, ColumnMap(), count, (reason(N_("没有找到表头，没有读取。")),))
    table = tables[0]
    if table.line is None and (not table.header_row or not table.columns.columns):
        why = reason(N_("没有找到表头，没有读取。"))
    else:
        why = missing_reason(lacking(table, layout))
    return SheetSummary(sheet.name, None, table.columns, count, (why,), table.guesses)


def lacking(table: Table, layout: Layout) -> tuple[Field, ...]:
    """What a table cannot do without and does not say, neither in a column nor in its name or title."""
    return tuple(one for one in table.columns.missing(layout) if one.name != "group" or not called(table, GROUP))


def called(table: Table, pattern: re.Pattern[str]) -> str | None:
    """What a table's name, or else a title above it, says that looks like a pattern."""
    texts = map(tight, (table.name, *reversed(table.titles)))
    return next((text for text in texts if pattern.fullmatch(text)), None)


@dataclass(slots=True)
class SheetWalk:
    """One pass over the rows below a header."""

    table: Table
    layout: Layout
    villages: Villages
    place: Place = field(init=False)
    columns: ColumnMap = field(init=False)
    above: dict[str, Cell] = field(default_factory=dict)
    count: int = 0
    hidden: list[int] = field(default_factory=list)
    further: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        branch, group = called(self.table, BRANCH), called(self.table, GROUP)
        self.place = Place(self.table.name, self.table.titles, branch=branch, group=group)
        self.columns = self.table.columns

    def outcome(self, row: Row, assemble: Assemble[R]) -> Iterator[Taken[R] | Reported | Skipped]:
        """One outcome for a row, none where the table has nothing; 同上 refers to the last row that held data, also when
        that row was reported."""
        row = within(row, self.table.reach)
        own = row.own()
        if not own:
            return
        self.count += 1
        if row.hidden:
            self.hidden.append(row.number)
        if why := self.no_data(row, own):
            yield Skipped(self.place.sheet, row.number, why)
            return
        reader = RowReader(self.place, row, self.columns, self.layout, self.above)
        record = assemble(reader)
        self.above = {name: reader.cell(name) for name in self.columns.columns.values()}
        if reader.problems or record is None:
            cells = tuple(shown(cell) for cell in row.cells)
            named = [self.columns.index(one) for one in NAMING]
            label = next((cells[at] for at in named if at is not None and at < len(cells)), "")
            yield Reported(self.place.sheet, row.number, tuple(reader.problems), cells, label)
        else:
            yield Taken(self.place.sheet, row.number, record, tuple(reader.notes))

    def no_data(self, row: Row, own: list[int]) -> Reason | None:
        """Why a row that is not blank holds no data all the same. A further header counts from here on, and so does the
        village that a line of its own names."""
        if why := no_data(row, own, self.columns):
            return why
        if columns := begins_table(row, self.layout):
            self.columns, self.above = columns, {}
            self.further.append(row.number)
            return reason(N_("又一个表头，以下各行按它读取。"))
        if len(own) == 1 and (heading := self.section(row, own[0])):
            return reason(N_("小标题，以下各行按%(village)s读取。"), village=heading)
        if relation := self.relative(row):
            return reason(N_("家庭成员（%(relation)s），不是户主，没有当作一户。"), relation=relation[:10])
        if all(self.columns.columns.get(index, "serial") in ("serial", "remarks") for index in own):
            return reason(N_("除序号或备注外没有内容。"))
        return None

    def section(self, row: Row, index: int) -> str | None:
        """The village, or among members the party branch, that a line of one cell names for the rows below it."""
        cell = row.cells[index]
        if not isinstance(cell, str) or len(cell) > LONGEST_SECTION:
            return None
        text = tight(ORDINAL.sub("", half_width(plain_text(cell))))
        bare = ASIDE.sub("", text)
        if self.layout.name == "members" and BRANCH.fullmatch(bare):
            self.place = replace(self.place, branch=bare)
            return bare
        found = self.villages.find(bare)
        own = next(iter(found)) if len(found) == 1 else self.villages.within(text)
        if own is None or (self.columns.columns.get(index) in PEOPLE and not found):
            return None
        self.place = replace(self.place, section=own)
        return own

    def relative(self, row: Row) -> str | None:
        """What a row in a list of all persons is to the head of its household, when it is not the head."""
        index = self.columns.index("relation")
        text = tight(plain_text(row.cell(index))) if index is not None else ""
        return text if text and not HEAD.fullmatch(text) else None

    def summary(self, sheet: Sheet) -> SheetSummary:
        """How the table was understood, once it is read."""
        table = self.table
        notes = (*table.notes, *self.notes(sheet))
        if table.line is not None and (other := likelier(table.line, self.layout)):
            notes = (reason(LIKELIER, kind=other.title), *notes)
        return SheetSummary(table.name, table.header_row, table.columns, self.count, notes, table.guesses)

    def notes(self, sheet: Sheet) -> Iterator[Reason]:
        """What to say about the whole table: hidden rows and columns were read, some columns are not used."""
        if self.hidden:
            rows = numbers(self.hidden)
            why = N_("有 %(count)s 行是隐藏的(第 %(rows)s 行)，也已读取。")
            yield reason(why, count=len(self.hidden), rows=rows)
        if self.further:
            yield reason(N_("表中还有别的表头(第 %(rows)s 行)，其下各行按它读取。"), rows=numbers(self.further))
        columns = self.table.columns
        if hidden := [columns.headers.get(one, "") for one in columns.columns if one in sheet.hidden_columns]:
            yield reason(N_("隐藏的列也已读取：%(columns)s。"), columns="、".join(hidden))
        if unmatched := columns.unmatched():
            yield reason(N_("没有用到的列：%(columns)s。"), columns="、".join(unmatched.values()))


def tight(cell: str) -> str:
    """Half-width and without any space."""
    return half_width(re.sub(r"\s+", "", cell))


def numbers(rows: list[int]) -> str:
    """The first ten row numbers, for a sentence."""
    return "、".join(str(number) for number in rows[:10]) + ("…" if len(rows) > 10 else "")


def no_data(row: Row, own: list[int], columns: ColumnMap) -> Reason | None:
    """Why a row that is not blank is a total, the header again, or a note."""
    first = row.cells[own[0]]
    named = {index for one in NAMING if (index := columns.index(one)) in own}
    for index in {*own[:2], *named}:
        cell = row.cells[index]
        if isinstance(cell, str) and len(cell) <= LONGEST_TOTAL and SUMS.search(cell) and TOTAL.fullmatch(tight(cell)):
            return reason(N_("合计行。"))
    if repeats_header(row, columns):
        return reason(N_("重复的表头。"))
    if len(own) <= 3 and isinstance(first, str) and NOTE.match(tight(first)):
        return reason(N_("说明文字。"))
    return None
