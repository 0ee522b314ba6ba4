"""Households that visitors may take up themselves (自行认领). Of one that is not theirs yet they are told where it lies and
of what kind it is, never who lives there (domain rule 10)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES, WALK
from hengli_visits.assignments.ties import near_villages
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Avoidance,
    Campaign,
    CampaignState,
    Group,
    Household,
    HouseholdKind,
    Visit,
)
from hengli_visits.orm import portions
from hengli_visits.paging import Page

PAGE_SIZE = 60


@dataclass(frozen=True)
class Claimable:
    """What a visitor may know of a household before it is theirs."""

    id: int
    village: str
    street: str
    door: str
    kind: HouseholdKind
    category: str
    near: bool


@dataclass(frozen=True)
class Allowance:
    """How many households a visitor may take up in a campaign, and how many they have by that already."""

    cap: int
    taken: int

    @property
    def left(self) -> int:
        """How many more."""
        return max(0, self.cap - self.taken)


def campaigns_to_claim(session: Session, actor: Actor) -> list[Campaign]:
    """The running campaigns in which the actor visits and that let visitors take households up."""
    mine = select(Group.campaign_id).where(Group.id.in_(sorted(actor.groups)))
    query = select(Campaign).where(
        Campaign.id.in_(mine), Campaign.state == CampaignState.RUNNING, Campaign.claim_cap > 0
    )
    return list(session.scalars(query.order_by(Campaign.ends_on, Campaign.id)))


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """Assignments of the actor's own team or group, or of the group above the team, whose running campaign lets
    visitors take households up. Whether somebody has them already is not asked here."""
    if not actor.groups:
        return false()
    own = sorted(actor.groups)
    above = select(Group.parent_id).where(Group.id.in_(own), Group.parent_id.is_not(None))
    campaigns = select(Campaign.id).where(Campaign.state == CampaignState.RUNNING, Campaign.claim_cap > 0)
    return (
        or_(Assignment.group_id.in_(own), Assignment.group_id.in_(above))
        & Assignment.campaign_id.in_(campaigns)
        & Assignment.removed_at.is_(None)
    )


def _free(actor: Actor) -> ColumnElement[bool]:
    """Assignments within the actor's reach to which somebody still has to go, that nobody has, and that the actor is
    not to avoid."""
    avoided = select(Avoidance.household_id).where(
        Avoidance.member_id == actor.id, Avoidance.household_id.is_not(None), Avoidance.lifted_at.is_(None)
    )
    taken = exists().where(AssignmentVisitor.assignment_id == Assignment.id)
    return within_reach(actor) & Assignment.state.in_(OPEN_STATES) & ~taken & Assignment.household_id.not_in(avoided)


def claimable_page(session: Session, actor: Actor, campaign: Campaign, number: int) -> Page[Claimable]:
    """A page of what the actor may take up, those of the villages near to them first, then in walking order. Three
    queries."""
    near = case((Household.area_id.in_(near_villages(session, [actor.id])[actor.id]), 1), else_=0)
    free = (_free(actor), Assignment.campaign_id == campaign.id)
    total = session.scalar(select(func.count(Assignment.id)).where(*free)) or 0
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(
        select(
            Assignment.id,
            Area.name,
            Household.street,
            Household.door,
            Household.kind,
            Household.category,
            near.label("near"),
        )
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(*free)
        .order_by(near.desc(), *WALK)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    items = [Claimable(row.id, row.name, row.street, row.door, row.kind, row.category, bool(row.near)) for row in rows]
    return Page(items, number, total, PAGE_SIZE)


def taken_up(member_id: int) -> ColumnElement[bool]:
    """Assignments that a member has because they took them up: they are a visitor, and since they became one
    (`AssignmentVisitor.since`) there is a CLAIM move of their own. What was given back, or given to them again by
    somebody else after that, is none; what was visited meanwhile still is."""
    return exists().where(
        AssignmentVisitor.assignment_id == Assignment.id,
        AssignmentVisitor.member_id == member_id,
        AssignmentMove.assignment_id == Assignment.id,
        AssignmentMove.verb == AssignmentVerb.CLAIM,
        AssignmentMove.actor_id == member_id,
        AssignmentMove.at >= AssignmentVisitor.since,
    )


def allowance(session: Session, actor: Actor, campaign: Campaign) -> Allowance:
    """The actor's allowance in a campaign. One query."""
    query = select(func.count(Assignment.id)).where(
        Assignment.campaign_id == campaign.id, Assignment.removed_at.is_(None), taken_up(actor.id)
    )
    return Allowance(campaign.claim_cap, session.scalar(query) or 0)


@dataclass(frozen=True)
class Taken:
    """A household that the actor took up, with whether they may still give it back."""

    id: int
    name: str
    village: str
    street: str
    door: str
    returnable: bool


def unvisited() -> ColumnElement[bool]:
    """Assignments of which there is no visit that counts."""
    return ~exists().where(Visit.assignment_id == Assignment.id, Visit.voided_at.is_(None))


def taken_by(session: Session, actor: Actor, campaign: Campaign) -> list[Taken]:
    """What the actor took up in a campaign and still has, in walking order. One query."""
    rows = session.execute(
        select(
            Assignment.id,
            Household.name,
            Area.name.label("village"),
            Household.street,
            Household.door,
            unvisited().label("returnable"),
        )
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign.id, Assignment.removed_at.is_(None), taken_up(actor.id))
        .order_by(*WALK)
    )
    return [Taken(row.id, row.name, row.village, row.street, row.door, bool(row.returnable)) for row in rows]


def places_of(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """Street and door of assignments that the actor could take up, to name those that somebody else was faster with."""
    found: dict[int, str] = {}
    for portion in portions(ids):
        rows = session.execute(
            select(Assignment.id, Household.street, Household.door, Area.name)
            .join(Household, Household.id == Assignment.household_id)
            .join(Area, Area.id == Household.area_id)
            .where(Assignment.id.in_(portion), within_reach(actor))
        )
        found.update({row.id: " ".join(part for part in (row.street, row.door) if part) or row.name for row in rows})
    return found
