"""The list of a campaign's assignments for those who lead: filters, pages, what the filters offer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES, WALK, late, matches, visited_on, visited_within
from hengli_visits.assignments.rules import STALE_DAYS
from hengli_visits.assignments.scope import family, leads, led, visible
from hengli_visits.assignments.stale import stale
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    Household,
    Member,
    Outcome,
    Visit,
)
from hengli_visits.paging import Page, paginate
from hengli_visits.search import name_clause
from hengli_visits.wording import N_, Word

NO_GROUP = 0
"""As a group to look for: households that no group has yet."""


class Only(Word):
    """What needs somebody's hand."""

    UNASSIGNED = "unassigned", N_("未分派")
    LATE = "late", N_("已逾期")
    STALE = "stale", N_("久未走访")
    TO_CONFIRM = "to_confirm", N_("待确认")
    CLASHING = "clashing", N_("两份修改")


class Side(Word):
    """The side of a street, by its door numbers."""

    ODD = "odd", N_("单号")
    EVEN = "even", N_("双号")


@dataclass(frozen=True)
class Wanted:
    """Which assignments of a campaign somebody looks for. `outcome` is that of the latest visit, `day` the one of the
    visit that made it visited, `since` and `until` the first and the last of the days on one of which that was; `door_from` and `door_to` are door numbers, both included, in either order.
    `left`: somebody still has to go there; `stale_days` is after how many days without a visit one counts as stale."""

    campaign_id: int
    group_id: int | None = None
    area_id: int | None = None
    street: str = ""
    category: str = ""
    side: Side | None = None
    door_from: int | None = None
    door_to: int | None = None
    state: AssignmentState | None = None
    visitor_id: int | None = None
    only: Only | None = None
    outcome: Outcome | None = None
    day: date | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    left: bool = False
    stale_days: int = STALE_DAYS


ONLY: dict[Only, ColumnElement[bool]] = {
    Only.UNASSIGNED: ~exists().where(AssignmentVisitor.assignment_id == Assignment.id),
    Only.TO_CONFIRM: (Assignment.state == AssignmentState.UNREACHABLE) & Assignment.confirmed_at.is_(None),
    Only.CLASHING: Assignment.id.in_(select(Visit.assignment_id).where(Visit.clashing, Visit.voided_at.is_(None))),
}


def only_clause(only: Only, stale_days: int = STALE_DAYS) -> ColumnElement[bool]:
    """Assignments that need this hand."""
    if only == Only.LATE:
        return late(clock.today())
    return stale(clock.now(), stale_days) if only == Only.STALE else ONLY[only]


def campaigns_with_tasks(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns, archived ones left out, in which the actor sees assignments; running ones first, then the
    latest."""
    seen = select(Assignment.campaign_id).where(visible(actor))
    return _campaigns(session, or_(_led_campaigns(actor), Campaign.id.in_(seen)))


def campaigns_led(session: Session, actor: Actor) -> list[Campaign]:
    """Of these those in which the actor leads somebody, in the same order."""
    return _campaigns(session, _led_campaigns(actor))


def _led_campaigns(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.is_coordinator else Campaign.id.in_(select(Group.campaign_id).where(leads(actor)))


def _campaigns(session: Session, within: ColumnElement[bool]) -> list[Campaign]:
    running = case((Campaign.state == CampaignState.RUNNING, 0), else_=1)
    query = select(Campaign).where(Campaign.state != CampaignState.ARCHIVED, within)
    return list(session.scalars(query.order_by(running, Campaign.starts_on.desc(), Campaign.id)))


def _clauses(wanted: Wanted, scope: ColumnElement[bool]) -> ColumnElement[bool]:
    clauses = [scope, Assignment.removed_at.is_(None), Assignment.campaign_id == wanted.campaign_id]
    if wanted.group_id == NO_GROUP:
        clauses.append(Assignment.group_id.is_(None))
    elif wanted.group_id is not None:
        clauses.append(Assignment.group_id.in_(family(wanted.group_id)))
    if wanted.visitor_id is not None:
        clauses.append(_visited_by(AssignmentVisitor.member_id == wanted.visitor_id))
    if wanted.only is not None:
        clauses.append(only_clause(wanted.only, wanted.stale_days))
    if wanted.words:
        named = select(Member.id).where(name_clause(Member, wanted.words))
        clauses.append(or_(matches(wanted.words), _visited_by(AssignmentVisitor.member_id.in_(named))))
    return and_(*clauses, *_of_household(wanted), *_of_visits(wanted))


def _of_household(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.area_id is not None:
        yield Household.area_id == wanted.area_id
    if wanted.street:
        yield Household.street == wanted.street
    if wanted.category:
        yield Household.category == wanted.category
    yield from _of_door(wanted)


def _of_door(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    first, last = wanted.door_from, wanted.door_to
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    if wanted.side is not None:
        yield Household.door_number % 2 == (1 if wanted.side is Side.ODD else 0)
    if first is not None:
        yield Household.door_number >= first
    if last is not None:
        yield Household.door_number <= last


def _of_visits(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.left:
        yield Assignment.state.in_(OPEN_STATES)
    if wanted.state is not None:
        yield Assignment.state == wanted.state
    if wanted.outcome is not None:
        yield Assignment.last_outcome == wanted.outcome.value
    if wanted.day is not None:
        yield visited_on(wanted.day)
    if wanted.since is not None or wanted.until is not None:
        yield visited_within(wanted.since, wanted.until)


def _visited_by(who: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(AssignmentVisitor.assignment_id == Assignment.id, who)


def tasks_of(actor: Actor, wanted: Wanted) -> Select[Assignment]:
    """The assignments that the actor sees, in walking order; household and area are joined."""
    return (
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(_clauses(wanted, visible(actor)))
        .order_by(*WALK)
    )


def task_page(session: Session, actor: Actor, wanted: Wanted, number: int) -> Page[Assignment]:
    """A page of the assignments that the actor sees, with household, area, group and visitors."""
    query = tasks_of(actor, wanted).options(
        contains_eager(Assignment.household).contains_eager(Household.area),
        joinedload(Assignment.group),
        selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
    )
    return paginate(session, query, number)


def only_counts(session: Session, actor: Actor, wanted: Wanted) -> dict[Only | None, int]:
    """How many assignments each `only` would show with the other filters as they are; None: without it."""
    columns = [func.sum(case((only_clause(only, wanted.stale_days), 1), else_=0)) for only in Only]
    row = session.execute(
        select(func.count(), *columns)
        .select_from(Assignment)
        .join(Assignment.household)
        .where(_clauses(Wanted(**(vars(wanted) | {"only": None})), visible(actor)))
    ).one()
    return dict(zip((None, *Only), (int(count or 0) for count in row), strict=True))


def led_ids(session: Session, actor: Actor, wanted: Wanted) -> list[int]:
    """The ids of all assignments of a filter about which the actor decides."""
    query = select(Assignment.id).join(Assignment.household).where(_clauses(wanted, led(actor)))
    return list(session.scalars(query.order_by(Assignment.id)))


def chosen(session: Session, actor: Actor, ids: Iterable[int]) -> list[Assignment]:
    """Assignments by id, as far as the actor decides about them, with household, area, group and visitors, in walking
    order."""
    query = (
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(Assignment.id.in_(sorted(set(ids))), Assignment.removed_at.is_(None), led(actor))
        .options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            joinedload(Assignment.group),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(*WALK)
    )
    return list(session.scalars(query))


@dataclass(frozen=True)
class Offers:
    """What the filters offer: (value, text) each."""

    groups: Sequence[tuple[int, str]]
    areas: Sequence[tuple[int, str]]
    streets: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str]]
    visitors: Sequence[tuple[int, str]]


def offers(session: Session, actor: Actor, wanted: Wanted) -> Offers:
    """The groups, villages, streets (of the chosen village), categories and visitors (of the chosen group) among what
    the actor sees in a campaign."""
    scope = and_(visible(actor), Assignment.campaign_id == wanted.campaign_id)
    groups = select(Group.id, Group.name).where(
        Group.campaign_id == wanted.campaign_id, Group.id.in_(select(Assignment.group_id).where(scope))
    )
    households = select(Assignment.household_id).where(scope)
    areas = select(Area.id, Area.name).where(Area.id.in_(select(Household.area_id).where(Household.id.in_(households))))
    categories = select(Household.category).where(Household.id.in_(households), Household.category != "").distinct()
    return Offers(
        groups=[(row.id, row.name) for row in session.execute(groups.order_by(Group.position, Group.id))],
        areas=[(row.id, row.name) for row in session.execute(areas.order_by(Area.position, Area.id))],
        streets=_streets(session, households, wanted),
        categories=[(text, text) for text in session.scalars(categories.order_by(Household.category))],
        visitors=_visitors(session, scope, wanted),
    )


def _streets(session: Session, households: Select[int], wanted: Wanted) -> list[tuple[str, str]]:
    if wanted.area_id is None:
        return []
    query = (
        select(Household.street)
        .where(Household.id.in_(households), Household.area_id == wanted.area_id, Household.street != "")
        .group_by(Household.street)
        .order_by(func.min(Household.street_order))
    )
    return [(text, text) for text in session.scalars(query)]


def _visitors(session: Session, scope: ColumnElement[bool], wanted: Wanted) -> list[tuple[int, str]]:
    if not wanted.group_id and wanted.visitor_id is None:
        return []
    within = select(Group.id).where(or_(Group.id == wanted.group_id, Group.parent_id == wanted.group_id))
    busy = (
        select(AssignmentVisitor.member_id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(scope, or_(Assignment.group_id.in_(within), AssignmentVisitor.member_id == wanted.visitor_id))
    )
    query = select(Member.id, Member.name).where(Member.id.in_(busy)).order_by(Member.pinyin, Member.id)
    return [(row.id, row.name) for row in session.execute(query)]
