"""Areas that a campaign visits and that no group covers yet, with who could be their group."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.models import Area, Assignment, Group, GroupMember, Household, Member, group_areas


@dataclass(frozen=True)
class Uncovered:
    """An area with the number of its targets and the members who live there and have no group in the campaign yet."""

    area: Area
    targets: int
    member_ids: tuple[int, ...]


def uncovered_areas(session: Session, campaign_id: int) -> list[Uncovered]:
    """The areas that have targets and that no group of the campaign covers, itself or with an area above, in their
    order. Members are active and in the order of the roster. One query when there are none, else two."""
    above = aliased(Area)
    covered = exists().where(
        Group.campaign_id == campaign_id,
        Group.parent_id.is_(None),
        group_areas.c.group_id == Group.id,
        above.id == group_areas.c.area_id,
        Area.path.startswith(above.path),
    )
    rows = session.execute(
        select(Area, func.count(Assignment.id))
        .join(Household, Household.area_id == Area.id)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None), ~covered.correlate(Area))
        .group_by(Area.id)
        .order_by(Area.position, Area.id)
    ).all()
    members = _unplaced(session, campaign_id, [area.id for area, _ in rows]) if rows else {}
    return [Uncovered(area, targets, tuple(members.get(area.id, ()))) for area, targets in rows]


def _unplaced(session: Session, campaign_id: int, area_ids: list[int]) -> dict[int, list[int]]:
    """By area the active members who live there and are in no group of the campaign."""
    placed = (
        exists()
        .where(
            GroupMember.member_id == Member.id,
            GroupMember.left_at.is_(None),
            GroupMember.group_id == Group.id,
            Group.campaign_id == campaign_id,
        )
        .correlate(Member)
    )
    found: dict[int, list[int]] = {}
    for member_id, area_id in session.execute(
        select(Member.id, Member.area_id)
        .where(Member.area_id.in_(area_ids), Member.active, ~placed)
        .order_by(Member.id)
    ):
        if area_id is not None:
            found.setdefault(area_id, []).append(member_id)
    return found
