"""A year as the calendar shows it: months of weeks of days, and the days that are not what the weekday says."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hengli_visits.issues.holidays import official_days
from hengli_visits.issues.workdays import DAY, SATURDAY
from hengli_visits.models import CalendarDay
from hengli_visits.wording import N_, Word


class Mark(Word):
    """What is written beside a day that is not an ordinary one."""

    FREE = "free", N_("休")
    WORKING = "working", N_("班")


@dataclass(frozen=True)
class Day:
    """A day of the calendar: whether offices work, for which holiday's sake (`name`, a msgid unless `own`), and whether
    it is the town itself (`own`) that says so."""

    day: date
    working: bool
    name: str = ""
    mark: Mark | None = None
    own: bool = False

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return self.day.weekday() >= SATURDAY


@dataclass(frozen=True)
class Span:
    """Days in a row of which the same is to be said."""

    first: Day
    last: Day

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last.day - self.first.day).days + 1


Week = list[Day | None]
Own = Mapping[date, CalendarDay]


def official_day(day: date) -> Day:
    """A day as the country's calendar has it, else as the weekday says."""
    told = official_days().get(day)
    if told is None:
        return Day(day, day.weekday() < SATURDAY)
    return Day(day, told.working, told.name, Mark.WORKING if told.working else Mark.FREE)


def day_of(day: date, row: CalendarDay | None) -> Day:
    """A day as the town has it."""
    if row is None:
        return official_day(day)
    return Day(day, row.working, row.name, Mark.WORKING if row.working else Mark.FREE, own=True)


def months_of(year: int, own: Own) -> list[list[Week]]:
    """The twelve months as weeks from Monday to Sunday; None where a week belongs to another month."""
    return [
        [
            [day_of(day, own.get(day)) if day.month == month else None for day in week]
            for week in Weeks().monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


def marked_days(year: int, own: Own) -> Iterator[Day]:
    """The days of a year that are not ordinary ones, in their order."""
    day = date(year, 1, 1)
    while day.year == year:
        found = day_of(day, own.get(day))
        if found.mark is not None:
            yield found
        day += DAY


def spans_of(days: Iterable[Day]) -> list[Span]:
    """Days in their order as runs: what follows the day before and is of the same kind and name is one run."""
    spans: list[Span] = []
    for day in days:
        last = spans[-1].last if spans else None
        if last and last.day + DAY == day.day and (last.mark, last.name, last.own) == (day.mark, day.name, day.own):
            spans[-1] = Span(spans[-1].first, day)
        else:
            spans.append(Span(day, day))
    return spans
