"""Reads of feedback across visits."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import on_days
from hengli_visits.issues.listing import NO_CATEGORY, names_category
from hengli_visits.models import (
    Area,
    Assignment,
    Campaign,
    Category,
    Feedback,
    Group,
    Handling,
    Household,
    Nature,
    Visit,
)
from hengli_visits.paging import Page, paginate

PAGE_SIZE = 30
WORDS_LENGTH = 40


def visible(actor: Actor) -> ColumnElement[bool]:
    """Feedback that the actor may read: all for coordinators, of led groups and in led areas. What was removed, or
    stands on a voided visit, is left out."""
    counts = Feedback.visit_id.in_(select(Visit.id).where(Visit.voided_at.is_(None)))
    scope: list[ColumnElement[bool]] = [true() if actor.is_coordinator else false()]
    visits = select(Visit.id).join(Assignment, Assignment.id == Visit.assignment_id)
    if actor.led_groups:
        scope.append(Feedback.visit_id.in_(visits.where(Assignment.group_id.in_(sorted(actor.led_groups)))))
    if actor.led_area_paths:
        within = or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths))
        households = select(Household.id).join(Area, Area.id == Household.area_id).where(within)
        scope.append(Feedback.visit_id.in_(visits.where(Assignment.household_id.in_(households))))
    return and_(Feedback.removed_at.is_(None), counts, or_(*scope))


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
            family = select(Group.id).where(or_(Group.id == self.group, Group.parent_id == self.group))
            found.append(Assignment.group_id.in_(family))
        if self.since is not None or self.until is not None:
            found.append(on_days(Visit.visited_at, self.since, self.until))
        if self.category == NO_CATEGORY:
            found.append(Feedback.category_id.is_(None))
        elif self.category:
            found.append(Feedback.category_id.in_(select(Category.id).where(names_category(self.category))))
        if text := self.q.strip()[:WORDS_LENGTH]:
            written = {text, unicodedata.normalize("NFKC", text)}
            columns = (Feedback.words, Feedback.answer)
            found.append(or_(*(column.icontains(one, autoescape=True) for column in columns for one in written)))
        return and_(true(), *found)


def said(actor: Actor, filters: Filters) -> Select[Feedback]:
    """What residents said, the latest first; visit, assignment, household and area are joined."""
    return (
        select(Feedback)
        .join(Feedback.visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(visible(actor), filters.clause())
        .order_by(Visit.visited_at.desc(), Feedback.id.desc())
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
    return paginate(session, query, number, PAGE_SIZE)


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: of each only what occurs in it."""

    areas: Sequence[tuple[int, str]]
    categories: Sequence[tuple[str, str]]
    campaigns: Sequence[tuple[int, str]]


def filter_choices(session: Session, actor: Actor) -> Choices:
    """What the actor's list can be narrowed to. Three queries."""
    own = visible(actor)
    places = (
        select(Household.area_id)
        .join(Assignment, Assignment.household_id == Household.id)
        .join(Visit, Visit.assignment_id == Assignment.id)
        .join(Feedback, Feedback.visit_id == Visit.id)
        .where(own)
    )
    areas = session.execute(select(Area.id, Area.name).where(Area.id.in_(places)).order_by(Area.position, Area.id))
    used = select(Feedback.category_id).where(own)
    categories = session.scalars(
        select(Category.name).where(Category.id.in_(used)).group_by(Category.name).order_by(func.min(Category.position))
    )
    campaigns = session.execute(
        select(Campaign.id, Campaign.name)
        .where(Campaign.id.in_(select(Feedback.campaign_id).where(own)))
        .order_by(Campaign.id.desc())
    )
    return Choices(
        areas=[(row.id, row.name) for row in areas],
        categories=[(name, name) for name in categories],
        campaigns=[(row.id, row.name) for row in campaigns],
    )
