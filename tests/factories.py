"""Rows for tests, made with one call each; every argument has a sensible default. They flush and return the row."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import (
    Account,
    Area,
    AreaKind,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Category,
    Group,
    GroupMember,
    Household,
    HouseholdKind,
    Member,
    Organisation,
    OrganisationKind,
    Outcome,
    Role,
    RoleGrant,
)
from hengli_visits.orm import Base
from hengli_visits.search import street_order

_count = itertools.count(1)


def _add(session: Session, row: Base) -> Any:
    session.add(row)
    session.flush()
    return row


def make_area(session: Session, name: str, *, parent: Area | None = None, code: str | None = None) -> Area:
    """A town without a parent, a village with one."""
    number = next(_count)
    area: Area = _add(
        session,
        Area(
            name=name,
            kind=AreaKind.VILLAGE if parent else AreaKind.TOWN,
            code=code or f"A{number}",
            parent_id=parent.id if parent else None,
            position=number,
        ),
    )
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    session.flush()
    return area


def make_unit(session: Session, name: str, *, area: Area | None = None) -> Organisation:
    """A unit that resolves issues; with an area, that village's committee."""
    unit: Organisation = _add(
        session, Organisation(kind=OrganisationKind.UNIT, name=name, area_id=area.id if area else None)
    )
    return unit


def make_branch(session: Session, name: str, area: Area | None = None) -> Organisation:
    """A party branch; with an area, linked to that village."""
    branch: Organisation = _add(
        session, Organisation(kind=OrganisationKind.BRANCH, name=name, area_id=area.id if area else None)
    )
    return branch


def make_member(session: Session, name: str, **values: Any) -> Member:
    """A member on the roster, with an account (no password) so that tests can sign in as them."""
    number = next(_count)
    values = {"phone": f"199{number:08d}", "created_at": clock.now(), "updated_at": clock.now()} | values
    member: Member = _add(session, Member(name=name, **values))
    _add(session, Account(member_id=member.id, created_at=clock.now()))
    return member


def grant(session: Session, member: Member, role: Role, **scope: int) -> RoleGrant:
    """Give a role, with `area_id`, `group_id` or `organisation_id` as the role wants."""
    row: RoleGrant = _add(session, RoleGrant(member_id=member.id, role=role, granted_at=clock.now(), **scope))
    return row


def make_household(session: Session, area: Area, name: str = "钟林锡", **values: Any) -> Household:
    """A family on 二巷, each with the next door number."""
    number = next(_count)
    values = {
        "kind": HouseholdKind.FAMILY,
        "code": f"{area.code}-{number:03d}",
        "street": "二巷",
        "door": f"{number}号",
        "door_number": number,
        # ends in 0 and three digits, as no door of four digits does: a page may be searched for it
        "phone": f"198{number % 10_000:04d}0{number % 1000:03d}",
        "category": "普通户",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    } | values
    values.setdefault("street_order", street_order(values["street"]))
    household: Household = _add(session, Household(name=name, area_id=area.id, **values))
    return household


def make_campaign(session: Session, name: str = "双千", **values: Any) -> Campaign:
    """A running campaign from ten days ago to twenty days ahead."""
    values = {
        "state": CampaignState.RUNNING,
        "starts_on": clock.today() - timedelta(days=10),
        "ends_on": clock.today() + timedelta(days=20),
        "counted": [Outcome.MET.value],
        "created_at": clock.now(),
    } | values
    campaign: Campaign = _add(session, Campaign(name=name, **values))
    return campaign


def make_category(session: Session, campaign: Campaign, name: str, unit: Organisation | None = None) -> Category:
    """A category with its lead unit; without one, the village's committee leads."""
    category: Category = _add(
        session,
        Category(
            campaign_id=campaign.id,
            name=name,
            unit_id=unit.id if unit else None,
            by_area=unit is None,
            position=next(_count),
        ),
    )
    return category


def make_group(
    session: Session, campaign: Campaign, name: str, *, parent: Group | None = None, areas: tuple[Area, ...] = ()
) -> Group:
    """A group, or with a parent one of its teams."""
    group: Group = _add(
        session,
        Group(
            campaign_id=campaign.id,
            name=name,
            parent_id=parent.id if parent else None,
            position=next(_count),
            created_at=clock.now(),
            areas=list(areas),
        ),
    )
    return group


def join(session: Session, group: Group, *members: Member) -> None:
    """Make members visitors of a group."""
    for member in members:
        _add(session, GroupMember(group_id=group.id, member_id=member.id, joined_at=clock.now()))


def make_assignment(
    session: Session,
    campaign: Campaign,
    household: Household,
    group: Group | None = None,
    visitors: tuple[Member, ...] = (),
    **values: Any,
) -> Assignment:
    """A household in a campaign; with a group and visitors it is somebody's task."""
    assignment: Assignment = _add(
        session,
        Assignment(
            campaign_id=campaign.id,
            household_id=household.id,
            group_id=group.id if group else None,
            created_at=clock.now(),
            visitors=[AssignmentVisitor(member_id=m.id, position=i, since=clock.now()) for i, m in enumerate(visitors)],
            **values,
        ),
    )
    return assignment
