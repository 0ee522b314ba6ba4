"""What a record says once it was written to a file and read again.

Cleaning may put in another form what somebody typed into a page (a space inside a name, a line break in the remarks).
A file that says no more than that says nothing new.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from hengli_visits.imports.addresses import written_address
from hengli_visits.imports.columns import ColumnMap, Layout
from hengli_visits.imports.layouts import ENTERPRISES, HOUSEHOLDS, MEMBERS
from hengli_visits.imports.rosters import take_enterprise, take_household, take_member
from hengli_visits.imports.rows import Place, RowReader
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell, Row
from hengli_visits.models import HouseholdKind

Reread = Callable[[Mapping[str, Any]], dict[str, Any]]


def _reader(layout: Layout, cells: dict[str, Cell]) -> RowReader:
    given = {one.name: cells.get(one.name) or None for one in layout.fields}
    return RowReader(Place(""), Row(0, ()), ColumnMap(own=True), layout, {}, cells=given)


def member_again(villages: Callable[[], Villages]) -> Reread:
    """How a member's values come back; `villages` is asked when it is first needed."""

    def reread(values: Mapping[str, Any]) -> dict[str, Any]:
        cells = {name: values[name] for name in ("name", "branch", "phone", "second_phone", "village", "born")}
        cells |= {"staff_number": values["staff_number"], "remarks": values["remarks"]}
        record = take_member(_reader(MEMBERS, cells), villages())
        return asdict(record) | {
            "gender": values["gender"],
            "standing": values["standing"],
            "name": _joined(record.name),
        }

    return reread


def _joined(name: str) -> str:
    return "".join(name.split())


def household_again(villages: Callable[[], Villages]) -> Reread:
    """How the values of a family or an enterprise come back, as `member_again`."""

    def reread(values: Mapping[str, Any]) -> dict[str, Any]:
        place = written_address(values["address"], values["street"], values["door"])
        cells: dict[str, Cell] = {**values, "address": place}
        if values["kind"] is HouseholdKind.ENTERPRISE:
            return asdict(take_enterprise(_reader(ENTERPRISES, cells), villages()))
        return asdict(take_household(_reader(HOUSEHOLDS, cells), villages()))

    return reread
