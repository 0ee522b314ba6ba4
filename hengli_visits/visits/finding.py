"""The list of visits: of a campaign, village, group or period, as far as the actor sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import on_days
from hengli_visits.assignments.scope import family, in_led_areas, led, own
from hengli_visits.models import (
    Assignment,
    Campaign,
    Household,
    Manner,
    Outcome,
    Visit,
    VisitCompanion,
)
from hengli_visits.orm import occurs
from hengli_visits.paging import Page, paginate_by_id
from hengli_visits.visits.scope import visible

PAGE_SIZE = 30


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; everything may be absent. `group` finds the visits of it and of its teams; `since`
    and `until` are the first and the last day of the visit; `own` finds those that the actor made or went along on."""

    campaign: int | None = None
    area: int | None = None
    group: int | None = None
    outcome: Outcome | None = None
    manner: Manner | None = None
    since: date | None = None
    until: date | None = None
    own: bool = False

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def clause(self, actor: Actor) -> ColumnElement[bool]:
        """The visits that are left; needs `Assignment` and `Household` joined."""
        equal = (
            (Visit.campaign_id, self.campaign),
            (Household.area_id, self.area),
            (Visit.outcome, self.outcome),
            (Visit.manner, self.manner),
        )
        found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
        if self.group is not None:
            found.append(Assignment.group_id.in_(family(self.group)))
        if self.since is not None or self.until is not None:
            found.append(on_days(Visit.visited_at, self.since, self.until))
        if self.own:
            found.append(went(actor))
        return and_(true(), *found)


def went(actor: Actor) -> ColumnElement[bool]:
    """Visits that the actor made or went along on."""
    along = select(VisitCompanion.visit_id).where(VisitCompanion.member_id == actor.id)
    return or_(Visit.author_id == actor.id, Visit.id.in_(along))


def counted(actor: Actor, filters: Filters) -> ColumnElement[bool]:
    """The visits that the actor's list holds, voided ones left out; needs `Assignment` and `Household` joined."""
    seen = true() if actor.is_coordinator else visible(actor)
    return and_(Visit.voided_at.is_(None), seen, filters.clause(actor))


def visits_found(actor: Actor, filters: Filters) -> Select[Visit]:
    """The visits of the list, the latest first; assignment and household are joined."""
    return (
        select(Visit).join(Visit.assignment).join(Assignment.household).where(counted(actor, filters)).order_by(*LATEST)
    )


LATEST = (Visit.visited_at.desc(), Visit.id.desc())


def _ids(actor: Actor, filters: Filters) -> Select[int]:
    """The ids of the same visits, by no more tables than its filters need."""
    query = select(Visit.id)
    if filters.area is not None or filters.group is not None:
        query = query.join(Visit.assignment).join(Assignment.household)
    return query.where(counted(actor, filters))


def page_of_visits(session: Session, actor: Actor, filters: Filters, number: int) -> Page[Visit]:
    """A page of the list, with household, village and who went. Four queries."""
    query = visits_found(actor, filters).options(
        contains_eager(Visit.assignment).contains_eager(Assignment.household).joinedload(Household.area),
        joinedload(Visit.author),
        selectinload(Visit.companions).joinedload(VisitCompanion.member),
    )
    ids = _ids(actor, filters)
    return paginate_by_id(session, query, Visit.id, ids.order_by(*LATEST), ids, number, PAGE_SIZE)


def campaigns_of(session: Session, actor: Actor) -> Sequence[tuple[int, str]]:
    """The campaigns of which the actor may see visits, the latest first: those with households of theirs, and those in
    which they went themselves. One query, which does not look at all visits."""
    open_to = select(Assignment.id).where(or_(false(), led(actor), in_led_areas(actor), own(actor)))
    found = occurs(
        session, Campaign.id, Assignment.campaign_id, open_to.order_by(Assignment.state), widely=actor.is_coordinator
    )
    along = select(Visit.campaign_id).join(Visit.companions).where(VisitCompanion.member_id == actor.id)
    gone = Campaign.id.in_(select(Visit.campaign_id).where(Visit.author_id == actor.id).union(along))
    query = select(Campaign.id, Campaign.name).where(or_(found, gone)).order_by(Campaign.id.desc())
    return [(row.id, row.name) for row in session.execute(query)]
