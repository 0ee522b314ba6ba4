"""Households that are in no book, as somebody at the door tells of them, and what became of them."""

from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.models import AssignmentMove, AssignmentVisitor, Household, Member
from hengli_visits.visits.actions import Saved, put_visit_at_door
from hengli_visits.visits.doorstep import Newcomer
from tests.cast import Cast
from tests.issues.making import actor_for
from tests.visits.making import content


def newcomer(cast: Cast, **change: Any) -> Newcomer:
    """A household of the visitor's village that is in no book."""
    given: dict[str, Any] = {
        "uuid": uuid4(),
        "campaign": cast.campaign.id,
        "area": cast.village.id,
        "name": "卢带好",
        "street": "三巷",
        "door": "7号",
        "phone": "13800138000",
        "category": "独居老人户",
    } | change
    return Newcomer(**given)


def as_json(told: Newcomer, **change: Any) -> dict[str, Any]:
    """The same as a phone sends it."""
    return {
        "uuid": str(told.uuid),
        "campaign": told.campaign,
        "area": told.area,
        "name": told.name,
        "street": told.street,
        "door": told.door,
        "phone": told.phone,
        "category": told.category,
    } | change


def at_door(session: Session, member: Member, told: Newcomer, **values: Any) -> Saved:
    """Log a visit there."""
    given: dict[str, Any] = {"uuid": uuid4(), "content": content()} | values
    return put_visit_at_door(session, actor_for(session, member), told, **given)


def counted(session: Session, *models: Any) -> list[int]:
    """How many rows each table has."""
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def household_of(session: Session, told: Newcomer) -> Household:
    """The household that was made of it."""
    return session.scalars(select(Household).where(Household.door_uuid == told.uuid)).one()


def visitors_of(session: Session, assignment_id: int) -> list[int]:
    """Who visits it now."""
    rows = select(AssignmentVisitor.member_id).where(AssignmentVisitor.assignment_id == assignment_id)
    return list(session.scalars(rows))


def moves_of(session: Session, assignment_id: int) -> list[tuple[str, dict[str, Any]]]:
    """What was done with it, in order."""
    rows = session.scalars(
        select(AssignmentMove).where(AssignmentMove.assignment_id == assignment_id).order_by(AssignmentMove.id)
    )
    return [(move.verb.value, move.after) for move in rows]
