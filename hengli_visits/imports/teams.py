"""The roster of groups: one row per team, with its group's leader repeated, merged or left out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from hengli_visits.imports.cleaning import HAN_ONLY, clean_name, clean_title
from hengli_visits.imports.layouts import GROUPS
from hengli_visits.imports.outcomes import Outcome, Roster, SheetSummary, Skipped, Taken, gather
from hengli_visits.imports.persons import take_apart
from hengli_visits.imports.phones import clean_phones
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import RowReader
from hengli_visits.imports.tables import Corrections, Remembered
from hengli_visits.imports.text import Cleaned, cell_problem, half_width, is_absent, plain_text
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.walking import read_sheets
from hengli_visits.imports.workbook import Cell, Sheet
from hengli_visits.wording import N_

LEADS = re.compile(r"(?:大|总|小|小组)?组长|负责人|小队长|队长|带队(?:领导|人)?")
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
    """The roster of groups as a stream. A row without a group belongs to the group above it. Rows that follow each other
    and name further members of one team are one record; else a team counts once, and a group has one leader: rows that
    say otherwise are reported."""
    book = TeamBook(villages)
    return joined(read_sheets(sheets, GROUPS, book.assemble, villages, corrections, remembered), book.continued)


@dataclass(slots=True)
class TeamBook:
    """The teams and leaders of a file so far. `continued` are the rows that only add members to the row above."""

    villages: Villages
    teams: dict[tuple[str, str | None], str] = field(default_factory=dict)
    leaders: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    continued: set[tuple[str, int]] = field(default_factory=set)
    last: tuple[str, str | None] | None = None
    last_leader: tuple[str | None, str | None] = (None, None)
    members: set[str] = field(default_factory=set)

    def assemble(self, reader: RowReader) -> TeamRow | None:
        """A row as a team, or as a part of the team above."""
        inherit_group(reader)
        for name in ("group_leader", "team_leader"):
            take_apart(reader, name, f"{name}_phone")
        group = reader.take("group", lambda cell: clean_title(cell, limit=40), required=True)
        team = reader.take("team", lambda cell: clean_title(cell, limit=40))
        row = TeamRow(
            group=group or "",
            group_leader=reader.take("group_leader", partial(clean_name, numbered=reader.columns.own)),
            group_leader_phone=take_phone(reader, "group_leader_phone"),
            team=team,
            team_leader=reader.take("team_leader", partial(clean_name, numbered=reader.columns.own)),
            team_leader_phone=take_phone(reader, "team_leader_phone"),
            members=reader.take("members", partial(clean_names, numbered=reader.columns.own)) or (),
            villages=reader.take("villages", self.villages.resolve_all) or (),
            remarks=reader.remarks(),
        )
        row = with_role(reader, row)
        if not group:
            return None
        self.check(reader, row)
        return row

    def check(self, reader: RowReader, row: TeamRow) -> None:
        """Report a row that says a team or a leader again in another way."""
        key, own = (row.group, row.team), (row.team_leader, row.team_leader_phone)
        leader = self.leaders.get(row.group, (row.group_leader, row.group_leader_phone))
        goes_on = key == self.last and not differs(self.last_leader, own) and not self.members.issuperset(named(row))
        if not goes_on and not reader.problems and (before := self.teams.get(key)):
            reader.report("team" if row.team else "group", reason(N_("与%(place)s重复。"), place=before))
        if differs(leader, (row.group_leader, row.group_leader_phone)):
            why = N_("%(group)s的组长前面写的是%(name)s %(phone)s，与这一行不同。")
            reader.report("group_leader", reason(why, group=row.group, name=leader[0] or "", phone=leader[1] or ""))
        if reader.problems:
            return
        if goes_on:
            self.continued.add((reader.place.sheet, reader.row.number))
        else:
            self.teams[key] = f"“{reader.place.sheet}”第 {reader.row.number} 行"
            self.last, self.members, self.last_leader = key, set(), (None, None)
        self.last_leader = (self.last_leader[0] or own[0], self.last_leader[1] or own[1])
        self.members.update(named(row))
        self.leaders[row.group] = (leader[0] or row.group_leader, leader[1] or row.group_leader_phone)


def named(row: TeamRow) -> tuple[str, ...]:
    """Everybody whom a row names."""
    return tuple(filter(None, (*row.members, row.team_leader, row.group_leader)))


def with_role(reader: RowReader, row: TeamRow) -> TeamRow:
    """The row with its one member as the leader that the column for roles says."""
    role = half_width(plain_text(reader.cell("role")))
    if len(row.members) != 1 or not LEADS.fullmatch(role):
        return row
    phone = take_phone(reader, "phone")
    (name,) = row.members
    if role.startswith(("大", "总")) or row.team is None:
        if row.group_leader not in (None, name):
            return row
        return replace(row, group_leader=name, group_leader_phone=row.group_leader_phone or phone)
    if row.team_leader not in (None, name):
        return row
    return replace(row, team_leader=name, team_leader_phone=row.team_leader_phone or phone)


def joined(outcomes: Iterable[Outcome[TeamRow]], continued: set[tuple[str, int]]) -> Iterator[Outcome[TeamRow]]:
    """The stream with the rows of one team joined to the first of them, the others skipped."""
    first: Taken[TeamRow] | None = None
    for outcome in outcomes:
        if isinstance(outcome, Taken) and first and (outcome.sheet, outcome.row) in continued:
            yield Skipped(outcome.sheet, outcome.row, reason(N_("已并入第 %(row)s 行的小组。"), row=first.row))
            first = replace(first, record=together(first.record, outcome.record), notes=first.notes + outcome.notes)
            continue
        if first and isinstance(outcome, Taken | SheetSummary):
            yield first
            first = None
        if isinstance(outcome, Taken):
            first = outcome
        else:
            yield outcome


def together(one: TeamRow, more: TeamRow) -> TeamRow:
    """Two rows of one team as one."""
    return replace(
        one,
        group_leader=one.group_leader or more.group_leader,
        group_leader_phone=one.group_leader_phone or more.group_leader_phone,
        team_leader=one.team_leader or more.team_leader,
        team_leader_phone=one.team_leader_phone or more.team_leader_phone,
        members=tuple(dict.fromkeys(one.members + more.members)),
        villages=tuple(dict.fromkeys(one.villages + more.villages)),
        remarks=";".join(dict.fromkeys(filter(None, (one.remarks, more.remarks)))),
    )


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
    if reader.columns.index("group") is None and reader.place.group:
        reader.cells["group"] = reader.place.group
        above = None
    if reader.cell("group") is not None or above is None:
        return
    for name in ("group", "group_leader", "group_leader_phone", "villages"):
        if reader.cell(name) is None and reader.above.get(name) is not None:
            reader.cells[name] = reader.above[name]
    if all(reader.cell(name) is None for name in ("team", "team_leader", "team_leader_phone")):
        for name in ("team", "team_leader", "team_leader_phone"):
            if reader.above.get(name) is not None:
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


def clean_names(cell: Cell, *, numbered: bool = False) -> Cleaned[tuple[str, ...]]:
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
    cleaned = [clean_name(part.strip(), numbered=numbered) for part in parts]
    names = tuple(dict.fromkeys(one.value for one in cleaned if one.value))
    problem = next((one.problem for one in cleaned if one.problem), None)
    notes = [note for one in cleaned for note in one.notes]
    if len(names) < sum(1 for one in cleaned if one.value):
        notes.append(reason(N_("成员名单里有重复的姓名，只取一次。")))
    return Cleaned(names, tuple(notes), problem, tuple(word for one in cleaned for word in one.extra))
