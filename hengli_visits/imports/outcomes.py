"""What reading a roster ends in: each row taken, reported or skipped, with sheet, row number and reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hengli_visits.imports.columns import ColumnMap
from hengli_visits.imports.reasons import Finding, Reason

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Taken(Generic[R]):
    """A row that became a record; `notes` tell everything that was cleaned or is worth a look."""

    sheet: str
    row: int
    record: R
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """A row that could not be taken, with every problem in it and its cells as they stood; `label` is its name, if it
    has one."""

    sheet: str
    row: int
    problems: tuple[Finding, ...]
    cells: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row below the header that holds no data: a total, a note, a repeated header."""

    sheet: str
    row: int
    why: Reason


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column was taken for: its header, its field or None, whether that is unsure, and what stands in it."""

    index: int
    header: str
    field: str | None
    unsure: bool = False
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """How a sheet was understood. `header_row` is None when it was not read, and `notes` then say why; 0 when it has
    no header row and was read by what stands in its columns. `rows` counts its non-empty rows below the header, or all
    of them without one. `guesses` are its columns from left to right, those without a field too."""

    name: str
    header_row: int | None
    columns: ColumnMap
    rows: int
    notes: tuple[Reason, ...] = ()
    guesses: tuple[ColumnGuess, ...] = ()


Outcome = Taken[R] | Reported | Skipped | SheetSummary


@dataclass(slots=True)
class Roster(Generic[R]):
    """A whole file as it was read. Per sheet with a header: taken + reported + skipped == rows of its summary."""

    taken: list[Taken[R]] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    sheets: list[SheetSummary] = field(default_factory=list)

    def records(self) -> Iterator[R]:
        """The records of the taken rows, in the file's order."""
        return (taken.record for taken in self.taken)


def gather(outcomes: Iterable[Outcome[R]]) -> Roster[R]:
    """Collect a stream of outcomes; a very long file can use the stream instead."""
    roster: Roster[R] = Roster()
    for outcome in outcomes:
        if isinstance(outcome, Taken):
            roster.taken.append(outcome)
        elif isinstance(outcome, Reported):
            roster.reported.append(outcome)
        elif isinstance(outcome, Skipped):
            roster.skipped.append(outcome)
        else:
            roster.sheets.append(outcome)
    return roster
