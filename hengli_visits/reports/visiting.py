"""The page of visits: so many by day, outcome and manner, and the households of villages and groups that they reached."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import on_days
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    Campaign,
    Household,
    Manner,
    Outcome,
    Visit,
)
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.days import Part, TownDay, parts
from hengli_visits.reports.span import Span
from hengli_visits.visits.finding import Filters, counted

VISITS = "visits.index"
TASKS = "assignments.index"
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class DayRow:
    """One day or week: the visits made, those of them at which somebody was met, the households whose latest visit then made them
    visited, and how many such households there are by then in all (`so_far`)."""

    part: Part
    visits: Count
    met: Count
    reached: Count
    so_far: Count


@dataclass(frozen=True)
class PlaceRow:
    """The visits of a village."""

    name: str
    visits: Count
    met: Count


@dataclass(frozen=True)
class Visiting:
    """Visits of a span."""

    total: Count
    outcomes: list[tuple[Outcome, Count]]
    manners: list[tuple[Manner, Count]]
    days: list[DayRow]
    villages: list[PlaceRow]


def filters_of(span: Span) -> Filters:
    """A span as the list of visits takes it."""
    return Filters(
        campaign=span.campaign_id, area=span.area_id, group=span.group_id, since=span.since, until=span.until
    )


def told(actor: Actor, span: Span, *columns: Any) -> Rows:
    """The visits of a span. Whose household it was matters only to who asks for a village or a group."""
    query: Rows = select(*columns).select_from(Visit)
    if span.area_id is not None or span.group_id is not None:
        query = _placed(query)
    return query.where(counted(actor, filters_of(span)))


def _placed(query: Rows) -> Rows:
    query = query.join(Assignment, Assignment.id == Visit.assignment_id)
    return query.join(Household, Household.id == Assignment.household_id)


def visiting(session: Session, actor: Actor, campaign: Campaign, span: Span, today: date) -> Visiting:
    """The visits of a span. Three queries."""
    where = span.where(VISITS)
    kinds = (Household.area_id, TownDay(Visit.visited_at).label("day"), Visit.outcome, Visit.manner)
    query = _placed(select(*kinds, func.count(Visit.id).label("n")).select_from(Visit))
    rows = session.execute(query.where(counted(actor, filters_of(span))).group_by(*kinds)).all()
    outcomes, manners = Counter[Outcome](), Counter[Manner]()
    by_day, by_area = Counter[tuple[date, bool]](), Counter[tuple[int, bool]]()
    for row in rows:
        met = row.outcome == Outcome.MET
        outcomes[row.outcome] += row.n
        manners[row.manner] += row.n
        by_day[row.day, met] += row.n
        by_area[row.area_id, met] += row.n
    areas = session.execute(select(Area.id, Area.name).order_by(Area.position, Area.id)).all()
    return Visiting(
        total=Count(sum(outcomes.values()), where),
        outcomes=[(one, Count(outcomes[one], where & {"outcome": one.value})) for one in Outcome],
        manners=[(one, Count(manners[one], where & {"manner": one.value})) for one in Manner],
        days=_days(by_day, _reached(session, actor, span), campaign, span, today),
        villages=[_village(row.id, row.name, by_area, where) for row in areas if _all(by_area, row.id)],
    )


def _all(by_area: Mapping[tuple[int, bool], int], area_id: int) -> int:
    return by_area.get((area_id, True), 0) + by_area.get((area_id, False), 0)


def _village(area_id: int, name: str, by_area: Mapping[tuple[int, bool], int], where: Where) -> PlaceRow:
    own = where & {"area": area_id}
    met = Count(by_area.get((area_id, True), 0), own & {"outcome": Outcome.MET.value})
    return PlaceRow(name, Count(_all(by_area, area_id), own), met)


def _reached(session: Session, actor: Actor, span: Span) -> Counter[date]:
    """Visited households by the day of their latest visit, until the end of the period."""
    day = TownDay(Assignment.last_visit_at)
    until = on_days(Assignment.last_visit_at, None, span.until)
    visited = and_(Assignment.state == AssignmentState.VISITED, Assignment.last_visit_at.is_not(None))
    query = select(day.label("day"), func.count(Assignment.id)).where(span.tasks(actor), visited, until).group_by(day)
    return Counter(dict(session.execute(query).all()))


def _days(
    visits: Mapping[tuple[date, bool], int], reached: Mapping[date, int], campaign: Campaign, span: Span, today: date
) -> list[DayRow]:
    """The days of the period, else those from the first to the last on which anything happened or should have."""
    seen = [day for day, _met in visits]
    if not seen:
        return []
    first = span.since or min(*seen, campaign.starts_on)
    last = span.until or max(*seen, min(today, campaign.ends_on))
    first, last = min(first, *seen), max(last, *seen)
    return [_day(part, visits, reached, span) for part in parts(first, last)]


def _day(part: Part, visits: Mapping[tuple[date, bool], int], reached: Mapping[date, int], span: Span) -> DayRow:
    days = {"since": part.first.isoformat(), "until": part.last.isoformat()}
    made = Where(VISITS, span.place()) & days
    homes = Where(TASKS, span.place())

    on = [(met, number) for (day, met), number in visits.items() if part.first <= day <= part.last]
    return DayRow(
        part=part,
        visits=Count(sum(number for _met, number in on), made),
        met=Count(sum(number for met, number in on if met), made & {"outcome": Outcome.MET.value}),
        reached=Count(sum(n for day, n in reached.items() if part.first <= day <= part.last), homes & days),
        so_far=Count(
            sum(n for day, n in reached.items() if day <= part.last), homes & {"until": part.last.isoformat()}
        ),
    )
