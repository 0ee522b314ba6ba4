"""One household: for whom it is there, and what its page tells."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Feedback,
    Group,
    Household,
    Issue,
    IssueState,
    Member,
    Visit,
)

LATEST = 5
SETTLED = (
    IssueState.ON_THE_SPOT, IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.CLOSED, IssueState.WITHDRAWN,
)  # fmt: skip
"""States in which nothing more happens with an issue."""


def needed_by(actor: Actor) -> ColumnElement[bool]:
    """Households whose name and phone the actor needs: all for coordinators, for leaders those of their groups'
    assignments, for visitors those of their own assignments while the campaign runs and they are in one of its
    groups."""
    if actor.is_coordinator:
        return true()
    clauses: list[ColumnElement[bool]] = []
    target = and_(Assignment.household_id == Household.id, Assignment.removed_at.is_(None))
    if actor.led_groups:
        clauses.append(exists().where(target, Assignment.group_id.in_(sorted(actor.led_groups))))
    if actor.groups:
        campaigns = (
            select(Group.campaign_id)
            .join(Campaign, Campaign.id == Group.campaign_id)
            .where(Group.id.in_(sorted(actor.groups)), Campaign.state == CampaignState.RUNNING)
        )
        mine = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == actor.id)
        clauses.append(exists().where(target, Assignment.id.in_(mine), Assignment.campaign_id.in_(campaigns)))
    return and_(Household.removed_at.is_(None), or_(*clauses)) if clauses else false()


def visible(actor: Actor) -> ColumnElement[bool]:
    """Households that the actor may see: those that they need, and for area leads all in the areas they answer for."""
    if not actor.led_area_paths or actor.is_coordinator:
        return needed_by(actor)
    areas = select(Area.id).where(or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths)))
    return or_(needed_by(actor), and_(Household.area_id.in_(areas), Household.removed_at.is_(None)))


def get_household(session: Session, actor: Actor, household_id: int) -> Household:
    """A household with its area. Raises `Missing` outside the actor's scope."""
    return _get(session, household_id, visible(actor))


def get_needed(session: Session, actor: Actor, household_id: int) -> Household:
    """A household whose phone the actor may see. Raises `Missing` for all others, area leads among them."""
    return _get(session, household_id, needed_by(actor))


def is_needed(session: Session, actor: Actor, household_id: int) -> bool:
    """Whether the actor may see the phone of a household that they may see. At most one query."""
    if actor.is_coordinator or not actor.led_area_paths:
        return True
    return session.scalar(select(Household.id).where(Household.id == household_id, needed_by(actor))) is not None


def _get(session: Session, household_id: int, clause: ColumnElement[bool]) -> Household:
    household = session.scalar(
        select(Household).where(Household.id == household_id, clause).options(joinedload(Household.area))
    )
    if household is None:
        raise Missing
    return household


def doubles_of(session: Session, household: Household) -> Sequence[Household]:
    """Of a household that was added at the door those in the book that may be the same: of that name in its village, or
    with its phone number. With areas; at most five. One query, for who keeps the book."""
    alike = and_(Household.area_id == household.area_id, Household.name == household.name)
    if household.phone:
        alike = or_(alike, Household.phone == household.phone, Household.second_phone == household.phone)
    query = (
        select(Household)
        .where(alike, Household.listed, Household.removed_at.is_(None), Household.id != household.id)
        .options(joinedload(Household.area))
        .order_by(Household.id)
        .limit(LATEST)
    )
    return session.scalars(query).all()


class Past(NamedTuple):
    """What a household's page tells besides the household: its assignments, latest visits and open issues."""

    assignments: Sequence[Assignment]
    visits: Sequence[tuple[Visit, int]]
    issues: Sequence[Issue]


def past_of(session: Session, household_id: int) -> Past:
    """A household's assignments with campaign, group and visitors, newest campaign first; its latest visits, each with
    its author and how many things were said; its open issues. Four queries, for who may see the household."""
    assignments = session.scalars(
        select(Assignment)
        .join(Assignment.campaign)
        .where(Assignment.household_id == household_id, Assignment.removed_at.is_(None))
        .options(
            contains_eager(Assignment.campaign),
            joinedload(Assignment.group),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    ).all()
    said = select(func.count(Feedback.id)).where(Feedback.visit_id == Visit.id, Feedback.removed_at.is_(None))
    visits = session.execute(
        select(Visit, said.scalar_subquery())
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .options(joinedload(Visit.author).load_only(Member.name))
        .where(Assignment.household_id == household_id, Visit.voided_at.is_(None))
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
        .limit(LATEST)
    ).all()
    issues = session.scalars(
        select(Issue)
        .where(Issue.household_id == household_id, Issue.state.not_in(SETTLED))
        .order_by(Issue.raised_at.desc(), Issue.id.desc())
        .limit(LATEST)
    ).all()
    return Past(assignments, [(visit, count) for visit, count in visits], issues)
