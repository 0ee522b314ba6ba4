"""Through which clause members are found."""

from sqlalchemy import ColumnElement, exists, false, or_, true

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.models import GroupMember, Member, RoleGrant


def visible(actor: Actor) -> ColumnElement[bool]:
    """Members that the actor may see: all for coordinators, those in led groups and their leaders for a leader."""
    if actor.is_coordinator:
        return true()
    if not actor.led_groups:
        return false()
    led = sorted(actor.led_groups)
    inside = exists().where(
        GroupMember.member_id == Member.id, GroupMember.left_at.is_(None), GroupMember.group_id.in_(led)
    )
    return or_(
        inside, exists().where(RoleGrant.member_id == Member.id, RoleGrant.group_id.in_(led), holds(clock.today()))
    )
