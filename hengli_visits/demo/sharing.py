"""Sharing a campaign's households out, as its coordinator does it on the page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import apply_share_out, order_share_out, work_out
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import Campaign, Group


def share_out(session: Session, actor: Actor, campaign: Campaign) -> int:
    """Give everything that is left to pairs, households without a group too; returns how many households."""
    groups = select(Group.id).where(Group.campaign_id == campaign.id, Group.parent_id.is_(None)).order_by(Group.id)
    plan = order_share_out(session, actor, campaign, Wishes(groups=tuple(session.scalars(groups)), homeless=True))
    work_out(session, actor, plan)
    return len(apply_share_out(session, actor, plan).done)
