"""A visitor's own round: the households that are theirs in the campaigns that run."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import own
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Feedback,
    Group,
    Household,
    Member,
    Visit,
)


def my_campaigns(session: Session, actor: Actor) -> list[Campaign]:
    """The running campaigns in which the actor visits, the one that ends first first."""
    mine = select(Group.campaign_id).where(Group.id.in_(sorted(actor.groups)))
    query = select(Campaign).where(Campaign.id.in_(mine), Campaign.state == CampaignState.RUNNING)
    return list(session.scalars(query.order_by(Campaign.ends_on, Campaign.id)))


def my_counts(session: Session, actor: Actor, campaign: Campaign) -> dict[AssignmentState, int]:
    """How many of the actor's households are in each state."""
    rows = session.execute(
        select(Assignment.state, func.count())
        .where(own(actor), Assignment.campaign_id == campaign.id)
        .group_by(Assignment.state)
    )
    return dict.fromkeys(AssignmentState, 0) | {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Company:
    """With whom the actor goes, most often first, and in which group or team."""

    partners: tuple[str, ...]
    group: str


def my_company(session: Session, actor: Actor, campaign: Campaign) -> Company:
    """The actor's partners in a campaign and their group."""
    rows = session.execute(
        select(Member.name, func.count())
        .join(AssignmentVisitor, AssignmentVisitor.member_id == Member.id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(own(actor), Assignment.campaign_id == campaign.id, Member.id != actor.id)
        .group_by(Member.id, Member.name)
        .order_by(func.count().desc(), Member.id)
    )
    group = session.scalars(
        select(Group.name)
        .where(Group.id.in_(sorted(actor.groups)), Group.campaign_id == campaign.id)
        .order_by(Group.parent_id.is_(None), Group.id)
    ).first()
    return Company(tuple(row.name for row in rows), group or "")


def my_appointments(session: Session, actor: Actor, campaign: Campaign) -> list[Assignment]:
    """The actor's households that expect them today, in order of time. At most ten."""
    morning = clock.from_town(datetime.combine(clock.today(), datetime.min.time()))
    query = (
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(
            own(actor),
            Assignment.campaign_id == campaign.id,
            Assignment.state == AssignmentState.AGAIN,
            Assignment.appointment_at >= morning,
            Assignment.appointment_at < morning + timedelta(days=1),
        )
        .options(contains_eager(Assignment.household).contains_eager(Household.area))
        .order_by(Assignment.appointment_at, Assignment.id)
        .limit(10)
    )
    return list(session.scalars(query))


@dataclass(frozen=True)
class LastWords:
    """What was last noted about a household: a resident's words or else the visitor's remark."""

    household_id: int
    words: str
    at: datetime
    campaign_id: int
    campaign: str


def last_words(session: Session, household_ids: Collection[int]) -> dict[int, LastWords]:
    """For each household that has some, the first feedback of the latest visit with any, or a later remark."""
    found: dict[int, LastWords] = {}
    if not household_ids:
        return found
    past = aliased(Assignment)
    latest = func.row_number().over(
        partition_by=past.household_id, order_by=(Visit.visited_at.desc(), Visit.id.desc(), Feedback.position)
    )
    ranked = (
        select(
            past.household_id.label("household_id"),
            func.coalesce(Feedback.words, Visit.remarks).label("words"),
            Visit.visited_at.label("at"),
            past.campaign_id.label("campaign_id"),
            Campaign.name.label("campaign"),
            latest.label("rank"),
        )
        .select_from(Visit)
        .join(past, past.id == Visit.assignment_id)
        .join(Campaign, Campaign.id == past.campaign_id)
        .outerjoin(Feedback, (Feedback.visit_id == Visit.id) & Feedback.removed_at.is_(None))
        .where(past.household_id.in_(household_ids), Visit.voided_at.is_(None))
        .where(or_(Feedback.id.is_not(None), Visit.remarks != ""))
        .subquery()
    )
    for row in session.execute(select(ranked).where(ranked.c.rank == 1)):
        found[row.household_id] = LastWords(row.household_id, row.words, row.at, row.campaign_id, row.campaign)
    return found
