"""Reads of imports: what stands in the database in a roster's own words, batches and their rows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.imports import rules
from hengli_visits.imports.matching import Standing
from hengli_visits.imports.rereading import household_again, member_again
from hengli_visits.imports.villages import UNKNOWN, Villages
from hengli_visits.models import (
    Area,
    AreaAlias,
    AreaKind,
    BatchState,
    Campaign,
    ColumnChoice,
    Household,
    ImportBatch,
    ImportRow,
    Member,
    Organisation,
    OrganisationKind,
    RosterKind,
    RowState,
    TwinChoice,
)
from hengli_visits.paging import Page, paginate

ROWS_PER_PAGE = 50
BATCHES_PER_PAGE = 20
BAD_ROWS_ASKED = 2_000
NAMES_ASKED = 20


def load_town(session: Session) -> Area | None:
    """The town itself, if it has been founded."""
    return session.scalars(select(Area).where(Area.kind == AreaKind.TOWN).order_by(Area.id).limit(1)).first()


def load_villages(session: Session) -> list[Area]:
    """All villages and communities in their order."""
    return list(session.scalars(select(Area).where(Area.kind != AreaKind.TOWN).order_by(Area.position)))


def load_aliases(session: Session) -> dict[str, str]:
    """{other way of writing: village's name}."""
    return dict(session.execute(select(AreaAlias.name, Area.name).join(Area, Area.id == AreaAlias.area_id)).all())


def known_villages(session: Session, town: str, more: tuple[str, ...] = ()) -> Villages:
    """The villages by which a file is read: those of the town, and `more` that the file itself names."""
    names = [area.name for area in load_villages(session)]
    return Villages([*names, *more], load_aliases(session), (rules.CITY, town))


def _own_villages(session: Session) -> Callable[[], Villages]:
    """The town's villages, read when they are first asked for."""

    @cache
    def villages() -> Villages:
        town = load_town(session)
        return known_villages(session, town.name if town else rules.TOWN)

    return villages


MEMBER_COLUMNS = (
    Member.id, Member.name, Member.gender, Member.standing, Member.phone, Member.second_phone, Member.born,
    Member.staff_number, Member.remarks, Member.active,
)  # fmt: skip


def load_members(session: Session) -> list[Standing]:
    """Everybody on the roster, and everybody who was."""
    reread = member_again(_own_villages(session))
    rows = session.execute(
        select(*MEMBER_COLUMNS, Organisation.name.label("branch"), Area.name.label("village"))
        .outerjoin(Organisation, Organisation.id == Member.branch_id)
        .outerjoin(Area, Area.id == Member.area_id)
    )
    return [Standing(row.id, row._asdict(), not row.active, reread) for row in rows]


HOUSEHOLD_COLUMNS = (
    Household.id, Household.kind, Household.code, Household.name, Household.street, Household.door, Household.address,
    Household.contact, Household.phone, Household.second_phone, Household.category, Household.size,
    Household.industry, Household.latitude, Household.longitude, Household.remarks, Household.removed_at,
)  # fmt: skip


def load_households(session: Session, codes: Collection[str], names: Collection[str]) -> list[Standing]:
    """Every family and enterprise with one of these codes or names, also those taken out of the book."""
    reread = household_again(_own_villages(session))
    rows = session.execute(
        select(*HOUSEHOLD_COLUMNS, Area.name.label("village"))
        .join(Area, Area.id == Household.area_id)
        .where(or_(Household.code.in_(codes), Household.name.in_(names)))
        .order_by(Household.id)
    )
    return [Standing(row.id, row._asdict(), row.removed_at is not None, reread) for row in rows]


def load_areas(session: Session) -> list[Standing]:
    """Every village, and the town: names and codes are one space."""
    return [
        Standing(
            area.id,
            {"name": area.name, "code": area.code, "latitude": area.latitude, "longitude": area.longitude},
        )
        for area in session.scalars(select(Area))
    ]


def load_branches(session: Session) -> list[Standing]:
    """Every party branch."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.sector, Area.name)
        .outerjoin(Area, Area.id == Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.BRANCH)
    )
    return [Standing(id_, {"name": name, "sector": sector, "village": village}) for id_, name, sector, village in rows]


def get_batch(session: Session, actor: Actor, batch_id: UUID) -> ImportBatch:
    """One batch. Raises `Missing` for an unknown one and for who may not import."""
    require(rules.may_import(actor))
    query = (
        select(ImportBatch)
        .options(joinedload(ImportBatch.created_by), joinedload(ImportBatch.campaign))
        .where(ImportBatch.id == batch_id)
    )
    batch = session.scalars(query).one_or_none()
    if batch is None:
        raise Missing
    return batch


def is_empty(batch: ImportBatch) -> bool:
    """Whether not one row was read."""
    return not (batch.new or batch.changed or batch.same or batch.bad)


def list_batches(session: Session, actor: Actor, number: int) -> Page[ImportBatch]:
    """All batches, newest first."""
    require(rules.may_import(actor))
    query = (
        select(ImportBatch)
        .options(joinedload(ImportBatch.created_by))
        .order_by(ImportBatch.created_at.desc(), ImportBatch.id)
    )
    return paginate(session, query, number, BATCHES_PER_PAGE)


def list_rows(session: Session, batch: ImportBatch, state: RowState, number: int) -> Page[ImportRow]:
    """The rows of a batch in one state, in the file's order."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.state == state).order_by(ImportRow.id)
    return paginate(session, query, number, ROWS_PER_PAGE)


StoredRow = Row[
    int,
    str,
    int,
    str,
    RowState,
    dict[str, Any],
    dict[str, Any],
    list[dict[str, Any]],
    int | None,
    Any,
    TwinChoice | None,
]


def stored_rows(session: Session, batch: ImportBatch, portion: int | None) -> Iterator[list[StoredRow]]:
    """The rows that hold a record, in the file's order, so many at once (None: all); those that could not be read are
    left out. They may be changed on the way."""
    query = (
        select(
            ImportRow.id,
            ImportRow.sheet,
            ImportRow.number,
            ImportRow.label,
            ImportRow.state,
            ImportRow.data,
            ImportRow.changes,
            ImportRow.notes,
            ImportRow.target_id,
            ImportRow.twin,
            ImportRow.choice,
        )
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.id)
        .limit(portion)
    )
    last = 0
    while rows := session.execute(query.where(ImportRow.id > last)).all():
        last = rows[-1].id
        yield [row for row in rows if "cells" not in row.data]


def mark_books(session: Session) -> tuple[object, ...]:
    """What changes whenever a village, a household or a member does, and whenever a branch or an alias comes or goes."""
    marks: list[object] = list(session.scalars(select(Area.name).order_by(Area.id)))
    for model in (Member, Household):
        marks += session.execute(select(func.count(), func.max(model.id), func.max(model.updated_at))).one()
    for table in (AreaAlias.id, Organisation.id):
        marks += session.execute(select(func.count(), func.max(table))).one()
    return tuple(marks)


def codes_of(session: Session, batch: ImportBatch) -> set[str]:
    """All codes that the records of a batch say."""
    codes = session.scalars(select(ImportRow.data["code"].as_string()).where(ImportRow.batch_id == batch.id))
    return {code for code in codes if code}


def first_bad_rows(session: Session, batch: ImportBatch, limit: int) -> list[ImportRow]:
    """The first rows of a batch that were not taken."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.BAD)
    return list(session.scalars(query.order_by(ImportRow.id).limit(limit)))


def sheet_counts(session: Session, batch: ImportBatch) -> dict[str, dict[RowState, int]]:
    """{sheet: {state: rows}}."""
    rows = session.execute(
        select(ImportRow.sheet, ImportRow.state, func.count())
        .where(ImportRow.batch_id == batch.id)
        .group_by(ImportRow.sheet, ImportRow.state)
    )
    counts: dict[str, dict[RowState, int]] = {}
    for sheet, state, count in rows:
        counts.setdefault(sheet, {})[state] = count
    return counts


def imported_kinds(session: Session) -> set[RosterKind]:
    """Of which kinds a roster has been imported."""
    return set(session.scalars(select(ImportBatch.kind).where(ImportBatch.state == BatchState.APPLIED).distinct()))


def open_campaigns(session: Session, actor: Actor) -> list[Campaign]:
    """Campaigns whose groups may still change, the newest first."""
    require(rules.may_import(actor))
    query = select(Campaign).where(Campaign.state.in_(rules.OPEN_STATES)).order_by(Campaign.created_at.desc())
    return list(session.scalars(query))


def column_choices(session: Session, kind: RosterKind) -> dict[str, dict[str, str]]:
    """{key of a set of headers: what its columns were said to hold} for a kind of roster."""
    rows = session.execute(select(ColumnChoice.key, ColumnChoice.columns).where(ColumnChoice.kind == kind))
    return {row.key: row.columns for row in rows}


def unknown_villages(session: Session, batch: ImportBatch) -> list[tuple[str, int]]:
    """Names in the columns for villages that no village has, as far as bad rows tell, with how many rows each; the most
    frequent first."""
    found: Counter[str] = Counter()
    for row in first_bad_rows(session, batch, BAD_ROWS_ASKED):
        found.update(note["params"]["value"] for note in row.notes if note["message"] == UNKNOWN)
    return found.most_common(NAMES_ASKED)


def waiting_batches() -> Select[UUID]:
    """The ids of all batches that wait for a decision, always in the same order."""
    states = (rules.WAITING, BatchState.APPLYING)
    return select(ImportBatch.id).where(ImportBatch.state.in_(states)).order_by(ImportBatch.id)


def kept_batches(session: Session) -> set[UUID]:
    """The ids of all batches whose files may still be needed."""
    over = (BatchState.DISCARDED, BatchState.FAILED, BatchState.UNDONE)
    return set(session.scalars(select(ImportBatch.id).where(ImportBatch.state.not_in(over))))
