"""Reads of rows that may be a record twice: what stands, in a roster's words, and what was decided so far."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.imports import packing, queries
from hengli_visits.imports.matching import (
    ENTERPRISE_FIELDS,
    FAMILY_FIELDS,
    MEMBER_FIELDS,
    PLACE_FIELDS,
    Standing,
    differences,
    with_place,
)
from hengli_visits.models import (
    Area,
    Household,
    HouseholdKind,
    ImportBatch,
    ImportRow,
    Member,
    Organisation,
    RosterKind,
    RowState,
    TwinChoice,
)
from hengli_visits.paging import Page, paginate

PER_PAGE = 20
FIELDS = {
    RosterKind.MEMBERS: MEMBER_FIELDS,
    RosterKind.HOUSEHOLDS: (*FAMILY_FIELDS, *PLACE_FIELDS),
    RosterKind.ENTERPRISES: (*ENTERPRISE_FIELDS, *PLACE_FIELDS),
}
"""What a record of each kind is compared by."""

HOUSEHOLD_KINDS = {
    RosterKind.HOUSEHOLDS: HouseholdKind.FAMILY,
    RosterKind.ENTERPRISES: HouseholdKind.ENTERPRISE,
}


def _standing(kind: RosterKind) -> Any:
    if kind is RosterKind.MEMBERS:
        return (
            select(*queries.MEMBER_COLUMNS, Organisation.name.label("branch"), Area.name.label("village"))
            .outerjoin(Organisation, Organisation.id == Member.branch_id)
            .outerjoin(Area, Area.id == Member.area_id)
            .where(Member.active)
        )
    return (
        select(*queries.HOUSEHOLD_COLUMNS, Area.name.label("village"))
        .join(Area, Area.id == Household.area_id)
        .where(Household.kind == HOUSEHOLD_KINDS[kind], Household.removed_at.is_(None))
    )


def all_standing(session: Session, kind: RosterKind) -> Iterator[dict[str, Any]]:
    """Every record of a kind that stands, one at a time."""
    for row in session.execute(_standing(kind).execution_options(yield_per=2_000)):
        yield row._asdict()


def standing_by_id(session: Session, kind: RosterKind, ids: Collection[int]) -> dict[int, Standing]:
    """The records with these ids that stand."""
    model = Member if kind is RosterKind.MEMBERS else Household
    rows = session.execute(_standing(kind).where(model.id.in_(ids)))
    return {row.id: Standing(row.id, row._asdict()) for row in rows}


class Sides:
    """The other sides of rows that may be a record twice: what stands, or an earlier row as if it stood (its id 0)."""

    def __init__(self, session: Session, kind: RosterKind, twins: Collection[dict[str, Any]]) -> None:
        self._standing = standing_by_id(session, kind, [one["id"] for one in twins if one["id"]])
        ids = [one["row_id"] for one in twins if not one["id"]]
        rows = session.execute(select(ImportRow.id, ImportRow.data).where(ImportRow.id.in_(ids))) if ids else ()
        self._earlier = {id_: Standing(0, _values(kind, data)) for id_, data in rows}

    def of(self, twin: dict[str, Any]) -> Standing | None:
        """The other side of one row; None when it has gone."""
        return self._standing.get(twin["id"]) if twin["id"] else self._earlier.get(twin["row_id"])


def _values(kind: RosterKind, data: dict[str, Any]) -> dict[str, Any]:
    record = packing.unpack(kind, data)
    return {name: getattr(record, name) for name in FIELDS[kind]}


def changes_of(kind: RosterKind, record: Any, standing: Standing) -> dict[str, list[Any]]:
    """What a record would change in one that stands, if it is that one."""
    if kind is RosterKind.MEMBERS:
        return differences(record, standing, MEMBER_FIELDS)
    return with_place(record, standing, FAMILY_FIELDS if kind is RosterKind.HOUSEHOLDS else ENTERPRISE_FIELDS)


def twin_counts(session: Session, batch: ImportBatch) -> dict[TwinChoice | None, int]:
    """How many rows that may be a record twice were decided in which way; None: not yet."""
    none: dict[TwinChoice | None, int] = {None: 0, TwinChoice.MERGE: 0, TwinChoice.KEEP: 0}
    if not batch.outline.get("twins"):
        return none
    found = session.execute(
        select(ImportRow.choice, func.count())
        .where(ImportRow.batch_id == batch.id, ImportRow.twin["why"].as_string().is_not(None))
        .group_by(ImportRow.choice)
    ).all()
    return none | dict(found)


def undecided(session: Session, batch: ImportBatch) -> int:
    """How many new rows may be a record twice, without a decision."""
    if not batch.outline.get("twins"):
        return 0
    rows = select(func.count()).where(
        ImportRow.batch_id == batch.id,
        ImportRow.state == RowState.NEW,
        ImportRow.choice.is_(None),
        ImportRow.twin["why"].as_string().is_not(None),
    )
    return session.scalar(rows) or 0


def list_twins(session: Session, batch: ImportBatch, number: int) -> Page[ImportRow]:
    """The rows that may be a record twice, in the file's order."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.twin["why"].as_string().is_not(None))
    return paginate(session, query.order_by(ImportRow.id), number, PER_PAGE)
