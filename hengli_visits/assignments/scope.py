"""Through which clauses everything about assignments is found."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from hengli_visits.actor import Actor
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    Household,
)


def led(actor: Actor) -> ColumnElement[bool]:
    """Assignments about which the actor decides: all for a coordinator, those of led groups for a leader. The same as
    `rules.may_lead`."""
    if actor.is_coordinator:
        return true()
    if not actor.led_groups:
        return false()
    return Assignment.group_id.in_(sorted(actor.led_groups))


def leads(actor: Actor) -> ColumnElement[bool]:
    """Groups and teams that the actor leads: all for a coordinator."""
    return true() if actor.is_coordinator else Group.id.in_(sorted(actor.led_groups))


def family(group_id: int) -> Select[int]:
    """The ids of a group and its teams; of a team its own."""
    return select(Group.id).where(or_(Group.id == group_id, Group.parent_id == group_id))


def own(actor: Actor) -> ColumnElement[bool]:
    """Assignments that the actor visits now: named as a visitor, still in a group of the campaign, the campaign
    running. Leaving the group or the campaign's end closes them at once."""
    if not actor.groups:
        return false()
    campaigns = (
        select(Group.campaign_id)
        .join(Campaign, Campaign.id == Group.campaign_id)
        .where(Group.id.in_(sorted(actor.groups)), Campaign.state == CampaignState.RUNNING)
    )
    mine = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == actor.id)
    return Assignment.campaign_id.in_(campaigns) & Assignment.id.in_(mine) & Assignment.removed_at.is_(None)


def in_led_areas(actor: Actor) -> ColumnElement[bool]:
    """Assignments whose household lies in an area for which the actor answers."""
    if not actor.led_area_paths:
        return false()
    households = (
        select(Household.id)
        .join(Area, Area.id == Household.area_id)
        .where(or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths)))
    )
    return Assignment.household_id.in_(households)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Assignments that the actor may see: all for coordinators, those in led areas, those of led groups, and one's own
    while the campaign runs. Removed targets are nobody's."""
    return Assignment.removed_at.is_(None) & or_(led(actor), in_led_areas(actor), own(actor))
