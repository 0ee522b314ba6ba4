"""What importing a roster would do: each record against what stands in the database, nothing written.

A blank cell never wipes out what is known. A record is found by what identifies it (staff number, code, phone with
name); what could be two things at once is reported, never guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengli_visits.imports.founding import AreaRow, BranchRow
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.rereading import Reread
from hengli_visits.imports.text import shown
from hengli_visits.models import RowState
from hengli_visits.wording import N_

PHONE_TAKEN = N_("这个电话在党员册里是 %(name)s 的，请核对。")
MEMBER_FIELDS = (
    "name", "gender", "branch", "standing", "phone", "second_phone", "village", "born", "staff_number", "remarks",
)  # fmt: skip
FAMILY_FIELDS = (
    "name", "size", "village", "phone", "second_phone", "category", "latitude", "longitude", "remarks",
)  # fmt: skip
ENTERPRISE_FIELDS = (
    "name", "village", "industry", "size", "contact", "phone", "second_phone", "latitude", "longitude", "remarks",
)  # fmt: skip
PLACE_FIELDS = ("address", "street", "door")


@dataclass(frozen=True, slots=True)
class Standing:
    """A record of the database in the words of a roster. `gone`: no longer on the roster, or out of the book; `reread`
    tells how its values come back from a file."""

    id: int
    values: dict[str, Any]
    gone: bool = False
    reread: Reread | None = None

    def readings(self) -> Iterator[Mapping[str, Any]]:
        """What it says, and what it would say once it was written to a file and read again."""
        yield self.values
        if self.reread is not None:
            yield self.reread(self.values)


@dataclass(slots=True)
class Verdict:
    """What importing one row would do. `changes` are {field: [old, new]}; `fields` what a write needs beyond the
    record; `problems` say why it would do nothing, `warnings` what is worth a look. Once written, `target` is the
    record that the row became, and `before` what the record was."""

    state: RowState = RowState.NEW
    target: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    before: dict[str, Any] | None = None

    def refuse(self, column: str, value: object, why: Reason) -> None:
        """The row cannot be taken, and why."""
        self.state = RowState.BAD
        self.problems.append(Finding(column, shown(value if isinstance(value, str) else None), why))

    def settle(self, standing: Standing, changes: dict[str, list[Any]]) -> None:
        """The row is this record, with these changes."""
        self.target = standing.id
        self.changes = changes
        self.state = RowState.CHANGED if changes else RowState.SAME


def differences(record: Any, standing: Standing, fields: Iterable[str]) -> dict[str, list[Any]]:
    """{field: [old, new]} of all fields in which the record says something else."""
    changes = {}
    for name in fields:
        new = getattr(record, name)
        if new not in (None, "") and new != standing.values[name]:
            changes[name] = [standing.values[name], new]
    return really_new(changes, standing)


def really_new(changes: dict[str, list[Any]], standing: Standing) -> dict[str, list[Any]]:
    """The changes without those that only put what stands in the form in which a file brings it."""
    if not changes or standing.reread is None:
        return changes
    again = standing.reread(standing.values)
    return {name: change for name, change in changes.items() if again.get(name) != change[1]}


def with_place(record: Any, standing: Standing, fields: Iterable[str]) -> dict[str, list[Any]]:
    """Differences including the address, whose parts change together."""
    changes = differences(record, standing, fields)
    if record.address and any(getattr(record, name) != standing.values[name] for name in PLACE_FIELDS):
        moved = {
            name: [standing.values[name], getattr(record, name)]
            for name in PLACE_FIELDS
            if getattr(record, name) != standing.values[name]
        }
        changes |= really_new(moved, standing)
    return changes


def index_by(standing: Iterable[Standing], key: Callable[[Standing], Hashable]) -> dict[Hashable, list[Standing]]:
    """All records by a key of theirs."""
    found: dict[Hashable, list[Standing]] = defaultdict(list)
    for one in standing:
        found[key(one)].append(one)
    return found


@dataclass(slots=True)
class Claims:
    """Which record each row is, at most one row per record."""

    found: dict[int, Standing] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def claim(self, row: int, standing: Standing) -> None:
        """Row number `row` is this record."""
        self.found[row] = standing
        self.taken.add(standing.id)

    def free(self, standing: Iterable[Standing]) -> list[Standing]:
        """Those that no row is yet."""
        return [one for one in standing if one.id not in self.taken]


def match_areas(records: Sequence[AreaRow], standing: Sequence[Standing]) -> list[Verdict]:
    """Villages by name. A code that another village has is a problem; so is another code for a village."""
    names = {one.values["name"]: one for one in standing}
    codes = {one.values["code"]: one for one in standing}
    verdicts = [Verdict() for _ in records]
    for record, verdict in zip(records, verdicts, strict=True):
        own, other = names.get(record.name), codes.get(record.code)
        if other and other is not own:
            why = reason(N_("编号 %(code)s 已经是“%(name)s”的。"), code=record.code, name=other.values["name"])
            verdict.refuse(N_("编号"), record.code, why)
        elif own and own.values["code"] != record.code:
            why = reason(N_("“%(name)s”现在的编号是 %(code)s。"), name=record.name, code=own.values["code"])
            verdict.refuse(N_("编号"), record.code, why)
        elif own:
            verdict.settle(own, differences(record, own, ("latitude", "longitude")))
    return verdicts


def match_branches(records: Sequence[BranchRow], standing: Sequence[Standing]) -> list[Verdict]:
    """Party branches by name."""
    names = {one.values["name"]: one for one in standing}
    verdicts = [Verdict() for _ in records]
    for record, verdict in zip(records, verdicts, strict=True):
        if own := names.get(record.name):
            verdict.settle(own, differences(record, own, ("sector", "village")))
    return verdicts
