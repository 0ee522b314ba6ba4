"""The roster of groups: one row per team, with its group's leader repeated, merged or left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hengli_visits.imports.cleaning import HAN_ONLY, clean_name, clean_title
from hengli_visits.imports.layouts import GROUPS
from hengli_visits.imports.outcomes import Outcome, Roster, gather
from hengli_visits.imports.phones import clean_phones
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import Corrections, Remembered, RowReader, read_sheets
from hengli_visits.imports.text import Cleaned, cell_problem, half_width, is_absent, plain_text
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell, Sheet
from hengli_visits.wording import N_

HARD = re.compile(r"[、,;/|\n\r。]+")


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team of a group, or a group without teams (`team` None) with its members."""

    group: str
    group_leader: str | None
    group_leader_phone: str | None
    team: str | None
    team_leader: str | None
    team_leader_phone: str | None
    members: tuple[str, ...]
    villages: tuple[str, ...]
    remarks: str


def scan_groups(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[TeamRow]]:
    """The roster of groups as a stream. A row without a group belongs to the group above it. A team counts once, and
    a group has one leader: rows that say otherwise are reported."""
    teams: dict[tuple[str, str | None], str] = {}
    leaders: dict[str, tuple[str | None, str | None]] = {}

    def assemble(reader: RowReader) -> TeamRow | None:
        inherit_group(reader)
        group = reader.take("group", lambda cell: clean_title(cell, limit=40), required=True)
        team = reader.take("team", lambda cell: clean_title(cell, limit=40))
        row = TeamRow(
            group=group or "",
            group_leader=reader.take("group_leader", clean_name),
            group_leader_phone=take_phone(reader, "group_leader_phone"),
            team=team,
            team_leader=reader.take("team_leader", clean_name),
            team_leader_phone=take_phone(reader, "team_leader_phone"),
            members=reader.take("members", clean_names) or (),
            villages=reader.take("villages", villages.resolve_all) or (),
            remarks=reader.remarks(),
        )
        if not group:
            return None
        if before := teams.get((group, team)):
            reader.report("team" if team else "group", reason(N_("与%(place)s重复。"), place=before))
        leader = leaders.get(group, (row.group_leader, row.group_leader_phone))
        if differs(leader, (row.group_leader, row.group_leader_phone)):
            why = N_("%(group)s的组长前面写的是%(name)s %(phone)s，与这一行不同。")
            reader.report("group_leader", reason(why, group=group, name=leader[0] or "", phone=leader[1] or ""))
        if not reader.problems:
            teams[group, team] = f"“{reader.place.sheet}”第 {reader.row.number} 行"
            leaders[group] = (leader[0] or row.group_leader, leader[1] or row.group_leader_phone)
        return row

    return read_sheets(sheets, GROUPS, assemble, villages, corrections, remembered)


def read_groups(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[TeamRow]:
    """The whole roster of groups."""
    return gather(scan_groups(sheets, villages, corrections, remembered))


def inherit_group(reader: RowReader) -> None:
    """Fill what a row leaves out of its group from the row above, when it names no group of its own."""
    above = reader.above.get("group")
    if reader.cell("group") is not None or above is None:
        return
    for name in ("group", "group_leader", "group_leader_phone", "villages"):
        if reader.cell(name) is None and reader.above.get(name) is not None:
            reader.cells[name] = reader.above[name]
    reader.note("group", reason(N_("没有写组别，按上一行归入%(group)s。"), group=plain_text(above)))


def take_phone(reader: RowReader, name: str) -> str | None:
    """One phone of a column; further numbers go to the remarks."""
    phones = reader.take(name, clean_phones)
    if phones is None:
        return None
    if phones.second:
        reader.extra.append(phones.second)
    return phones.first


def differs(before: tuple[str | None, str | None], now: tuple[str | None, str | None]) -> bool:
    """Whether two leaders contradict each other; what one of them leaves out does not."""
    return any(
        first is not None and second is not None and first != second for first, second in zip(before, now, strict=True)
    )


def clean_names(cell: Cell) -> Cleaned[tuple[str, ...]]:
    """A list of names in one cell, each cleaned like a name: 张三、李 四(组长) → 张三, 李四. Names are told apart by
    signs, or by spaces when there are no signs and every piece could be a name."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    text = half_width(cell if isinstance(cell, str) else plain_text(cell)).strip()
    if is_absent(text):
        return Cleaned()
    parts = [part for part in HARD.split(text) if part.strip()]
    if len(parts) == 1 and all(2 <= len(piece) <= 4 and HAN_ONLY.fullmatch(piece) for piece in text.split()):
        parts = text.split()
    cleaned = [clean_name(part.strip()) for part in parts]
    names = tuple(dict.fromkeys(one.value for one in cleaned if one.value))
    problem = next((one.problem for one in cleaned if one.problem), None)
    notes = [note for one in cleaned for note in one.notes]
    if len(names) < sum(1 for one in cleaned if one.value):
        notes.append(reason(N_("成员名单里有重复的姓名，只取一次。")))
    return Cleaned(names, tuple(notes), problem, tuple(word for one in cleaned for word in one.extra))
