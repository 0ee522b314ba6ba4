"""How many households were visited in the days of a paper, and by their end: by the day of their latest visit, as the
pages of figures count them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hengli_visits.assignments.finding import visited_within
from hengli_visits.models import Area, Assignment, Household


@dataclass(frozen=True)
class Reached:
    """Households of a village whose latest visit made them visited: in the days that are asked for, and up to the last
    of them."""

    within: int
    so_far: int


NOBODY = Reached(0, 0)


def reached(session: Session, scope: ColumnElement[bool], since: date | None, until: date | None) -> dict[str, Reached]:
    """Of these assignments by the name of their village. One query."""
    counts = [func.count(Assignment.id).filter(visited_within(first, until)) for first in (since, None)]
    rows = session.execute(
        select(Area.id, Area.name, *counts)
        .select_from(Assignment)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(scope)
        .group_by(Area.id, Area.name)
    )
    return {row[1]: Reached(row[2], row[3]) for row in rows}
