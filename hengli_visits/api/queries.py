"""Reads for other systems: pages and items, each through the scope of the key; and keys for who keeps them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.api.resources import ASSIGNMENTS, CAMPAIGNS, FEEDBACK, ISSUES, VISITS
from hengli_visits.api.rules import may_keep_keys
from hengli_visits.assignments.scope import visible as visible_assignments
from hengli_visits.errors import Missing, require
from hengli_visits.feedback.queries import visible as visible_feedback
from hengli_visits.issues.scope import visible as visible_issues
from hengli_visits.models import (
    ApiToken,
    Area,
    Assignment,
    AssignmentMove,
    Campaign,
    CampaignMove,
    Channel,
    Feedback,
    Household,
    Issue,
    Move,
    Visit,
    VisitRevision,
)
from hengli_visits.paging import Page, paginate

Clause = ColumnElement[bool]


def about_nobody() -> Clause:
    """Issues about a member or a unit never leave the program: nobody knows who reads on the other side."""
    return and_(Issue.about_member_id.is_(None), Issue.about_unit_id.is_(None))


def issues_of(actor: Actor) -> Clause:
    """Issues that a key reads."""
    return and_(visible_issues(actor), about_nobody())


def visits_of(actor: Actor) -> Clause:
    """Visits that a key reads: of assignments within its scope, voided ones with their mark."""
    return Visit.assignment_id.in_(select(Assignment.id).where(visible_assignments(actor)))


def feedback_of(actor: Actor) -> Clause:
    """Feedback that a key reads: without what grew into an issue about somebody."""
    private = select(Issue.id).where(~about_nobody())
    return and_(visible_feedback(actor), or_(Feedback.issue_id.is_(None), Feedback.issue_id.not_in(private)))


def campaigns_of(actor: Actor) -> Clause:
    """Campaigns that a key reads: all, or those with anything in its part of the town."""
    if actor.is_coordinator:
        return true()
    return Campaign.id.in_(select(Assignment.campaign_id).where(visible_assignments(actor)))


def _campaigns() -> Select[Any]:
    return select(Campaign)


def _assignments() -> Select[Any]:
    query = select(Assignment).join(Assignment.household).join(Household.area).outerjoin(Assignment.group)
    house = contains_eager(Assignment.household)
    return query.options(house.contains_eager(Household.area), contains_eager(Assignment.group))


def _visits() -> Select[Any]:
    query = select(Visit).join(Visit.assignment).join(Assignment.household).join(Household.area)
    task = contains_eager(Visit.assignment)
    return query.options(task.contains_eager(Assignment.household).contains_eager(Household.area))


def _feedback() -> Select[Any]:
    query = select(Feedback).join(Feedback.visit).join(Visit.assignment).join(Assignment.household).join(Household.area)
    task = contains_eager(Feedback.visit).contains_eager(Visit.assignment)
    house = task.contains_eager(Assignment.household).contains_eager(Household.area)
    return query.options(house, joinedload(Feedback.category))


def _issues() -> Select[Any]:
    own = (Issue.area, Issue.category, Issue.lead_unit, Issue.household)
    return select(Issue).options(*(joinedload(one) for one in own))


def _revised(since: datetime, visit: Any) -> Clause:
    return exists().where(VisitRevision.visit_id == visit, VisitRevision.at >= since)


def _campaign_changed(since: datetime) -> Clause:
    moved = exists().where(CampaignMove.campaign_id == Campaign.id, CampaignMove.at >= since)
    return or_(Campaign.created_at >= since, moved)


def _assignment_changed(since: datetime) -> Clause:
    moved = exists().where(AssignmentMove.assignment_id == Assignment.id, AssignmentMove.at >= since)
    return or_(Assignment.created_at >= since, moved)


def _visit_changed(since: datetime) -> Clause:
    return or_(Visit.received_at >= since, Visit.voided_at >= since, _revised(since, Visit.id))


def _feedback_changed(since: datetime) -> Clause:
    return or_(Feedback.created_at >= since, _revised(since, Feedback.visit_id))


def _issue_changed(since: datetime) -> Clause:
    moved = exists().where(Move.issue_id == Issue.id, Move.at >= since)
    return or_(Issue.opened_at >= since, moved)


@dataclass(frozen=True)
class Source:
    """Where a resource's rows come from: `key` stands in the address of one, pages go along `model.id`."""

    model: Any
    key: Any
    rows: Callable[[], Select[Any]]
    scope: Callable[[Actor], Clause]
    changed: Callable[[datetime], Clause]
    campaign: Any = None
    area: Any = None


SOURCES: dict[str, Source] = {
    CAMPAIGNS.name: Source(Campaign, Campaign.id, _campaigns, campaigns_of, _campaign_changed),
    ASSIGNMENTS.name: Source(
        Assignment, Assignment.id, _assignments, visible_assignments, _assignment_changed,
        Assignment.campaign_id, Household.area_id,
    ),
    VISITS.name: Source(
        Visit, Visit.uuid, _visits, visits_of, _visit_changed, Visit.campaign_id, Household.area_id
    ),
    FEEDBACK.name: Source(
        Feedback, Feedback.uuid, _feedback, feedback_of, _feedback_changed, Feedback.campaign_id, Household.area_id
    ),
    ISSUES.name: Source(Issue, Issue.id, _issues, issues_of, _issue_changed, Issue.campaign_id, Issue.area_id),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A page: its rows, and the id behind which the next one begins (None: this is the last)."""

    rows: Sequence[Any]
    next_after: int | None


def require_area(session: Session, actor: Actor, area_id: int | None) -> None:
    """Raise `Missing` for a village that is not there or not within the scope of the key. One query, when there is an
    area."""
    if area_id is None:
        return
    within = or_(false(), *(Area.path.like(f"{path}%") for path in actor.led_area_paths))
    scope = true() if actor.is_coordinator else within
    require(session.scalar(select(Area.id).where(Area.id == area_id, scope)) is not None)


def require_campaign(session: Session, actor: Actor, campaign_id: int | None) -> None:
    """Raise `Missing` for a campaign that the key does not read. One query, when there is a campaign."""
    if campaign_id is not None:
        found = select(Campaign.id).where(Campaign.id == campaign_id, campaigns_of(actor))
        require(session.scalar(found) is not None)


def page(session: Session, actor: Actor, name: str, asked: Mapping[str, Any], after: int, size: int) -> Part:
    """Rows of a resource behind the id `after`, by id, so that nothing that comes meanwhile moves a page. One query,
    and one for each filter. Raises `Missing` for a filter beyond the scope."""
    source = SOURCES[name]
    require_area(session, actor, asked.get("area"))
    require_campaign(session, actor, asked.get("campaign"))
    query = source.rows().where(source.scope(actor), source.model.id > after)
    if "campaign" in asked:
        query = query.where(source.campaign == asked["campaign"])
    if "area" in asked:
        query = query.where(source.area == asked["area"])
    if "since" in asked:
        query = query.where(source.changed(asked["since"]))
    rows = session.scalars(query.order_by(source.model.id).limit(size + 1)).all()
    return Part(rows[:size], rows[size - 1].id if len(rows) > size else None)


def item(session: Session, actor: Actor, name: str, key: int | UUID) -> Any:
    """One row within the scope of the key. Raises `Missing`. One query."""
    source = SOURCES[name]
    row = session.scalars(source.rows().where(source.key == key, source.scope(actor))).one_or_none()
    if row is None:
        raise Missing
    return row


def keys(session: Session, actor: Actor, number: int) -> Page[ApiToken]:
    """All keys, the newest first. For who keeps them: raises `Missing` for others. Two queries."""
    require(may_keep_keys(actor))
    query = select(ApiToken).options(joinedload(ApiToken.area)).order_by(ApiToken.id.desc())
    return paginate(session, query, number)


def get_key(session: Session, actor: Actor, token_id: int) -> ApiToken:
    """One key with its area and its maker. Raises `Missing`."""
    require(may_keep_keys(actor))
    query = select(ApiToken).where(ApiToken.id == token_id)
    token = session.scalars(query.options(joinedload(ApiToken.area), joinedload(ApiToken.made_by))).one_or_none()
    if token is None:
        raise Missing
    return token


def hooks_of(session: Session, token: ApiToken) -> Sequence[Channel]:
    """The addresses of a key that are told of events. One query."""
    return session.scalars(select(Channel).where(Channel.token_id == token.id).order_by(Channel.id)).all()


def get_hook(session: Session, actor: Actor, channel_id: int) -> Channel:
    """One such address, for who keeps keys. Raises `Missing`."""
    require(may_keep_keys(actor))
    hook = session.scalars(select(Channel).where(Channel.id == channel_id, Channel.token_id.is_not(None))).one_or_none()
    if hook is None:
        raise Missing
    return hook


def areas(session: Session) -> list[tuple[int, str]]:
    """The parts of the town that a key may be limited to. One query."""
    rows = session.execute(select(Area.id, Area.name).order_by(Area.position, Area.id))
    return [(row.id, row.name) for row in rows if row.name]
