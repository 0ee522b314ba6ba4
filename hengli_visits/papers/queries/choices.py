"""What a paper can be narrowed to: of each only what the actor oversees."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.actor import Actor
from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.issues.scope import clauses
from hengli_visits.models import Area, Assignment, Campaign, Group, Household, Issue, PaperKind
from hengli_visits.papers import scope
from hengli_visits.papers.wishes import Wishes


@dataclass(frozen=True)
class Choices:
    """Villages and groups (teams with their group's name in front) that a paper may be of."""

    areas: Sequence[tuple[int, str]]
    groups: Sequence[tuple[int, str]]


def campaigns_for(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns of which the actor may have papers, running ones first; for who acts for a unit alone those in which
    it has issues. One query."""
    if actor.is_coordinator or actor.is_area_lead or actor.is_leader:
        return campaigns_with_tasks(session, actor)
    parts = clauses(actor)
    own = select(Issue.campaign_id).where(or_(*(parts[part] for part in scope.UNITS)))
    return list(session.scalars(select(Campaign).where(Campaign.id.in_(own)).order_by(Campaign.starts_on.desc())))


def choices_for(session: Session, actor: Actor, kind: PaperKind, campaign_id: int) -> Choices:
    """What the actor can narrow a kind of paper to. Two queries, for who acts for a unit alone one."""
    wishes = Wishes(campaign_id)
    own = scope.tasks(actor, wishes)
    places = select(Household.area_id).join(Assignment, Assignment.household_id == Household.id).where(own)
    troubled = select(Issue.area_id).where(scope.issues(actor, kind, wishes))
    areas = session.execute(
        select(Area.id, Area.name).where(Area.id.in_(places) | Area.id.in_(troubled)).order_by(Area.position, Area.id)
    )
    return Choices([(row.id, row.name) for row in areas], _groups(session, own, campaign_id))


def _groups(session: Session, own: ColumnElement[bool], campaign_id: int) -> list[tuple[int, str]]:
    """Groups with households of theirs or their teams', and those teams, in their order."""
    parent = aliased(Group)
    used = select(Assignment.group_id).where(own, Assignment.group_id.is_not(None))
    above = select(Group.parent_id).where(Group.id.in_(used), Group.parent_id.is_not(None))
    rows = session.execute(
        select(Group.id, Group.name, parent.name.label("above"))
        .outerjoin(parent, parent.id == Group.parent_id)
        .where(Group.campaign_id == campaign_id, Group.id.in_(used) | Group.id.in_(above))
        .order_by(
            func.coalesce(parent.position, Group.position), Group.parent_id.is_not(None), Group.position, Group.id
        )
    )
    return [(row.id, f"{row.above} · {row.name}" if row.above else row.name) for row in rows]
