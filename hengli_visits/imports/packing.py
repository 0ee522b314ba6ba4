"""Records, findings and outcomes of a batch as they are kept in the database between preview and import."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from hengli_visits.imports.assignments import AssignmentRow
from hengli_visits.imports.columns import Layout
from hengli_visits.imports.founding import AreaRow, BranchRow
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.outcomes import Reported, SheetSummary, Taken
from hengli_visits.imports.reasons import Finding, Reason
from hengli_visits.imports.rosters import EnterpriseRow, HouseholdRow, MemberRow
from hengli_visits.imports.teams import TeamRow
from hengli_visits.models import RosterKind, RowState

RECORDS: dict[RosterKind, type[Any]] = {
    RosterKind.AREAS: AreaRow,
    RosterKind.BRANCHES: BranchRow,
    RosterKind.MEMBERS: MemberRow,
    RosterKind.HOUSEHOLDS: HouseholdRow,
    RosterKind.ENTERPRISES: EnterpriseRow,
    RosterKind.GROUPS: TeamRow,
    RosterKind.ASSIGNMENTS: AssignmentRow,
}
EXAMPLES = 3
WARNINGS = 300
SHEET_LENGTH = 60
LABEL_LENGTH = 80


def plain(value: Any) -> Any:
    """A value as JSON holds it: vocabularies by their value, dates as text, tuples as lists."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return str(value)


def pack(record: Any) -> dict[str, Any]:
    """A record of any kind as JSON holds it."""
    return {one.name: plain(getattr(record, one.name)) for one in fields(record)}


def unpack(kind: RosterKind, data: dict[str, Any]) -> Any:
    """The record that `pack` packed."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    if kind is RosterKind.MEMBERS and values["born"]:
        values["born"] = date.fromisoformat(values["born"])
    return RECORDS[kind](**values)


def pack_changes(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Changes as JSON holds them."""
    return {name: [plain(old), plain(new)] for name, (old, new) in changes.items()}


def pack_reason(why: Reason) -> dict[str, Any]:
    """A sentence, still without its language."""
    return {"message": why.message, "params": {name: plain(value) for name, value in why.params.items()}}


def pack_finding(finding: Finding, level: str) -> dict[str, Any]:
    """One thing about one cell. `level`: note (cleaned), warn (worth a look), bad (in the row's way)."""
    return {"column": finding.column, "value": finding.value, "level": level, **pack_reason(finding.reason)}


def row_values(taken: Taken[Any]) -> dict[str, Any]:
    """The columns of an ImportRow for a row that was read well, as new as long as nobody has compared it."""
    return {
        "sheet": taken.sheet[:SHEET_LENGTH],
        "number": taken.row,
        "label": label_of(taken.record)[:LABEL_LENGTH],
        "data": pack(taken.record),
        "notes": [pack_finding(one, "note") for one in taken.notes],
        "state": RowState.NEW,
        "changes": {},
        "target_id": None,
    }


def verdict_values(verdict: Verdict) -> dict[str, Any]:
    """The columns of an ImportRow that hang on what stands in the database."""
    return {"state": verdict.state, "changes": pack_changes(verdict.changes), "target_id": verdict.target}


def verdict_notes(verdict: Verdict) -> list[dict[str, Any]]:
    """What matching has to say about a row."""
    return [pack_finding(one, "bad") for one in verdict.problems] + [
        pack_finding(one, "warn") for one in verdict.warnings
    ]


def reported_values(reported: Reported) -> dict[str, Any]:
    """The columns of an ImportRow for a row that could not be read: no record, its cells as they stood."""
    return {
        "sheet": reported.sheet[:SHEET_LENGTH],
        "number": reported.row,
        "label": reported.label[:LABEL_LENGTH],
        "data": {"cells": list(reported.cells)},
        "notes": [pack_finding(one, "bad") for one in reported.problems],
        "state": RowState.BAD,
        "changes": {},
        "target_id": None,
    }


def label_of(record: Any) -> str:
    """What a row is called in a list."""
    if isinstance(record, TeamRow):
        return record.team or record.group
    if isinstance(record, AssignmentRow):
        return record.household or record.code or ""
    name: str = record.name
    return name


def pack_sheet(summary: SheetSummary, skipped: Sequence[dict[str, Any]], layout: Layout | None) -> dict[str, Any]:
    """How a sheet was understood: its header row, rows, columns with what each was taken for, what was skipped, and
    notes."""
    columns = [
        {
            "index": one.index,
            "header": one.header,
            "field": one.field,
            "lettered": one.index in summary.columns.lettered,
            "unsure": one.unsure,
            "samples": list(one.samples),
        }
        for one in summary.guesses
        if layout is not None
    ]
    return {
        "name": summary.name[:SHEET_LENGTH],
        "header_row": summary.header_row,
        "rows": summary.rows,
        "columns": columns,
        "skipped": list(skipped),
        "notes": [pack_reason(one) for one in summary.notes],
    }


def without_samples(sheets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Packed sheets without the values that stand in them: for a batch that is decided."""
    return [sheet | {"columns": [{**column, "samples": []} for column in sheet["columns"]]} for sheet in sheets]


def where(taken: Taken[Any]) -> dict[str, Any]:
    """The place of a row, and what it is called."""
    return {"sheet": taken.sheet[:SHEET_LENGTH], "row": taken.row, "label": label_of(taken.record)[:LABEL_LENGTH]}
