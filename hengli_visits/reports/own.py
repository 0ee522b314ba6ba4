"""A member's own figures: what they visited, heard and raised. Nobody else's, and nobody beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.scope import own
from hengli_visits.issues.rules import FINAL
from hengli_visits.issues.scope import visible
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Group,
    Issue,
    IssueState,
    Outcome,
    Visit,
)
from hengli_visits.reports.counting import Count, Where
from hengli_visits.visits.finding import went

VISITS = Where("visits.index", {"own": 1})
RAISED = Where("reports.own_issues")


@dataclass(frozen=True)
class Own:
    """Of one campaign: the households in hand by state (while it runs), the visits that one made or went along on, by
    outcome, and the issues that one raised."""

    campaign: Campaign
    total: int
    visited: int
    left: int
    visits: Count
    outcomes: list[tuple[Outcome, Count]]
    raised: Count
    solved: Count
    open: Count


def campaigns_of(session: Session, actor: Actor) -> Sequence[Campaign]:
    """The campaigns in which the actor visits, visited or raised anything, the latest first. One query."""
    query = select(Campaign).where(
        or_(
            Campaign.id.in_(select(Visit.campaign_id).where(went(actor))),
            Campaign.id.in_(select(Issue.campaign_id).where(Issue.raised_by_id == actor.id)),
            Campaign.id.in_(select(Group.campaign_id).where(Group.id.in_(sorted(actor.groups)))),
        )
    )
    return session.scalars(query.order_by(Campaign.starts_on.desc(), Campaign.id.desc())).all()


def own_figures(session: Session, actor: Actor, campaign: Campaign) -> Own:
    """The actor's own figures of a campaign. Three queries."""
    here = {"campaign": campaign.id}
    visits = session.execute(
        select(Visit.outcome, func.count(Visit.id))
        .where(went(actor), Visit.campaign_id == campaign.id, Visit.voided_at.is_(None))
        .group_by(Visit.outcome)
    ).all()
    numbers: dict[Outcome, int] = dict(visits)
    states = dict(
        session.execute(
            select(Assignment.state, func.count(Assignment.id))
            .where(own(actor), Assignment.campaign_id == campaign.id)
            .group_by(Assignment.state)
        ).all()
    )
    mine = and_(visible(actor), Issue.raised_by_id == actor.id, Issue.campaign_id == campaign.id)
    closed = func.count(Issue.id).filter(Issue.state == IssueState.CLOSED)
    under_way = func.count(Issue.id).filter(Issue.state.not_in(FINAL))
    raised, solved, open_ = session.execute(select(func.count(Issue.id), closed, under_way).where(mine)).one()
    return Own(
        campaign=campaign,
        total=sum(states.values()),
        visited=states.get(AssignmentState.VISITED, 0),
        left=sum(states.get(state, 0) for state in OPEN_STATES),
        visits=Count(sum(numbers.values()), VISITS & here),
        outcomes=[(one, Count(numbers.get(one, 0), VISITS & here & {"outcome": one.value})) for one in Outcome],
        raised=Count(raised, RAISED & here),
        solved=Count(solved, RAISED & here & {"state": IssueState.CLOSED.value}),
        open=Count(open_, RAISED & here & {"tab": "open"}),
    )
