"""Areas that a campaign visits and that no group covers yet, with who could be their group."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hengli_visits.models import Area, Assignment, Group, GroupMember, Household, Member, group_areas


@dataclass(frozen=True)
class Uncovered:
    """An area with the number of its targets and the members who live there and have no group in the campaign yet."""

    area: Area
    targets: int
    member_ids: tuple[int, ...]


def uncovered_areas(session: Session, campaign_id: int) -> list[Uncovered]:
    """The areas that have targets and that no group of the campaign covers, itself or with an area above, in their
    order. Members are active and in the order of the roster. Three queries."""
    covered = session.scalars(
        select(Area.path)
        .join(group_areas, group_areas.c.area_id == Area.id)
        .join(Group, Group.id == group_areas.c.group_id)
        .where(Group.campaign_id == campaign_id, Group.parent_id.is_(None))
    ).all()
    rows = session.execute(
        select(Area, func.count(Assignment.id))
        .join(Household, Household.area_id == Area.id)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
        .group_by(Area.id)
        .order_by(Area.position, Area.id)
    )
    open_areas = [(area, targets) for area, targets in rows if not area.path.startswith(tuple(covered))]
    members = _unplaced(session, campaign_id, [area.id for area, _ in open_areas])
    return [Uncovered(area, targets, tuple(members.get(area.id, ()))) for area, targets in open_areas]


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
