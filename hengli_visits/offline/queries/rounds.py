"""Everything that a visitor's phone keeps, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments import story
from hengli_visits.assignments.rounds import my_campaigns
from hengli_visits.assignments.scope import own
from hengli_visits.assignments.walks import in_walking_order
from hengli_visits.models import Assignment, AssignmentVisitor, Campaign, Category, Group, Household, Visit
from hengli_visits.visits.queries import categories_of, own_visits


@dataclass(frozen=True)
class Rounds:
    """The campaigns that run for a visitor, the one that ends first first; the households by campaign, in walking
    order, with everything that their pages show; categories by campaign; the visitor's own visits."""

    campaigns: Sequence[Campaign]
    households: dict[int, list[Assignment]]
    stories: dict[int, story.Story]
    categories: dict[int, Sequence[Category]]
    visits: Sequence[Visit]


def my_rounds(session: Session, actor: Actor) -> Rounds:
    """All that a visitor's pages show, in a number of queries that does not grow with the households."""
    campaigns = my_campaigns(session, actor)
    query = (
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(own(actor))
        .options(
            joinedload(Assignment.campaign),
            contains_eager(Assignment.household).contains_eager(Household.area),
            joinedload(Assignment.group).joinedload(Group.parent),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
    )
    households: dict[int, list[Assignment]] = {campaign.id: [] for campaign in campaigns}
    for assignment in session.scalars(query).unique():
        households[assignment.campaign_id].append(assignment)
    households = {campaign_id: in_walking_order(part) for campaign_id, part in households.items()}
    every = [assignment for part in households.values() for assignment in part]
    return Rounds(
        campaigns=campaigns,
        households=households,
        stories=story.tell(session, every),
        categories={campaign.id: categories_of(session, campaign.id) for campaign in campaigns},
        visits=own_visits(session, actor, [assignment.id for assignment in every]),
    )
