"""The page of what residents said: by nature, category and village."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import in_led_areas, led
from hengli_visits.models import Area, Assignment, Category, Feedback, Handling, Household, Nature, Visit
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.following import FEEDBACK, Said
from hengli_visits.reports.span import Span


@dataclass(frozen=True)
class SaidRow:
    """What was said of one category, or in one village: in all and by nature. A category without a name has none."""

    name: str
    total: Count
    natures: list[tuple[Nature, Count]]


@dataclass(frozen=True)
class Saying:
    """What residents said in a span."""

    said: Said
    natures: list[tuple[Nature, Count]]
    categories: list[SaidRow]
    villages: list[SaidRow]


def of_campaign(span: Span) -> ColumnElement[bool]:
    """The feedback of a campaign; what was removed or stands on a voided visit (there are few) is left out."""
    voided = select(Visit.id).where(Visit.voided_at.is_not(None)).correlate(None)
    return and_(
        Feedback.campaign_id == span.campaign_id, Feedback.removed_at.is_(None), Feedback.visit_id.not_in(voided)
    )


def counts(actor: Actor, span: Span) -> ColumnElement[bool]:
    """The feedback of a span that the actor may read: the same as `feedback.queries.visible`, said by the rows that are
    joined (Visit, Assignment, Household), so that the database need not look at all visits."""
    place = true() if actor.is_coordinator else or_(led(actor), in_led_areas(actor))
    found = [of_campaign(span), Visit.campaign_id == span.campaign_id, place, span.within(Visit.visited_at)]
    if span.area_id is not None:
        found.append(Household.area_id == span.area_id)
    if span.group_id is not None:
        found.append(Assignment.group_id.in_(span.family()))
    return and_(*found)


def joined(*columns: Any) -> Any:
    """A query of feedback with the rows that tell whose it is."""
    return (
        select(*columns)
        .select_from(Feedback)
        .join(Visit, Visit.id == Feedback.visit_id)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
    )


def said(session: Session, actor: Actor, span: Span) -> Said:
    """What residents said, by what was done about it at once. One query."""
    columns = (Feedback.handling, func.count(Feedback.id))
    # Whose household it was matters only to who sees a part, or asks for one.
    whole = actor.is_coordinator and not span.narrow
    query = select(*columns).where(of_campaign(span)) if whole else joined(*columns).where(counts(actor, span))
    query = query.group_by(Feedback.handling)
    return _said(dict(session.execute(query).all()), FEEDBACK & span.address())


def _said(numbers: dict[Handling, int], where: Where) -> Said:
    by = {h: Count(numbers.get(h, 0), where & {"handling": h.value}) for h in Handling}
    return Said(
        total=Count(sum(numbers.values()), where),
        answered=by[Handling.ANSWERED],
        follow_up=by[Handling.FOLLOW_UP],
        noted=by[Handling.NOTED],
    )


def saying(session: Session, actor: Actor, span: Span) -> Saying:
    """What residents said in a span. Three queries."""
    where = FEEDBACK & span.address()
    kinds = (Feedback.category_id, Household.area_id, Feedback.nature, Feedback.handling)
    rows = session.execute(
        joined(*kinds, func.count(Feedback.id).label("n")).where(counts(actor, span)).group_by(*kinds)
    ).all()
    handling, natures = Counter[Handling](), Counter[Nature]()
    categories, villages = Counter[tuple[int, Nature]](), Counter[tuple[int, Nature]]()
    for row in rows:
        handling[row.handling] += row.n
        natures[row.nature] += row.n
        categories[row.category_id or 0, row.nature] += row.n
        villages[row.area_id, row.nature] += row.n
    of_campaign = Category.campaign_id == span.campaign_id
    kinds_named = select(Category.id, Category.name).where(of_campaign).order_by(Category.position, Category.id)
    areas_named = select(Area.id, Area.name).order_by(Area.position, Area.id)
    return Saying(
        said=_said(handling, where),
        natures=[(one, Count(natures[one], where & {"nature": one.value})) for one in Nature],
        categories=_rows(session.execute(kinds_named).all(), categories, where, "category"),
        villages=_rows(session.execute(areas_named).all(), villages, where, "area"),
    )


def _rows(names: Sequence[Any], numbers: Mapping[tuple[int, Nature], int], where: Where, name: str) -> list[SaidRow]:
    """A row for each of which something was said, in the order of `names`; what has none (0) comes last, unnamed."""
    said_of = {id_ for id_, _nature in numbers}
    return [
        SaidRow(
            text,
            Count(sum(numbers.get((id_, one), 0) for one in Nature), where & {name: id_}),
            [(one, Count(numbers.get((id_, one), 0), where & {name: id_, "nature": one.value})) for one in Nature],
        )
        for id_, text in (*names, (0, ""))
        if id_ in said_of
    ]
