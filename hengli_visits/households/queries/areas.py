"""The area tree."""

from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.households import rules
from hengli_visits.models import Area, Household, HouseholdKind, Member


def villages(session: Session) -> list[Area]:
    """The areas in which households lie: all below the town. One query."""
    query = select(Area).where(Area.parent_id.is_not(None)).order_by(Area.position, Area.id)
    return list(session.scalars(query))


def town(session: Session) -> Area | None:
    """The root of the area tree, None before there is one."""
    return session.scalar(select(Area).where(Area.parent_id.is_(None)).order_by(Area.id).limit(1))


class AreaRow(NamedTuple):
    """An area with what lies in it, its own parts not counted."""

    area: Area
    depth: int
    families: int
    enterprises: int
    members: int


def area_tree(session: Session, actor: Actor) -> list[AreaRow]:
    """The area tree, parents before their parts, with counts. Two queries. Raises `Missing` for who may not see it."""
    require(rules.may_see_areas(actor))
    inside = select(
        Household.area_id,
        func.count(case((Household.kind == HouseholdKind.FAMILY, 1))).label("families"),
        func.count(case((Household.kind == HouseholdKind.ENTERPRISE, 1))).label("enterprises"),
    )
    inside = inside.where(Household.removed_at.is_(None)).group_by(Household.area_id)
    counts = inside.subquery()
    people = select(func.count(Member.id)).where(Member.area_id == Area.id, Member.active).scalar_subquery()
    rows = session.execute(
        select(Area, counts.c.families, counts.c.enterprises, people)
        .outerjoin(counts, counts.c.area_id == Area.id)
        .options(selectinload(Area.aliases))
        .order_by(Area.position, Area.id)
    ).all()
    below: dict[int | None, list[AreaRow]] = {}
    for area, families, enterprises, members in rows:
        row = AreaRow(area, area.path.count("/") - 2, families or 0, enterprises or 0, members)
        below.setdefault(area.parent_id, []).append(row)
    return list(_walk(below, None))


def _walk(below: dict[int | None, list[AreaRow]], parent_id: int | None) -> list[AreaRow]:
    found: list[AreaRow] = []
    for row in below.get(parent_id, []):
        found += [row, *_walk(below, row.area.id)]
    return found


def get_area(session: Session, actor: Actor, area_id: int) -> Area:
    """An area with its other names. Raises `Missing` for who may not see the tree."""
    require(rules.may_see_areas(actor))
    area = session.scalar(select(Area).where(Area.id == area_id).options(selectinload(Area.aliases)))
    if area is None:
        raise Missing
    return area
