"""Reads of imports: what stands in the database in a roster's own words, batches and their rows."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.imports import rules
from hengli_visits.imports.matching import Standing
from hengli_visits.imports.rereading import household_again, member_again
from hengli_visits.imports.team_matching import Person, StandingGroup
from hengli_visits.imports.villages import Villages
from hengli_visits.models import (
    Area,
    AreaAlias,
    AreaKind,
    BatchState,
    Campaign,
    Group,
    GroupMember,
    Household,
    ImportBatch,
    ImportRow,
    Member,
    Organisation,
    OrganisationKind,
    RoleGrant,
    RosterKind,
    RowState,
    group_areas,
)
from hengli_visits.paging import Page, paginate

ROWS_PER_PAGE = 50
BATCHES_PER_PAGE = 20


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


def load_households(session: Session) -> list[Standing]:
    """Every family and enterprise, also those taken out of the book."""
    reread = household_again(_own_villages(session))
    rows = session.execute(
        select(*HOUSEHOLD_COLUMNS, Area.name.label("village")).join(Area, Area.id == Household.area_id)
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


def load_people(session: Session) -> list[Person]:
    """Everybody on the roster, to tell namesakes apart."""
    rows = session.execute(
        select(Member.id, Member.name, Member.phone, Member.second_phone, Area.name, Organisation.name)
        .outerjoin(Area, Area.id == Member.area_id)
        .outerjoin(Organisation, Organisation.id == Member.branch_id)
        .where(Member.active)
        .order_by(Member.id)
    )
    return [
        Person(id_, name, tuple(filter(None, (phone, second))), village, branch)
        for id_, name, phone, second, village, branch in rows
    ]


def load_groups(session: Session, campaign_id: int) -> list[StandingGroup]:
    """Every group and team of a campaign with its people and villages. Four queries."""
    parent = aliased(Group)
    rows = session.execute(
        select(Group.id, Group.name, parent.name)
        .outerjoin(parent, parent.id == Group.parent_id)
        .where(Group.campaign_id == campaign_id)
        .order_by(Group.position)
    ).all()
    own = select(Group.id).where(Group.campaign_id == campaign_id)
    leaders = _gathered(session, select(RoleGrant.group_id, RoleGrant.member_id).where(RoleGrant.group_id.in_(own)))
    members = _gathered(
        session,
        select(GroupMember.group_id, GroupMember.member_id).where(
            GroupMember.group_id.in_(own), GroupMember.left_at.is_(None)
        ),
    )
    villages = _gathered(
        session,
        select(group_areas.c.group_id, Area.name)
        .join(Area, Area.id == group_areas.c.area_id)
        .where(group_areas.c.group_id.in_(own))
        .order_by(Area.position),
    )
    return [
        StandingGroup(
            id_,
            name,
            above,
            frozenset(leaders.get(id_, ())),
            frozenset(members.get(id_, ())),
            tuple(villages.get(id_, ())),
        )
        for id_, name, above in rows
    ]


def _gathered(session: Session, query: Select[Any, Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in session.execute(query):
        found.setdefault(key, []).append(value)
    return found


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


def waiting_batches() -> Select[UUID]:
    """The ids of all batches that wait for a decision, always in the same order."""
    return select(ImportBatch.id).where(ImportBatch.state == rules.WAITING).order_by(ImportBatch.id)
