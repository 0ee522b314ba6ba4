"""The working calendar: make-up days, holidays, and what must hold for every start and limit."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from hengli_visits import clock
from hengli_visits.issues.workdays import (
    CLOSES,
    Calendar,
    add_working_days,
    amber_moment,
    calendar_of,
    working_days_between,
)
from hengli_visits.models import CalendarDay

PLAIN = Calendar()
DRAGON_BOAT = calendar_of(
    [
        CalendarDay(day=date(2026, 6, 19), working=False, name="端午节"),
        CalendarDay(day=date(2026, 6, 28), working=True, name="调休"),
    ]
)


def town(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=clock.TOWN_ZONE)


moments = st.integers(0, 4 * 366 * 24 * 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
limits = st.integers(1, 40)
calendars = st.dictionaries(st.dates(date(2024, 1, 1), date(2028, 6, 1)), st.booleans(), max_size=60).map(Calendar)


@pytest.mark.parametrize(
    ("start", "days", "calendar", "due"),
    [
        (town(6, 29), 1, PLAIN, town(6, 30, 17, 30)),
        (town(6, 29, 23, 59), 1, PLAIN, town(6, 30, 17, 30)),
        (town(6, 30, 0, 1), 1, PLAIN, town(7, 1, 17, 30)),
        (town(6, 26), 1, PLAIN, town(6, 29, 17, 30)),
        (town(6, 26), 5, PLAIN, town(7, 3, 17, 30)),
        (town(6, 27), 1, PLAIN, town(6, 29, 17, 30)),
        (town(6, 26), 1, DRAGON_BOAT, town(6, 28, 17, 30)),
        (town(6, 18), 1, DRAGON_BOAT, town(6, 22, 17, 30)),
    ],
)
def test_a_limit_ends_at_the_close_of_a_working_day(
    start: datetime, days: int, calendar: Calendar, due: datetime
) -> None:
    assert add_working_days(start, days, calendar) == due


def test_a_limit_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(town(6, 29), 0, PLAIN)


@settings(max_examples=60, deadline=None)
@given(moments, limits, calendars)
def test_counting_undoes_adding(start: datetime, days: int, calendar: Calendar) -> None:
    due = add_working_days(start, days, calendar)
    assert due > start
    assert calendar.is_working(clock.town_time(due).date())
    assert clock.town_time(due).time() == CLOSES
    assert working_days_between(start, due, calendar) == days
    assert working_days_between(due, start, calendar) == -days


@settings(max_examples=60, deadline=None)
@given(moments, limits, limits, calendars)
def test_a_longer_limit_never_ends_earlier(start: datetime, first: int, second: int, calendar: Calendar) -> None:
    low, high = sorted((first, second))
    assert add_working_days(start, low, calendar) <= add_working_days(start, high, calendar)


@settings(max_examples=60, deadline=None)
@given(moments, limits, calendars)
def test_amber_lies_inside_the_limit(start: datetime, days: int, calendar: Calendar) -> None:
    due = add_working_days(start, days, calendar)
    assert start <= amber_moment(start, due, calendar) <= due
    assert amber_moment(start, due, None) == start + (due - start) * 0.75


def test_amber_counts_office_hours_only() -> None:
    start, due = town(6, 26, 17, 30), town(7, 2, 17, 30)
    assert amber_moment(start, due, PLAIN) == town(7, 1, 17, 30)
    assert amber_moment(due, due, PLAIN) == due
    assert amber_moment(due, due - timedelta(hours=1), None) == due - timedelta(hours=1)
