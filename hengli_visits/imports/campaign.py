"""Reads of one campaign in a roster's own words: its people, its groups, and which households it visits."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.assignments.rules import group_of_area
from hengli_visits.assignments.targets import covering_groups
from hengli_visits.imports.assignment_matching import Target
from hengli_visits.imports.namesakes import People, Person
from hengli_visits.imports.team_matching import StandingGroup
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Group,
    GroupMember,
    Member,
    Organisation,
    RoleGrant,
    group_areas,
)


def load_people(session: Session) -> People:
    """Everybody on the roster, to tell namesakes apart."""
    rows = session.execute(
        select(
            Member.id,
            Member.name,
            Member.phone,
            Member.second_phone,
            Area.name,
            Organisation.name,
            Member.staff_number,
        )
        .outerjoin(Area, Area.id == Member.area_id)
        .outerjoin(Organisation, Organisation.id == Member.branch_id)
        .where(Member.active)
        .order_by(Member.id)
    )
    return People(
        Person(id_, name, tuple(filter(None, (phone, second))), village, branch, number)
        for id_, name, phone, second, village, branch, number in rows
    )


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


def load_targets(session: Session, campaign_id: int) -> dict[int, Target]:
    """Every assignment of a campaign by its household, removed ones too. Two queries."""
    own = select(Assignment.id).where(Assignment.campaign_id == campaign_id)
    visitors = _gathered(
        session,
        select(AssignmentVisitor.assignment_id, AssignmentVisitor.member_id).where(
            AssignmentVisitor.assignment_id.in_(own)
        ),
    )
    rows = session.execute(
        select(
            Assignment.household_id,
            Assignment.id,
            Assignment.group_id,
            Assignment.last_visit_at,
            Assignment.removed_at,
        ).where(Assignment.campaign_id == campaign_id)
    )
    return {
        row.household_id: Target(
            row.id,
            row.group_id,
            tuple(visitors.get(row.id, ())),
            visited=row.last_visit_at is not None,
            removed=row.removed_at is not None,
        )
        for row in rows
    }


def covering(session: Session, campaign_id: int) -> dict[str, int]:
    """{village: the one top-level group of a campaign that covers it}."""
    groups = covering_groups(session, campaign_id)
    found = {area.name: group_of_area(area.path, groups) for area in session.scalars(select(Area))}
    return {name: group_id for name, group_id in found.items() if group_id is not None}


def _gathered(session: Session, query: Select[Any, Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in session.execute(query):
        found.setdefault(key, []).append(value)
    return found
