"""The registers, in the words that importing them again looks for."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.exports.queries.streams import count_rows, stream
from hengli_visits.exports.tables import Column, Kind, Table
from hengli_visits.formats import masked
from hengli_visits.households.queries import Wanted as WantedHouseholds, book
from hengli_visits.imports.addresses import written_address
from hengli_visits.members.queries import Wanted as WantedMembers, roster
from hengli_visits.models import Area, Household, HouseholdKind, Member, Organisation

HOUSEHOLD_COLUMNS = (
    Household.code, Household.name, Household.size, Area.name.label("village"), Household.street, Household.door,
    Household.address, Household.contact, Household.phone, Household.second_phone, Household.category,
    Household.industry, Household.latitude, Household.longitude, Household.remarks,
)  # fmt: skip
MEMBER_COLUMNS = (
    Member.name, Member.gender, Organisation.name.label("branch"), Member.standing, Member.phone, Member.second_phone,
    Area.name.label("village"), Member.born, Member.staff_number, Member.remarks,
)  # fmt: skip


def phones(full: bool) -> tuple[Column, Column]:
    """The columns of a row's two phone numbers, whole or masked."""
    shown = str if full else masked
    return (
        Column("联系电话", lambda row: row.phone and shown(row.phone), 16),
        Column("备用电话", lambda row: row.second_phone and shown(row.second_phone), 16),
    )


def _address(row: Any) -> str:
    return written_address(row.address, row.street, row.door)


LOCATION = (
    Column("纬度", lambda row: row.latitude, 10, Kind.NUMBER),
    Column("经度", lambda row: row.longitude, 10, Kind.NUMBER),
)
REMARKS = Column("备注", lambda row: row.remarks, 30)


def family_columns(*, full: bool) -> tuple[Column, ...]:
    """What a file says of a family."""
    return (
        Column("户编号", lambda row: row.code, 12),
        Column("户主姓名", lambda row: row.name, 12),
        Column("家庭人口数", lambda row: row.size, 8, Kind.NUMBER),
        Column("所属村(社区)", lambda row: row.village, 12),
        Column("家庭住址", _address, 28),
        *phones(full),
        Column("户类别", lambda row: row.category, 12),
        *LOCATION,
        REMARKS,
    )


def families(session: Session, actor: Actor, wanted: WantedHouseholds, *, full: bool) -> Table:
    """The families of the book that are looked for, in walking order; with `full` whole phone numbers. Raises `Missing`
    for who does not keep the book."""
    query = book(actor, replace(wanted, kind=HouseholdKind.FAMILY))
    return Table(family_columns(full=full), count_rows(session, query), stream(session, query, *HOUSEHOLD_COLUMNS))


def enterprise_columns(*, full: bool) -> tuple[Column, ...]:
    """What a file says of an enterprise."""
    return (
        Column("企业编号", lambda row: row.code, 20),
        Column("企业名称", lambda row: row.name, 28),
        Column("所在村(社区)", lambda row: row.village, 12),
        Column("地址", _address, 28),
        Column("行业", lambda row: row.industry, 12),
        Column("员工人数", lambda row: row.size, 8, Kind.NUMBER),
        Column("联系人", lambda row: row.contact, 10),
        *phones(full),
        *LOCATION,
        REMARKS,
    )


def enterprises(session: Session, actor: Actor, wanted: WantedHouseholds, *, full: bool) -> Table:
    """The enterprises of the book that are looked for, as `families`."""
    query = book(actor, replace(wanted, kind=HouseholdKind.ENTERPRISE))
    return Table(enterprise_columns(full=full), count_rows(session, query), stream(session, query, *HOUSEHOLD_COLUMNS))


def member_columns(*, full: bool) -> tuple[Column, ...]:
    """What a file says of a person."""
    return (
        Column("姓名", lambda row: row.name, 10),
        Column("性别", lambda row: row.gender and row.gender.label, 6),
        Column("所属党支部", lambda row: row.branch, 28),
        Column("党员类别", lambda row: row.standing and row.standing.label, 12),
        *phones(full),
        Column("居住村(社区)", lambda row: row.village, 12),
        Column("出生年月", lambda row: row.born and f"{row.born:%Y.%m}", 10),
        Column("工号", lambda row: row.staff_number, 14),
        REMARKS,
    )


def members(session: Session, actor: Actor, wanted: WantedMembers, *, full: bool) -> Table:
    """The people of the roster who are looked for, by name; with `full` whole phone numbers. Raises `Missing` for who
    does not keep the roster."""
    query = roster(actor, wanted)
    return Table(member_columns(full=full), count_rows(session, query), stream(session, query, *MEMBER_COLUMNS))
