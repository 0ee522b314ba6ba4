"""Reading and importing in a test."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import Counts, apply_batch, read_roster
from hengli_visits.models import (
    Area,
    Campaign,
    Group,
    GroupMember,
    Household,
    ImportBatch,
    ImportRow,
    Member,
    Organisation,
    RoleGrant,
    RosterKind,
    RowState,
)
from hengli_visits.orm import Base
from tests.factories import make_campaign
from tests.imports.books import book
from tests.imports.reading import sample

MEMBERS, HOUSEHOLDS = "党员花名册.xlsx", "双千走访户名册.xlsx"
ENTERPRISES, GROUPS = "走访企业名册.xlsx", "情系群众周分组表.xlsx"
Rows = Sequence[Sequence[object]]
TOWN: tuple[type[Base], ...] = (Area, Organisation, Member, Household, Campaign, Group, GroupMember, RoleGrant)


def read(session: Session, rows: Rows | bytes, kind: RosterKind | None = None, **more: Any) -> ImportBatch:
    """Read rows (their first is the header) or a whole file into a batch, and commit."""
    data = rows if isinstance(rows, bytes) else book(("名册", rows))
    batch = read_roster(session, SYSTEM, kind, "名册.xlsx", data, **more)
    session.commit()
    return batch


def bring(session: Session, rows: Rows | bytes, kind: RosterKind | None = None, **more: Any) -> Counts:
    """Read and import, and commit."""
    counts = apply_batch(session, SYSTEM, read(session, rows, kind), **more)
    session.commit()
    return counts


def bring_town(session: Session) -> Campaign:
    """The four sample files on an empty database, with a campaign for the groups."""
    campaign = make_campaign(session, "周", starts_on=date(2026, 6, 1), ends_on=date(2026, 7, 31))
    session.commit()
    for name in (HOUSEHOLDS, MEMBERS, ENTERPRISES, GROUPS):
        bring(session, sample(name))
    return campaign


def figures(batch: ImportBatch) -> tuple[int, int, int, int, int]:
    """New, changed, same, bad, skipped."""
    return batch.new, batch.changed, batch.same, batch.bad, batch.skipped


def count(session: Session, model: type[Base]) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def rows_of(session: Session, batch: ImportBatch, state: RowState) -> list[ImportRow]:
    """The rows of a batch in one state, in the file's order."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.state == state).order_by(ImportRow.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def reasons(session: Session, batch: ImportBatch) -> list[str]:
    """Why the bad rows were not taken."""
    bad = rows_of(session, batch, RowState.BAD)
    return [note["message"] % note["params"] for row in bad for note in row.notes if note["level"] == "bad"]


def snapshot(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every row of the town, with its times."""
    session.rollback()
    return {
        model.__tablename__: [
            tuple(row) for row in session.execute(select(model.__table__).order_by(*model.__table__.primary_key))
        ]
        for model in TOWN
    }
