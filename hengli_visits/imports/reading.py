"""An uploaded file of any kind: which kind it is, and what its rows are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from hengli_visits.imports.assignments import scan_assignments
from hengli_visits.imports.columns import HEADER_DEPTH, ColumnMap, Layout, normalise, score, without_reasons
from hengli_visits.imports.content import GROUP
from hengli_visits.imports.delimited import TextTable
from hengli_visits.imports.founding import AreaRow, BranchRow, read_areas, read_branches
from hengli_visits.imports.headers import find_header
from hengli_visits.imports.layouts import ASSIGNMENTS, ENTERPRISES, GROUPS, HOUSEHOLDS, MEMBERS, is_register
from hengli_visits.imports.ole import MAGIC
from hengli_visits.imports.outcomes import Outcome, Reported, Roster, SheetSummary, Taken, gather
from hengli_visits.imports.package import MAX_BYTES
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.rosters import MemberRow, scan_enterprises, scan_households, scan_members
from hengli_visits.imports.tables import Corrections, Guidance, Remembered, without_header
from hengli_visits.imports.teams import scan_groups
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Book, Row, Sheet, Workbook
from hengli_visits.models import RosterKind
from hengli_visits.wording import N_

Scan = Callable[[Iterable[Sheet], Villages, Corrections | None, Remembered | None], Iterator[Outcome[Any]]]

LAYOUTS: dict[RosterKind, Layout] = {
    RosterKind.MEMBERS: MEMBERS,
    RosterKind.HOUSEHOLDS: HOUSEHOLDS,
    RosterKind.ENTERPRISES: ENTERPRISES,
    RosterKind.GROUPS: GROUPS,
    RosterKind.ASSIGNMENTS: ASSIGNMENTS,
}
SCANS: dict[RosterKind, Scan] = {
    RosterKind.MEMBERS: scan_members,
    RosterKind.HOUSEHOLDS: scan_households,
    RosterKind.ENTERPRISES: scan_enterprises,
    RosterKind.GROUPS: scan_groups,
    RosterKind.ASSIGNMENTS: scan_assignments,
}
LIST_COLUMNS = {RosterKind.AREAS: {"name", "code"}, RosterKind.BRANCHES: {"name", "kind"}}
LIST_WORDS = {
    RosterKind.AREAS: (("村名称", "村名", "社区名称", "村社区名称"), ("编号", "代码", "编码", "村编号")),
    RosterKind.BRANCHES: (("支部名称", "党支部名称", "党支部"), ("类别", "支部类别", "支部类型", "领域")),
}
ROSTER_WORDS = ("姓名", "户主", "户主姓名", "企业名称", "组长", "成员", "电话", "联系电话")
LIST_SHEET = "CSV"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A checked file: a workbook, or a table in plain text."""

    data: bytes
    book: Book

    def sheets(self) -> Iterator[Sheet]:
        """Its sheets, read anew each time, without the reasons that we wrote into rows to mend."""
        for sheet in self.book.sheets():
            yield replace(sheet, rows=without_reasons(sheet.rows))


def open_file(data: bytes) -> RosterFile:
    """Check a file, told by what it is and not by its name. Raises BadFile for one that cannot be a roster."""
    if not data:
        raise BadFile(N_("文件是空的，请重新选择。"))
    if len(data) > MAX_BYTES:
        raise BadFile(N_("文件超过 %(limit)s MB,请拆成几个文件再上传。"), limit=MAX_BYTES // 1024 // 1024)
    packed = data.startswith((b"PK", MAGIC))
    return RosterFile(data, Workbook(data) if packed else TextTable(data))


def guess_kind(file: RosterFile) -> RosterKind | None:
    """The kind of roster whose header words fit the first sheet that has a header at all; None when none does."""
    for sheet in file.sheets():
        if sheet.hidden:
            continue
        rows = list(islice(sheet.rows, HEADER_DEPTH))
        words = {normalise(cell) for cell in rows[0].cells if isinstance(cell, str)} if rows else set()
        if listed := next((kind for kind in LIST_COLUMNS if is_list(words, kind)), None):
            return listed
        fits = {kind: fit(sheet, rows, layout) for kind, layout in LAYOUTS.items()}
        best = max(fits, key=lambda kind: fits[kind])
        if fits[best] <= 0:
            fits = {kind: fit_of_content(sheet, rows, layout) for kind, layout in LAYOUTS.items()}
            best = max(fits, key=lambda kind: fits[kind])
        elif best is RosterKind.ASSIGNMENTS and fits[RosterKind.HOUSEHOLDS] > 0:
            header, _ = find_header(rows, HOUSEHOLDS)
            best = RosterKind.HOUSEHOLDS if header and is_register(header.line) else best
        if fits[best] > 0:
            return best
    return None


def is_list(words: set[str], kind: RosterKind) -> bool:
    """Whether a header is that of a list of villages or of branches, and not of a roster that names these as well."""
    if LIST_COLUMNS[kind] <= words:
        return True
    name, other = LIST_WORDS[kind]
    return not words.isdisjoint(name) and not words.isdisjoint(other) and words.isdisjoint(ROSTER_WORDS)


def fit(sheet: Sheet, rows: list[Row], layout: Layout) -> int:
    """How well the first rows of a sheet fit a layout; 0 when something needed is missing."""
    header, _ = find_header(rows, layout)
    if header is None:
        return 0
    missing = [one for one in header.columns.missing(layout) if one.name != "group" or not GROUP.fullmatch(sheet.name)]
    return 0 if missing else score(header.columns)


def fit_of_content(sheet: Sheet, rows: list[Row], layout: Layout) -> int:
    """The same by what stands in the columns of a sheet without a header that is understood."""
    found = without_header(sheet, rows, layout, Villages(()), Guidance())
    columns = found[0].columns if found else ColumnMap()
    fields = set(columns.columns.values()) - {"serial", "remarks"}
    return len(fields) if len(fields) > 1 and not columns.missing(layout) else 0


def read_file(
    kind: RosterKind,
    file: RosterFile,
    villages: Villages,
    *,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[Any]:
    """Every row of a file, gathered. Raises BadFile when a file of this kind cannot look like this."""
    return gather(scan_file(kind, file, villages, corrections=corrections, remembered=remembered))


def scan_file(
    kind: RosterKind,
    file: RosterFile,
    villages: Villages,
    *,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[Any]]:
    """Every row of a file as a stream that keeps none of them: each row's outcome, and each sheet's summary after its
    rows. `corrections` are the user's columns by sheet; `remembered` gives what was once chosen for a set of headers,
    by its `header_key`. Raises BadFile while it is walked, at its end when not one row was read and no sheet has
    columns of which the user could say what they hold."""
    if kind in LIST_COLUMNS:
        yield from listed(kind, file, villages)
        return
    empty = True
    for outcome in SCANS[kind](file.sheets(), villages, corrections, remembered):
        if isinstance(outcome, Taken):
            empty = False
            if kind is RosterKind.MEMBERS:
                yield replace(outcome, record=one_word(outcome.record))
                continue
        elif isinstance(outcome, Reported) or (isinstance(outcome, SheetSummary) and outcome.guesses):
            empty = False
        yield outcome
    if empty:
        raise BadFile(N_("没有读到一行数据。请确认选对了名册的种类，表头里有“%(title)s”。"), title=needed_title(kind))


def one_word(member: MemberRow) -> MemberRow:
    """The member with a name as the roster keeps names, without any space."""
    name = "".join(member.name.split())
    return member if name == member.name else replace(member, name=name)


def in_full(branch: BranchRow, villages: Villages) -> BranchRow:
    """The branch with its village's full name, if it is one that is known."""
    found = villages.find(branch.village) if branch.village else set()
    return replace(branch, village=next(iter(found))) if len(found) == 1 else branch


def listed(kind: RosterKind, file: RosterFile, villages: Villages) -> Iterator[Outcome[Any]]:
    """A list's records as a roster of one sheet: founding refuses the whole file instead of reporting a row."""
    records: Iterable[AreaRow | BranchRow]
    name = next((sheet.name for sheet in file.sheets() if not sheet.hidden), LIST_SHEET)
    if kind is RosterKind.AREAS:
        records = read_areas(file.sheets())
    else:
        records = [in_full(branch, villages) for branch in read_branches(file.sheets())]
    taken = [Taken(name, record.line, record) for record in records]
    if not taken:
        raise BadFile(N_("文件里只有表头，没有内容。"))
    yield from taken
    yield SheetSummary(name, 1, ColumnMap(), len(taken))


def needed_title(kind: RosterKind) -> str:
    """The word for the column that a roster of this kind cannot do without."""
    return ColumnMap().missing(LAYOUTS[kind])[0].title


def cells_of(sheet: Sheet, layout: Layout, name: str) -> Iterator[object]:
    """The cells of one field of a sheet, below its header; none without that column."""
    header, seen = find_header(sheet.rows, layout)
    index = header.columns.index(name) if header else None
    if header is None or index is None:
        return
    for row in chain((row for row in seen if row.number > header.row), sheet.rows):
        yield row.cell(index)
