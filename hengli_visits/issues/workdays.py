"""The working calendar: limits in working days, counted in the town's zone.

A limit of n working days ends at the close of business of the n-th working day after the day on which it starts; what is
left of the first day is a gift. Urgent limits are natural hours and need no calendar. Source of the week: five working
days, 8:30 to 17:30, with the country's public holidays and make-up days (`issues.holidays`), and over them day by day
what the town keeps as calendar rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hengli_visits import clock
from hengli_visits.issues.holidays import official_exceptions
from hengli_visits.models import CalendarDay

OPENS = time(8, 30)
CLOSES = time(17, 30)
SATURDAY = 5
DAY = timedelta(days=1)
AMBER_SHARE = 0.75
"""An issue turns amber when this share of the present step's time is used."""


@dataclass(frozen=True)
class Calendar:
    """The weekend rule and the days that are not what the weekday says (`exceptions`: day → is it a working day)."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the offices work on this day."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)


def calendar_of(rows: Iterable[CalendarDay]) -> Calendar:
    """The town's calendar: the country's days, and the town's own rows over them."""
    return Calendar({**official_exceptions(), **{row.day: row.working for row in rows}})


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.TOWN_ZONE).astimezone(UTC)


def _days_after(day: date, calendar: Calendar) -> Iterator[date]:
    while True:
        day += DAY
        if calendar.is_working(day):
            yield day


def add_working_days(moment: datetime, days: int, calendar: Calendar) -> datetime:
    """The close of business (17:30 in the town) of the `days`-th working day after the day of `moment`.
    Refuses fewer than one day by `ValueError`."""
    if days < 1:
        raise ValueError("a limit is at least one working day")
    following = _days_after(clock.town_time(moment).date(), calendar)
    day = next(following)
    for _ in range(days - 1):
        day = next(following)
    return _moment(day, CLOSES)


def working_days_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Working days after the day of `start` up to and with the day of `end`; negative when `end` lies before. The
    inverse of `add_working_days`."""
    first, last = clock.town_time(start).date(), clock.town_time(end).date()
    if last < first:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working(first + n * DAY) for n in range(1, (last - first).days + 1))


def _office_spans(start: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = clock.town_time(start).date()
    while (opens := _moment(day, OPENS)) < end:
        begins, ends = max(start, opens), min(end, _moment(day, CLOSES))
        if calendar.is_working(day) and begins < ends:
            yield begins, ends
        day += DAY


def amber_moment(start: datetime, due: datetime, calendar: Calendar | None) -> datetime:
    """When three quarters of the time from `start` to `due` are used: of the office hours, or with no calendar (urgent,
    natural hours) of the time itself. Never after `due`; `due` itself when no time lies between."""
    if calendar is None:
        return start + (due - start) * AMBER_SHARE if start < due else due
    spans = list(_office_spans(start, due, calendar))
    left = sum((ends - begins for begins, ends in spans), timedelta()) * AMBER_SHARE
    for begins, ends in spans:
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return due
