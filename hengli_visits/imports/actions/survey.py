"""What a roster holds as a whole, gathered while its rows go by: none of them is kept here."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengli_visits.imports import packing
from hengli_visits.imports.columns import Layout
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.newcomers import VillageTrace, full_name, villages_of
from hengli_visits.imports.outcomes import Outcome, Reported, Skipped, Taken
from hengli_visits.imports.queries import StoredRow
from hengli_visits.imports.reasons import Finding
from hengli_visits.imports.villages import UNKNOWN, stem
from hengli_visits.models import RowState


@dataclass(slots=True)
class Cleaning:
    """One kind of cleaning: how often, and the first examples."""

    count: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """Counts and first examples of a roster. `layout` is None for plain lists; `villages`, `branches`, `groups` and
    `codes` are those that its records name, `joined` counts the records of each branch that can be taken,
    `strangers` are villages named in full that nobody knows, by their stem."""

    layout: Layout | None
    taken: int = 0
    reported: int = 0
    sheets: list[dict[str, Any]] = field(default_factory=list)
    states: Counter[RowState] = field(default_factory=Counter)
    villages: dict[str, VillageTrace] = field(default_factory=dict)
    branches: set[str] = field(default_factory=set)
    joined: Counter[str] = field(default_factory=Counter)
    groups: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    strangers: dict[str, str] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    _cleanings: dict[str, Cleaning] = field(default_factory=dict)
    _skipped: list[dict[str, Any]] = field(default_factory=list)

    def note(self, outcome: Outcome[Any]) -> dict[str, Any] | None:
        """Take notice of one outcome. Gives the columns of its ImportRow, for a row that has one: with what it is not
        yet compared with anything, so as new."""
        if isinstance(outcome, Taken):
            self.taken += 1
            self._note_record(outcome.record)
            for note in outcome.notes:
                self._note_cleaning(outcome, note)
            return packing.row_values(outcome)
        if isinstance(outcome, Reported):
            self.reported += 1
            for problem in outcome.problems:
                if problem.reason.message == UNKNOWN and (name := full_name(str(problem.reason.params["value"]))):
                    self.strangers.setdefault(stem(name), name)
            return packing.reported_values(outcome)
        if isinstance(outcome, Skipped):
            self._skipped.append({"row": outcome.row, **packing.pack_reason(outcome.why)})
        else:
            self.sheets.append(packing.pack_sheet(outcome, self._skipped, self.layout))
            self._skipped = []
        return None

    def compared(
        self, rows: Sequence[StoredRow], records: Sequence[Any], verdicts: Sequence[Verdict], awaited: Container[str]
    ) -> None:
        """Take notice of what importing each row would do; `awaited` are villages that may still be founded."""
        for row, record, verdict in zip(rows, records, verdicts, strict=True):
            self.states[verdict.state] += 1
            branch = getattr(record, "branch", None)
            if branch and (not verdict.problems or any(name in awaited for name in villages_of(record))):
                self.joined[branch] += 1
            for one in verdict.warnings[: packing.WARNINGS - len(self.warnings)]:
                place = {"sheet": row.sheet, "row": row.number, "label": row.label}
                self.warnings.append(place | packing.pack_finding(one, "warn"))

    @property
    def skipped(self) -> int:
        """How many rows hold no data."""
        return sum(len(sheet["skipped"]) for sheet in self.sheets)

    def cleanings(self) -> list[dict[str, Any]]:
        """What was cleaned, by kind with its count and first examples, the most frequent first."""
        kinds = sorted(self._cleanings.items(), key=lambda item: -item[1].count)
        return [{"message": message, "count": one.count, "examples": one.examples} for message, one in kinds]

    def named(self) -> dict[str, int]:
        """How many villages, branches and groups the records speak of."""
        return {"villages": len(self.villages), "branches": len(self.branches), "groups": len(self.groups)}

    def _note_record(self, record: Any) -> None:
        for name in villages_of(record):
            self.villages.setdefault(name, VillageTrace()).note(record)
        if code := getattr(record, "code", None):
            self.codes.add(code)
        if branch := getattr(record, "branch", None):
            self.branches.add(branch)
        if group := getattr(record, "group", None):
            self.groups.add(group)

    def _note_cleaning(self, taken: Taken[Any], note: Finding) -> None:
        found = self._cleanings.setdefault(note.reason.message, Cleaning())
        found.count += 1
        if len(found.examples) < packing.EXAMPLES:
            found.examples.append(packing.where(taken) | packing.pack_finding(note, "note"))
