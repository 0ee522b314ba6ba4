"""The country's holidays against the State Council's notices, copied by hand: 国办发明电〔2023〕7号 (2024), 国办发明电
〔2024〕12号 (2025) and the notice of November 2025 (2026); and limits across them, reckoned by hand."""

from datetime import date, datetime, timedelta

import pytest

from hengli_visits import clock
from hengli_visits.issues.holidays import known_years, official_days, official_exceptions
from hengli_visits.issues.workdays import Calendar, add_working_days, calendar_of, working_days_between
from hengli_visits.models import CalendarDay

TOWN = calendar_of(())

MAKE_UP_DAYS = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
HOLIDAYS = {
    2024: [("01-01", 1), ("02-10", 8), ("04-04", 3), ("05-01", 5), ("06-10", 1), ("09-15", 3), ("10-01", 7)],
    2025: [("01-01", 1), ("01-28", 8), ("04-04", 3), ("05-01", 5), ("05-31", 3), ("10-01", 8)],
    2026: [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7)],
}
"""First day and number of days of each holiday."""


def at(text: str) -> datetime:
    return clock.from_town(datetime.fromisoformat(text))


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_make_up_days_are_those_of_the_notice(year: int) -> None:
    worked = [f"{day:%m-%d}" for day, told in sorted(official_days().items()) if day.year == year and told.working]
    assert worked == MAKE_UP_DAYS[year]
    assert all(date.fromisoformat(f"{year}-{day}").weekday() >= 5 for day in worked)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_every_other_day_is_as_the_notice_and_the_week_have_it(year: int) -> None:
    free = {
        date.fromisoformat(f"{year}-{first}") + timedelta(days=n) for first, days in HOLIDAYS[year] for n in range(days)
    }
    made_up = {date.fromisoformat(f"{year}-{day}") for day in MAKE_UP_DAYS[year]}
    day = date(year, 1, 1)
    while day.year == year:
        wanted = day in made_up or (day.weekday() < 5 and day not in free)
        assert TOWN.is_working(day) is wanted, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # 2025: the 28th of September (a Sunday) is worked, 1 to 8 October are free, Saturday the 11th is worked
        ("2025-09-26 10:00", 1, "2025-09-28 17:30"),
        ("2025-09-26 10:00", 5, "2025-10-10 17:30"),
        ("2025-09-30 16:00", 1, "2025-10-09 17:30"),
        ("2025-09-30 16:00", 5, "2025-10-14 17:30"),
        # 2026: Sunday the 20th of September is worked, 25 to 27 and 1 to 7 October are free, Saturday the 10th is worked
        ("2026-09-18 09:00", 1, "2026-09-20 17:30"),
        ("2026-09-24 09:00", 3, "2026-09-30 17:30"),
        ("2026-09-30 09:00", 5, "2026-10-13 17:30"),
        ("2026-10-03 12:00", 3, "2026-10-10 17:30"),
        # Spring Festival 2026: Saturday the 14th is worked, 15 to 23 February are free, Saturday the 28th is worked
        ("2026-02-13 11:00", 1, "2026-02-14 17:30"),
        ("2026-02-13 11:00", 5, "2026-02-27 17:30"),
        ("2026-02-14 11:00", 5, "2026-02-28 17:30"),
        ("2026-02-18 11:00", 15, "2026-03-13 17:30"),
    ],
)
def test_limits_across_national_day_and_spring_festival(start: str, days: int, due: str) -> None:
    assert add_working_days(at(start), days, TOWN) == at(due)
    assert working_days_between(at(start), at(due), TOWN) == days


def test_nothing_is_reckoned_beyond_the_notices() -> None:
    """A year whose notice is not out is weekdays and weekends alone, also on days that are holidays every year."""
    beyond = date(known_years()[-1] + 1, 10, 1)
    assert set(known_years()) >= {2024, 2025, 2026}
    assert max(official_days()).year == known_years()[-1]
    assert TOWN.is_working(beyond) is (beyond.weekday() < 5)


def test_the_towns_own_days_stand_over_the_countrys() -> None:
    own = calendar_of(
        [CalendarDay(day=date(2026, 10, 10), working=False), CalendarDay(day=date(2026, 10, 8), working=False)]
    )
    assert add_working_days(at("2026-09-30 09:00"), 2, TOWN) == at("2026-10-09 17:30")
    assert add_working_days(at("2026-09-30 09:00"), 2, own) == at("2026-10-12 17:30")
    assert not own.is_working(date(2026, 10, 1))


def test_a_calendar_of_nothing_is_the_plain_week() -> None:
    assert Calendar().is_working(date(2026, 10, 1))
    assert official_exceptions()[date(2026, 10, 1)] is False
