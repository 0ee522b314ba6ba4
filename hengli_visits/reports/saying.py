"""The page of what residents said: by nature, category and village."""

from collections import Counter
from collections.abc import Iterable
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


def counts(actor: Actor, span: Span) -> ColumnElement[bool]:
    """The feedback of a span that the actor may read: the same as `feedback.queries.visible`, said by the rows that are
    joined (Visit, Assignment, Household), so that the database need not look at all visits."""
    place = true() if actor.is_coordinator else or_(led(actor), in_led_areas(actor))
    found = [
        Feedback.campaign_id == span.campaign_id,
        Visit.campaign_id == span.campaign_id,
        Feedback.removed_at.is_(None),
        Visit.voided_at.is_(None),
        place,
        span.within(Visit.visited_at),
    ]
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
    query = joined(Feedback.handling, func.count(Feedback.id)).where(counts(actor, span)).group_by(Feedback.handling)
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
    """What residents said in a span. Two queries."""
    where = FEEDBACK & span.address()
    category = (Category.id, Category.name, Category.position)
    rows = session.execute(
        joined(*category, Feedback.nature, Feedback.handling, func.count(Feedback.id).label("n"))
        .outerjoin(Category, Category.id == Feedback.category_id)
        .where(counts(actor, span))
        .group_by(*category, Feedback.nature, Feedback.handling)
        .order_by(Category.id.is_(None), Category.position, Category.id)
    ).all()
    handling, natures = Counter[Handling](), Counter[Nature]()
    for row in rows:
        handling[row.handling] += row.n
        natures[row.nature] += row.n
    places = session.execute(
        joined(Area.id, Area.name, Feedback.nature, func.count(Feedback.id).label("n"))
        .join(Area, Area.id == Household.area_id)
        .where(counts(actor, span))
        .group_by(Area.id, Area.name, Area.position, Feedback.nature)
        .order_by(Area.position, Area.id)
    ).all()
    return Saying(
        said=_said(handling, where),
        natures=[(one, Count(natures[one], where & {"nature": one.value})) for one in Nature],
        categories=_rows(rows, where, "category"),
        villages=_rows(places, where, "area"),
    )


def _rows(rows: Iterable[Any], where: Where, name: str) -> list[SaidRow]:
    names: dict[int, str] = {}
    numbers = Counter[tuple[int, Nature]]()
    for row in rows:
        names.setdefault(row.id or 0, row.name or "")
        numbers[row.id or 0, row.nature] += row.n
    return [
        SaidRow(
            text,
            Count(sum(numbers[id_, one] for one in Nature), where & {name: id_}),
            [(one, Count(numbers[id_, one], where & {name: id_, "nature": one.value})) for one in Nature],
        )
        for id_, text in names.items()
    ]
