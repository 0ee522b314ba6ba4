"""Reads of feedback across visits."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import on_days
from hengli_visits.assignments.scope import family, in_led_areas, led
from hengli_visits.grams import holds
from hengli_visits.issues.listing import NO_CATEGORY, names_category
from hengli_visits.issues.scope import is_about
from hengli_visits.models import (
    Area,
    Assignment,
    Campaign,
    Category,
    Feedback,
    Handling,
    Household,
    Issue,
    Nature,
    Visit,
)
from hengli_visits.orm import occurs
from hengli_visits.paging import Page, paginate_by_id

PAGE_SIZE = 30


def visible(actor: Actor) -> ColumnElement[bool]:
    """Feedback that the actor may read: all for coordinators, of led groups and in led areas. What was removed, or
    stands on a voided visit, is left out, and so is what grew into an issue about the actor or their unit."""
    counts = Feedback.visit_id.not_in(select(Visit.id).where(Visit.voided_at.is_not(None)))  # there are few of these
    scope: list[ColumnElement[bool]] = [true() if actor.is_coordinator else false()]
    visits = select(Visit.id).join(Assignment, Assignment.id == Visit.assignment_id)
    if actor.led_groups:
        scope.append(Feedback.visit_id.in_(visits.where(Assignment.group_id.in_(sorted(actor.led_groups)))))
    if actor.led_area_paths:
        within = or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths))
        households = select(Household.id).join(Area, Area.id == Household.area_id).where(within)
        scope.append(Feedback.visit_id.in_(visits.where(Assignment.household_id.in_(households))))
    about = select(Issue.id).where(is_about(actor)).correlate(None)
    open_to = or_(Feedback.issue_id.is_(None), Feedback.issue_id.not_in(about))
    return and_(Feedback.removed_at.is_(None), counts, or_(*scope), open_to)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; everything may be absent. `group` finds what was said to it and to its teams;
    `since` and `until` are the first and the last day on which it was said; `category` is a category's name, or its id
    in digits; 0 finds what has none."""

    nature: Nature | None = None
    handling: Handling | None = None
    area: int | None = None
    group: int | None = None
    campaign: int | None = None
    since: date | None = None
    until: date | None = None
    category: str = ""
    q: str = ""

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def clause(self) -> ColumnElement[bool]:
        """The feedback that is left; needs `Visit`, `Assignment` and `Household` joined."""
        equal = (
            (Feedback.nature, self.nature),
            (Feedback.handling, self.handling),
            (Household.area_id, self.area),
            (Feedback.campaign_id, self.campaign),
        )
        found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
        if self.group is not None:
            found.append(Assignment.group_id.in_(family(self.group)))
        if self.since is not None or self.until is not None:
            found.append(on_days(Visit.visited_at, self.since, self.until))
        if self.category == NO_CATEGORY:
            found.append(Feedback.category_id.is_(None))
        elif self.category:
            found.append(Feedback.category_id.in_(select(Category.id).where(names_category(self.category))))
        if self.q.strip():
            found.append(holds_words(self.q))
        return and_(true(), *found)


def holds_words(text: str) -> ColumnElement[bool]:
    """Feedback whose words or answer hold every word of `text`."""
    return holds(text, Feedback.id, Feedback.words, Feedback.answer)


LATEST = (Visit.visited_at.desc(), Feedback.id.desc())


def _ids(actor: Actor, filters: Filters, *, dated: bool) -> Select[int]:
    """The ids of the feedback of a list by no more tables than its filters need; `dated`: with its visits, by which it is
    ordered."""
    placed = filters.area is not None or filters.group is not None
    query = select(Feedback.id)
    if placed or dated or filters.since is not None or filters.until is not None:
        query = query.join(Feedback.visit)
    if placed:
        query = query.join(Visit.assignment).join(Assignment.household)
    return query.where(visible(actor), filters.clause())


def said(actor: Actor, filters: Filters) -> Select[Feedback]:
    """What residents said, the latest first; visit, assignment, household and area are joined."""
    return (
        select(Feedback)
        .join(Feedback.visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(visible(actor), filters.clause())
        .order_by(*LATEST)
    )


def page_of_feedback(session: Session, actor: Actor, filters: Filters, number: int) -> Page[Feedback]:
    """A page of what residents said, with visit, household and issue."""
    query = said(actor, filters).options(
        contains_eager(Feedback.visit)
        .contains_eager(Visit.assignment)
        .contains_eager(Assignment.household)
        .contains_eager(Household.area),
        contains_eager(Feedback.visit).joinedload(Visit.author),
        joinedload(Feedback.category),
        joinedload(Feedback.issue),
    )
    ids, counted = _ids(actor, filters, dated=True).order_by(*LATEST), _ids(actor, filters, dated=False)
    return paginate_by_id(session, query, Feedback.id, ids, counted, number, PAGE_SIZE)


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: villages and campaigns with households of the actor's, and their categories."""

    areas: Sequence[tuple[int, str]]
    categories: Sequence[tuple[str, str]]
    campaigns: Sequence[tuple[int, str]]


def filter_choices(session: Session, actor: Actor) -> Choices:
    """What the actor's list can be narrowed to. Three queries, five for who sees a part, none of which looks at what was said: with
    much of it that
    took longer than all the rest of the page."""
    widely = actor.is_coordinator
    own = select(Assignment.id).where(or_(led(actor), in_led_areas(actor)))
    placed = own.join(Assignment.household)
    # Of coordinators: the villages that have households at all, each looked for through the index of villages
    there = select(Household.id).order_by(Household.street_order) if widely else placed
    near = occurs(session, Area.id, Household.area_id, there, widely=widely)
    areas = session.execute(select(Area.id, Area.name).where(near).order_by(Area.position, Area.id)).all()
    run = occurs(session, Campaign.id, Assignment.campaign_id, own.order_by(Assignment.state), widely=widely)
    campaigns = session.execute(select(Campaign.id, Campaign.name).where(run).order_by(Campaign.id.desc())).all()
    categories = session.scalars(
        select(Category.name)
        .where(Category.campaign_id.in_([row.id for row in campaigns]))
        .group_by(Category.name)
        .order_by(func.min(Category.position), Category.name)
    )
    return Choices(
        areas=[(row.id, row.name) for row in areas],
        categories=[(name, name) for name in categories],
        campaigns=[(row.id, row.name) for row in campaigns],
    )
