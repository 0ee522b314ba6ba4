"""What an import leaves behind, so that it can be undone: the records of its rows are told by the rows themselves
(`target_id`, `before`); of the smaller tables that it may touch along the way, every row is held against what it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from hengli_visits.models import RosterKind
from hengli_visits.restoring import Key, Raw, all_rows, digest, key_of, table_of

BOOK = ("areas", "area_aliases")
TEAMS = (*BOOK, "groups", "group_areas", "group_members", "role_grants")
TOUCHED: dict[RosterKind, tuple[str, ...]] = {
    RosterKind.AREAS: BOOK,
    RosterKind.BRANCHES: (*BOOK, "organisations"),
    RosterKind.MEMBERS: (*BOOK, "organisations"),
    RosterKind.HOUSEHOLDS: BOOK,
    RosterKind.ENTERPRISES: BOOK,
    RosterKind.GROUPS: TEAMS,
    RosterKind.ASSIGNMENTS: (*TEAMS, "assignments", "assignment_visitors", "assignment_moves"),
}
"""Tables that importing a kind of roster may write besides that of its records."""

RECORDS: dict[RosterKind, str] = {
    RosterKind.MEMBERS: "members",
    RosterKind.HOUSEHOLDS: "households",
    RosterKind.ENTERPRISES: "households",
}
"""Tables of which each row of a roster is one record."""

Stood = dict[str, dict[Key, Raw]]


@dataclass(frozen=True, slots=True)
class Traces:
    """What a batch left in one table: keys of rows that it made, and of those that it changed what they were; `after`
    tells by their columns (`columns`) whether somebody has changed them since; `gone` are rows that it took away."""

    table: str
    columns: tuple[str, ...] = ()
    made: frozenset[Key] = frozenset()
    changed: tuple[Raw, ...] = ()
    gone: tuple[Raw, ...] = ()
    after: dict[Key, str] = field(default_factory=dict)

    def edited(self, now: Mapping[Key, Raw]) -> list[Key]:
        """The keys of rows that are not what the batch left."""
        return [key for key, was in self.after.items() if key not in now or digest(now[key], self.columns) != was]


def look(session: Session, kind: RosterKind) -> Stood:
    """What stands in the smaller tables now."""
    return {name: all_rows(session, table_of(name)) for name in TOUCHED[kind]}


def traces(session: Session, kind: RosterKind, stood: Stood, at: datetime) -> dict[str, Any]:
    """What has become of that, as a batch keeps it (`made`); `at` is the moment that the import wrote."""
    found = {name: _differences(session, table_of(name), stood[name]) for name in TOUCHED[kind]}
    return {"at": at.isoformat(), "tables": {name: one for name, one in found.items() if one}}


def _differences(session: Session, table: Table, before: Mapping[Key, Raw]) -> dict[str, Any] | None:
    now, columns = all_rows(session, table), [column.name for column in table.columns]
    made = [[*key, digest(raw, columns)] for key, raw in now.items() if key not in before]
    changed = [[before[key], digest(raw, columns)] for key, raw in now.items() if before.get(key, raw) != raw]
    gone = [raw for key, raw in before.items() if key not in now]
    return {"columns": columns, "made": made, "changed": changed, "gone": gone} if made or changed or gone else None


def unpack(made: Mapping[str, Any]) -> list[Traces]:
    """The traces that a batch keeps."""
    found = []
    for name, one in made.get("tables", {}).items():
        table = table_of(name)
        keys = {tuple(key): was for *key, was in one["made"]}
        changed = {key_of(table, raw): was for raw, was in one["changed"]}
        found.append(
            Traces(
                name,
                tuple(one["columns"]),
                frozenset(keys),
                tuple(raw for raw, _ in one["changed"]),
                tuple(one["gone"]),
                keys | changed,
            )
        )
    return found
