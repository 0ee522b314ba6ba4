"""What importing a roster would do: each record against what stands in the database, nothing written.

A blank cell never wipes out what is known. A record is found by what identifies it (staff number, code, phone with
name); what could be two things at once is reported, never guessed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hengli_visits.imports.cleaning import clean_title
from hengli_visits.imports.founding import AreaRow, BranchRow
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.rereading import Reread
from hengli_visits.imports.rosters import EnterpriseRow, HouseholdRow, MemberRow
from hengli_visits.imports.text import shown
from hengli_visits.models import HouseholdKind, RowState
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
PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]+")


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


def match_members(records: Sequence[MemberRow], standing: Sequence[Standing]) -> list[Verdict]:
    """Members by staff number, else by phone with name, else by name and branch where nothing contradicts."""
    verdicts = [Verdict() for _ in records]
    numbers = {one.values["staff_number"]: one for one in standing if one.values["staff_number"]}
    phones = {one.values["phone"]: one for one in standing if one.values["phone"]}
    claims = Claims()
    for row, record in enumerate(records):
        if record.staff_number and (own := numbers.get(record.staff_number)):
            claims.claim(row, own)
    for row, record in enumerate(records):
        own = phones.get(record.phone) if record.phone and row not in claims.found else None
        if own and claims.free([own]) and is_named(record, own) and not contradicts(record, own):
            claims.claim(row, own)
    names = index_by(standing, lambda one: one.values["name"])
    again = names_again(standing)
    for row, record in enumerate(records):
        if row not in claims.found and not (record.phone and record.phone in phones):
            claim_by_name(record, row, claims, names.get(record.name) or again(record.name), verdicts[row])
    used: dict[str, str] = {}
    for row, (record, verdict) in enumerate(zip(records, verdicts, strict=True)):
        if not verdict.problems:
            settle_member(record, verdict, claims.found.get(row), phones, used)
    return verdicts


def names_again(standing: Sequence[Standing]) -> Callable[[str], list[Standing]]:
    """Finds members by the name with which they come back from a file; gone through when one is first asked for. What
    is Chinese characters alone comes back as it is."""
    others = [one for one in standing if not PLAIN_NAME.fullmatch(one.values["name"])]

    @cache
    def index() -> dict[Hashable, list[Standing]]:
        return index_by(others, lambda one: one.reread(one.values)["name"] if one.reread else "")

    return lambda name: index().get(name, [])


def is_named(record: MemberRow, standing: Standing) -> bool:
    """Whether the member has the name that a row says."""
    name = standing.values["name"]
    if record.name == name or PLAIN_NAME.fullmatch(name):
        return bool(record.name == name)
    return any(record.name == values["name"] for values in standing.readings())


def is_branch(own: str | None, said: str | None) -> bool:
    """Whether a row says the name of a branch, as a file brings it."""
    return own == said or (own is not None and said is not None and clean_title(own).value == said)


def contradicts(record: MemberRow, standing: Standing) -> bool:
    """Whether both have a staff number, and not the same."""
    number = standing.values["staff_number"]
    return bool(record.staff_number and number and record.staff_number != number)


def claim_by_name(record: MemberRow, row: int, claims: Claims, namesakes: list[Standing], verdict: Verdict) -> None:
    """Find a member by name and branch, or without a branch by the name alone; the month of birth must not contradict.
    Several who could be meant are reported."""
    free = [one for one in claims.free(namesakes) if not contradicts(record, one)]
    fits = [one for one in free if is_branch(one.values["branch"], record.branch)]
    if not fits and record.branch is None and len(free) == 1 and (not record.phone or not free[0].values["phone"]):
        fits = free
    fits = [one for one in fits if not (record.born and one.values["born"]) or one.values["born"] == record.born]
    if len(fits) > 1:
        fits = [one for one in fits if one.values["born"] == record.born] or fits
    if len(fits) == 1:
        claims.claim(row, fits[0])
    elif fits:
        why = N_("党员册里有 %(count)s 位同名的，分不清是哪一位，请填写联系电话或工号。")
        verdict.refuse(N_("姓名"), record.name, reason(why, count=len(fits)))


def settle_member(
    record: MemberRow,
    verdict: Verdict,
    own: Standing | None,
    phones: dict[Any, Standing],
    used: dict[str, str],
) -> None:
    """Decide one member's row. A phone that somebody else has, and a person who was taken off the roster, are
    problems."""
    other = phones.get(record.phone) if record.phone else None
    if other and (own is None or other.id != own.id):
        why = reason(PHONE_TAKEN, name=other.values["name"])
        return verdict.refuse(N_("联系电话"), record.phone, why)
    if record.phone and record.phone in used:
        why = reason(N_("这个电话在名册里也是 %(name)s 的，请核对。"), name=used[record.phone])
        return verdict.refuse(N_("联系电话"), record.phone, why)
    if own and own.gone:
        return verdict.refuse(N_("姓名"), record.name, reason(N_("党员册里已标为不在册，请先在党员册里恢复。")))
    if record.phone:
        used[record.phone] = record.name
    if own:
        verdict.settle(own, differences(record, own, MEMBER_FIELDS))
    return None


@dataclass(slots=True)
class HouseholdMatcher:
    """Families or enterprises by code, else by name, village, street and door (then phone); portion by portion of a
    file. `codes` are all codes that the file says: what they stand for is no other row's. `taken` are the households
    that rows of earlier portions are."""

    kind: HouseholdKind
    codes: Container[str]
    taken: set[int] = field(default_factory=set)

    def match(self, records: Sequence[HouseholdRow | EnterpriseRow], standing: Sequence[Standing]) -> list[Verdict]:
        """What importing each record would do. `standing` are the households of either kind (a code belongs to one
        household of the town) that have a code or a name of theirs."""
        fields = FAMILY_FIELDS if self.kind is HouseholdKind.FAMILY else ENTERPRISE_FIELDS
        codes = {one.values["code"]: one for one in standing}
        places = index_by(
            (one for one in standing if one.values["kind"] == self.kind and one.values["code"] not in self.codes),
            place_key,
        )
        verdicts, claims = [Verdict() for _ in records], Claims(taken=self.taken)
        for row, record in enumerate(records):
            if record.code and (own := codes.get(record.code)):
                claims.claim(row, own)
            elif not record.code:
                here = places.get((record.name, record.village, record.street, record.door), [])
                claim_by_place(record, row, claims, here, verdicts[row])
        for row, (record, verdict) in enumerate(zip(records, verdicts, strict=True)):
            own = claims.found.get(row)
            if own is not None and not verdict.problems:
                self.settle(record, own, verdict, fields)
        return verdicts

    def settle(
        self, record: HouseholdRow | EnterpriseRow, own: Standing, verdict: Verdict, fields: Sequence[str]
    ) -> None:
        """Decide a row that is this household, unless something speaks against it."""
        if own.values["kind"] != self.kind:
            why = reason(N_("这个编号在户籍册里是“%(name)s”的，请核对。"), name=own.values["name"])
            verdict.refuse(N_("编号"), record.code, why)
        elif own.gone:
            verdict.refuse(N_("编号"), record.code, reason(N_("户籍册里已移出，请先在户籍册里恢复。")))
        elif is_stranger(record, own):
            other = N_("这个编号在户籍册里是“%(name)s”（%(address)s）的，名称和地址都对不上，请核对。")
            place = own.values["street"] + own.values["door"] or own.values["address"]
            verdict.refuse(N_("编号"), record.code, reason(other, name=own.values["name"], address=place))
        else:
            verdict.settle(own, with_place(record, own, fields))


def is_stranger(record: HouseholdRow | EnterpriseRow, own: Standing) -> bool:
    """Whether a record shares only its code with the household that stands: its visits would pass to somebody else."""
    return all(is_other(record, values) for values in own.readings())


def is_other(record: HouseholdRow | EnterpriseRow, values: Mapping[str, Any]) -> bool:
    """Whether neither the name nor the place is the same."""
    here, there = (record.street, record.door), (values["street"], values["door"])
    return record.name != values["name"] and any(here) and any(there) and here != there


def place_key(standing: Standing) -> tuple[str, ...]:
    """What identifies a household without a code."""
    values = standing.values
    return values["name"], values["village"], values["street"], values["door"]


def claim_by_place(
    record: HouseholdRow | EnterpriseRow, row: int, claims: Claims, here: list[Standing], verdict: Verdict
) -> None:
    """Find a household without a code among those of its name and address; of several, the one with its phone."""
    free = claims.free(here)
    if len(free) > 1 or not (record.street or record.door):
        free = [one for one in free if one.values["phone"] == record.phone]
    if len(free) == 1:
        claims.claim(row, free[0])
    elif free:
        why = reason(N_("户籍册里有 %(count)s 户同名同址，分不清是哪一户，请填写编号。"), count=len(free))
        verdict.refuse(N_("名称"), record.name, why)


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
