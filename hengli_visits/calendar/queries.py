"""Reads of the calendar."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.calendar.rules import YEARS, missing_year, national_day
from hengli_visits.calendar.year import Own
from hengli_visits.issues.holidays import known_years
from hengli_visits.models import AuditEntry, CalendarDay, Member
from hengli_visits.orm import hold_keys

LOCK = "calendar"


@dataclass(frozen=True)
class Knowledge:
    """Which years' holidays are known: `published` by the country's notices, `entered` by the town itself; and the year
    that is missed now."""

    published: range
    entered: list[int]
    missing: int | None

    def knows(self, year: int) -> bool:
        """Whether a year's holidays are known."""
        return year in self.published or year in self.entered


def knowledge(session: Session) -> Knowledge:
    """Which years are known. One query."""
    published = known_years()
    beyond = [national_day(year) for year in range(published[-1] + 1, YEARS[-1] + 1)]
    rows = session.scalars(select(CalendarDay.day).where(CalendarDay.day.in_(beyond)).order_by(CalendarDay.day))
    entered = [day.year for day in rows]
    return Knowledge(published, entered, missing_year(clock.today(), {*published, *entered}))


def own_days(session: Session, year: int) -> Own:
    """The town's own rows of a year by their day. One query."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return {row.day: row for row in session.scalars(select(CalendarDay).where(within))}


def rows_of(session: Session, days: Collection[date], *, lock: bool = False) -> Own:
    """The town's own rows of these days. With `lock` nobody else changes the calendar before the transaction ends."""
    if lock:
        hold_keys(session, LOCK)
    query = select(CalendarDay).where(CalendarDay.day.in_(days)).execution_options(populate_existing=lock)
    return {row.day: row for row in session.scalars(query)}


def last_change(session: Session, days: Iterable[date]) -> str:
    """Who changed one of these days last, by hand or by a file; empty when it is not known. One query."""
    name = session.scalar(
        select(Member.name)
        .join(AuditEntry, AuditEntry.actor_id == Member.id)
        .where(AuditEntry.object_kind == "calendar", AuditEntry.object_id.in_(["", *(day.isoformat() for day in days)]))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return name or ""
