"""The town of the demonstration: villages, branches, people, households and enterprises from the sample rosters."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.demo.visiting import Place
from hengli_visits.imports.actions import apply_batch, read_roster
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Campaign,
    Household,
    HouseholdKind,
    RosterKind,
)

ROSTERS = Path(__file__).parent / "rosters"
TOWN = "横沥镇"
FILES = (
    (RosterKind.AREAS, "villages.csv"),
    (RosterKind.BRANCHES, "branches.csv"),
    (RosterKind.MEMBERS, "党员花名册.xlsx"),
    (RosterKind.HOUSEHOLDS, "双千走访户名册.xlsx"),
    (RosterKind.ENTERPRISES, "走访企业名册.xlsx"),
)
TEAMS = "情系群众周分组表.xlsx"

Tell = Callable[[str], None]
"""Prints a line of progress."""


def import_roster(session: Session, kind: RosterKind, name: str, tell: Tell, campaign: Campaign | None = None) -> None:
    """Import one of the sample rosters, as `flask import` does."""
    batch = read_roster(session, SYSTEM, kind, name, (ROSTERS / name).read_bytes(), campaign=campaign)
    counts = apply_batch(session, SYSTEM, batch, town=TOWN)
    tell(f"  {name}: {counts.new + counts.changed} taken, {counts.bad} reported")


def import_town(session: Session, tell: Tell) -> None:
    """Import everything but the groups."""
    for kind, name in FILES:
        import_roster(session, kind, name, tell)


def places_of(session: Session, campaign: Campaign) -> list[Place]:
    """The assignments of a campaign that have visitors, street by street."""
    visitors: dict[int, list[int]] = {}
    for assignment_id, member_id in session.execute(
        select(AssignmentVisitor.assignment_id, AssignmentVisitor.member_id).order_by(
            AssignmentVisitor.assignment_id, AssignmentVisitor.position
        )
    ):
        visitors.setdefault(assignment_id, []).append(member_id)
    rows = session.execute(
        select(Assignment.id, Assignment.group_id, Household, Area.name)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign.id, Assignment.removed_at.is_(None))
        .order_by(Area.position, Household.street_order, Household.door_number, Assignment.id)
    )
    return [
        Place(
            id=id_,
            group_id=group_id or 0,
            household_id=household.id,
            area_id=household.area_id,
            village=village,
            street=household.street,
            care="企业" if household.kind is HouseholdKind.ENTERPRISE else household.category,
            position=(household.latitude, household.longitude)
            if household.latitude is not None and household.longitude is not None
            else None,
            visitors=tuple(visitors[id_]),
        )
        for id_, group_id, household, village in rows
        if id_ in visitors
    ]
