"""The rosters of people and places: what a row of each becomes, and when it cannot."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from hengli_visits.imports.cleaning import (
    clean_code,
    clean_count,
    clean_month,
    clean_name,
    clean_standing,
    clean_title,
)
from hengli_visits.imports.layouts import ENTERPRISES, HOUSEHOLDS, MEMBERS
from hengli_visits.imports.outcomes import Outcome, Roster, gather
from hengli_visits.imports.persons import beside_phone, take_branch, take_category, take_gender, take_home
from hengli_visits.imports.places import take_location, take_phones, take_place
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import RowReader
from hengli_visits.imports.tables import Corrections, Remembered
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.walking import read_sheets
from hengli_visits.imports.workbook import Sheet
from hengli_visits.wording import N_

MOST_IN_FAMILY, MOST_IN_OWN = 100, 100_000
"""People of a household: more is a slip, except where the book itself says so."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person of the members' roster. `gender` is man or woman, `standing` full or probationary."""

    name: str
    gender: str | None
    branch: str | None
    standing: str | None
    phone: str | None
    second_phone: str | None
    village: str | None
    born: date | None
    staff_number: str | None
    remarks: str


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A family to visit. `address` is as the office wrote it, `street` and `door` are without the village."""

    code: str | None
    name: str
    size: int | None
    village: str
    street: str
    door: str
    door_number: int | None
    address: str
    phone: str | None
    second_phone: str | None
    category: str | None
    latitude: float | None
    longitude: float | None
    remarks: str


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise to visit. `size` counts its employees."""

    code: str | None
    name: str
    village: str
    street: str
    door: str
    door_number: int | None
    address: str
    industry: str | None
    size: int | None
    contact: str | None
    phone: str | None
    second_phone: str | None
    latitude: float | None
    longitude: float | None
    remarks: str


@dataclass(slots=True)
class Seen:
    """Where each key was first met in the file, to tell rows that stand in it twice."""

    places: dict[tuple[object, ...], str] = field(default_factory=dict)

    def repeated(self, reader: RowReader, column: str, key: tuple[object, ...]) -> bool:
        """Report the row when its key was met before; remember it otherwise, unless the row is bad anyway."""
        before = self.places.get(key)
        if before is not None:
            reader.report(column, reason(N_("与%(place)s重复。"), place=before))
            return True
        if not reader.problems:
            self.places[key] = f"“{reader.place.sheet}”第 {reader.row.number} 行"
        return False


def take_member(reader: RowReader, villages: Villages) -> MemberRow:
    """What a row of the members' roster says; without a name it is none."""
    name = reader.take("name", partial(clean_name, numbered=reader.columns.own), required=True)
    first, second = take_phones(reader)
    return MemberRow(
        name=name or "",
        gender=take_gender(reader),
        branch=take_branch(reader),
        standing=reader.take("standing", clean_standing),
        phone=first,
        second_phone=second,
        village=take_home(reader, villages),
        born=reader.take("born", clean_month),
        staff_number=reader.take("staff_number", clean_code),
        remarks=reader.remarks(),
    )


def scan_members(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[MemberRow]]:
    """The members' roster as a stream. The same name with the same phone, or the same staff number, counts once; a
    phone that two names share is noted."""
    persons, phones, numbers = Seen(), Seen(), Seen()

    def assemble(reader: RowReader) -> MemberRow | None:
        row = take_member(reader, villages)
        if not row.name:
            return None
        rest = (row.phone,) if row.phone else (None, row.branch, row.born, row.staff_number)
        if persons.repeated(reader, "name", (row.name, *rest)):
            return None
        if row.staff_number and numbers.repeated(reader, "staff_number", (row.staff_number,)):
            return None
        if row.phone and (before := phones.places.get((row.phone,))):
            reader.note("phone", reason(N_("与%(place)s的电话相同。"), place=before))
        elif row.phone:
            phones.repeated(reader, "phone", (row.phone,))
        return row

    return read_sheets(sheets, MEMBERS, assemble, villages, corrections, remembered)


def take_household(reader: RowReader, villages: Villages) -> HouseholdRow:
    """What a row of the households' roster says; without a name it is none."""
    name = reader.take("name", partial(clean_name, limit=80, numbered=reader.columns.own), required=True)
    code = reader.take("code", clean_code)
    first, second = take_phones(reader)
    village, address = take_place(reader, villages)
    latitude, longitude = take_location(reader)
    return HouseholdRow(
        code=code,
        name=name or "",
        size=reader.take("size", partial(clean_count, most=MOST_IN_OWN if reader.columns.own else MOST_IN_FAMILY)),
        village=village or "",
        street=address.street,
        door=address.door,
        door_number=address.door_number,
        address=address.whole,
        phone=first,
        second_phone=second,
        category=take_category(reader),
        latitude=latitude,
        longitude=longitude,
        remarks=reader.remarks(),
    )


def scan_households(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[HouseholdRow]]:
    """The households' roster as a stream. The village comes from its column, else from the sheet's name, its title or
    the address. The same code counts once; without a code, the same name at the same address."""
    seen = Seen()

    def assemble(reader: RowReader) -> HouseholdRow | None:
        row = take_household(reader, villages)
        place = (row.name, row.village, row.street, row.door, row.phone if not row.address else None)
        if not row.name or seen.repeated(reader, "code" if row.code else "name", (row.code,) if row.code else place):
            return None
        return row

    return read_sheets(sheets, HOUSEHOLDS, assemble, villages, corrections, remembered)


def take_enterprise(reader: RowReader, villages: Villages) -> EnterpriseRow:
    """What a row of the enterprises' roster says; without a name it is none."""
    name = reader.take("name", clean_title, required=True)
    code = reader.take("code", clean_code)
    contact = reader.take("contact", partial(clean_name, numbered=reader.columns.own))
    first, second = take_phones(reader)
    contact = contact or beside_phone(reader)
    village, address = take_place(reader, villages)
    latitude, longitude = take_location(reader)
    return EnterpriseRow(
        code=code,
        name=name or "",
        village=village or "",
        street=address.street,
        door=address.door,
        door_number=address.door_number,
        address=address.whole,
        industry=reader.take("industry", partial(clean_title, limit=40)),
        size=reader.take("size", clean_count),
        contact=contact,
        phone=first,
        second_phone=second,
        latitude=latitude,
        longitude=longitude,
        remarks=reader.remarks(),
    )


def scan_enterprises(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Outcome[EnterpriseRow]]:
    """The enterprises' roster as a stream. The same code, or the same name at the same address, counts once."""
    seen = Seen()

    def assemble(reader: RowReader) -> EnterpriseRow | None:
        row = take_enterprise(reader, villages)
        place = (row.name, row.village, row.street, row.door)
        if not row.name or seen.repeated(reader, "code" if row.code else "name", (row.code,) if row.code else place):
            return None
        return row

    return read_sheets(sheets, ENTERPRISES, assemble, villages, corrections, remembered)


def read_members(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[MemberRow]:
    """The whole members' roster."""
    return gather(scan_members(sheets, villages, corrections, remembered))


def read_households(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[HouseholdRow]:
    """The whole households' roster."""
    return gather(scan_households(sheets, villages, corrections, remembered))


def read_enterprises(
    sheets: Iterable[Sheet],
    villages: Villages,
    corrections: Corrections | None = None,
    remembered: Remembered | None = None,
) -> Roster[EnterpriseRow]:
    """The whole enterprises' roster."""
    return gather(scan_enterprises(sheets, villages, corrections, remembered))
