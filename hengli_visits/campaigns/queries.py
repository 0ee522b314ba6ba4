"""Reads of campaigns and their categories."""

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.campaigns.rules import SetUp
from hengli_visits.models import (
    Assignment,
    AssignmentVisitor,
    Category,
    Group,
    GroupMember,
    Member,
    RoleGrant,
)


def _led(group: type[Group]) -> Select[int]:
    """Ids of groups that have a leader of their own or of one of their teams."""
    team = aliased(Group)
    leads = exists().where(RoleGrant.group_id == group.id)
    of_team = exists().where(team.parent_id == group.id, RoleGrant.group_id == team.id)
    return select(group.id).where(or_(leads, of_team))


def set_up_of(session: Session, campaign_id: int) -> SetUp:
    """What stands ready in a campaign. One query."""
    target = select(func.count(Assignment.id)).where(
        Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None)
    )
    top = (Group.campaign_id == campaign_id, Group.parent_id.is_(None))
    groups = select(func.count(Group.id)).where(*top)
    members = (
        select(func.count(func.distinct(GroupMember.member_id)))
        .join(Group, Group.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(Group.campaign_id == campaign_id, GroupMember.left_at.is_(None), Member.active)
    )
    category = select(func.count(Category.id)).where(Category.campaign_id == campaign_id, Category.active)
    row = session.execute(
        select(
            target.scalar_subquery(),
            target.where(~exists().where(AssignmentVisitor.assignment_id == Assignment.id)).scalar_subquery(),
            groups.scalar_subquery(),
            groups.where(Group.id.not_in(_led(aliased(Group)))).scalar_subquery(),
            members.scalar_subquery(),
            category.scalar_subquery(),
            category.where(Category.unit_id.is_(None), ~Category.by_area).scalar_subquery(),
        )
    ).one()
    return SetUp(*row)
