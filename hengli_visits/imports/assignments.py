"""The roster of assignments: which visitors go to which household."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from hengli_visits.imports.cleaning import clean_code, clean_name, clean_title
from hengli_visits.imports.layouts import ASSIGNMENTS
from hengli_visits.imports.outcomes import Outcome, Roster, gather
from hengli_visits.imports.persons import take_apart
from hengli_visits.imports.phones import read_numbers
from hengli_visits.imports.places import take_place
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import RowReader
from hengli_visits.imports.tables import Corrections, Remembered
from hengli_visits.imports.teams import HARD, clean_names
from hengli_visits.imports.text import Cleaned, cell_problem, half_width, is_absent, plain_text
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.walking import read_sheets
from hengli_visits.imports.workbook import Cell, Sheet
from hengli_visits.wording import N_


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A household and who goes to it, as the file names both: the household by `code`, else by name and place; the
    visitors by names, phones and staff numbers, which stand in the same order where a row gives several."""

    code: str | None
    household: str
    village: str | None
    street: str
    door: str
    address: str
    visitors: tuple[str, ...]
    phones: tuple[str, ...]
    staff_numbers: tuple[str, ...]
    team: str | None
    remarks: str


def scan_assignments(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[AssignmentRow]]:
    """The roster of assignments as a stream. A row that names no household or no visitor is reported, as is the same
    household with the same visitors for the second time."""
    places: dict[tuple[object, ...], str] = {}

    def assemble(reader: RowReader) -> AssignmentRow | None:
        household = reader.take("household", partial(clean_name, limit=80))
        code = reader.take("code", clean_code)
        village, address = take_place(reader, villages, required=False)
        take_apart(reader, "visitors", "phones")
        row = AssignmentRow(
            code=code,
            household=household or "",
            village=village,
            street=address.street,
            door=address.door,
            address=address.whole,
            visitors=reader.take("visitors", clean_names) or (),
            phones=reader.take("phones", clean_numbers) or (),
            staff_numbers=reader.take("staff_numbers", clean_codes) or (),
            team=reader.take("team", partial(clean_title, limit=40)),
            remarks=reader.remarks(),
        )
        if not household and not code and not reader.problems:
            reader.report("household", reason(N_("没有填写户主姓名或户编号。")))
        if not (row.visitors or row.phones or row.staff_numbers) and not reader.problems:
            reader.report("visitors", reason(N_("没有填写走访员。")))
        whose = (row.visitors, row.phones, row.staff_numbers)
        key = (code, *whose) if code else (household, village, row.street, row.door, *whose)
        if before := places.get(key):
            reader.report("household", reason(N_("与%(place)s重复。"), place=before))
        elif not reader.problems:
            places[key] = f"“{reader.place.sheet}”第 {reader.row.number} 行"
        return row

    return read_sheets(sheets, ASSIGNMENTS, assemble, villages, corrections, remembered)


def read_assignments(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[AssignmentRow]:
    """The whole roster of assignments."""
    return gather(scan_assignments(sheets, villages, corrections, remembered))


def clean_numbers(cell: Cell) -> Cleaned[tuple[str, ...]]:
    """All phones of a cell in their order. Words beside them go to the remarks; a part that is no number is a
    problem, since it may have been the phone of one of the visitors."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    before = half_width(cell).strip() if isinstance(cell, str) else plain_text(cell)
    if is_absent(before):
        return Cleaned()
    found, words, bad = read_numbers(before)
    if bad or not found:
        return Cleaned(problem=reason(N_("“%(value)s”不是有效的电话号码。"), value=plain_text(cell)[:40]))
    said = "、".join(found)
    note = () if before == said else (reason(N_("电话号码已统一写作 %(after)s。"), after=said),)
    return Cleaned(tuple(found), note, extra=tuple(words))


def clean_codes(cell: Cell) -> Cleaned[tuple[str, ...]]:
    """All staff numbers of a cell in their order."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    parts = [part for part in HARD.split(half_width(plain_text(cell))) if part.strip()]
    if len(parts) == 1:
        parts = re.split(r"\s+", parts[0].strip())
    cleaned = [clean_code(part) for part in parts]
    codes = tuple(dict.fromkeys(one.value for one in cleaned if one.value))
    problem = next((one.problem for one in cleaned if one.problem), None)
    if problem or not codes:
        return Cleaned(problem=problem)
    return Cleaned(codes, tuple(note for one in cleaned for note in one.notes))
