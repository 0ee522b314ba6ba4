"""When a year is missed, and how a year is laid out; pure."""

from datetime import date, timedelta

import pytest

from hengli_visits.calendar.ics import Told
from hengli_visits.calendar.imports import changes_of, read_back, stamp_of, written
from hengli_visits.calendar.rules import missing_year
from hengli_visits.calendar.year import Mark, day_of, marked_days, months_of, spans_of
from hengli_visits.errors import Invalid
from hengli_visits.models import CalendarDay


@pytest.mark.parametrize(
    ("today", "known", "missing"),
    [
        (date(2026, 9, 30), {2026}, None),
        (date(2026, 10, 1), {2026}, 2027),
        (date(2026, 12, 31), {2026}, 2027),
        (date(2026, 12, 31), {2026, 2027}, None),
        (date(2027, 1, 1), {2026}, 2027),
        (date(2027, 11, 1), {2026}, 2027),
    ],
)
def test_a_year_is_missed_from_october_on(today: date, known: set[int], missing: int | None) -> None:
    assert missing_year(today, known) == missing


@pytest.mark.parametrize("year", [2004, 2024, 2026, 2100])
def test_every_day_of_a_year_stands_once_under_its_weekday(year: int) -> None:
    found = []
    for number, weeks in enumerate(months_of(year, {}), start=1):
        for week in weeks:
            assert len(week) == 7
            for weekday, day in enumerate(week):
                if day is not None:
                    assert (day.day.month, day.day.weekday()) == (number, weekday)
                    found.append(day.day)
    first = date(year, 1, 1)
    assert found == [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]


def test_the_year_in_runs() -> None:
    spans = spans_of(marked_days(2026, {}))
    told = [(f"{span.first.day:%m-%d}", span.length, span.first.name) for span in spans if not span.first.working]
    assert told == [
        ("01-01", 3, "元旦"),
        ("02-15", 9, "春节"),
        ("04-04", 3, "清明节"),
        ("05-01", 5, "劳动节"),
        ("06-19", 3, "端午节"),
        ("09-25", 3, "中秋节"),
        ("10-01", 7, "国庆节"),
    ]


def test_the_towns_own_day_stands_apart() -> None:
    row = CalendarDay(day=date(2026, 10, 7), working=True, name="")
    day = day_of(row.day, row)
    assert (day.working, day.mark, day.own) == (True, Mark.WORKING, True)
    runs = [span for span in spans_of(marked_days(2026, {row.day: row})) if span.first.day.month == 10]
    assert [(span.first.day.day, span.length) for span in runs] == [(1, 6), (7, 1), (10, 1)]


def test_a_file_changes_only_what_differs() -> None:
    told = [
        Told(date(2026, 10, 1), False, "National Day"),
        Told(date(2026, 10, 8), False, ""),
        Told(date(2027, 10, 1), False, "国庆节"),
        Told(date(2027, 10, 2), False, "国庆节"),
        Told(date(2027, 10, 9), True, "国庆节"),
    ]
    changes = changes_of(told, {}, range(2004, 2027))
    assert [change.told for change in changes] == told[1:]
    own = {one.day: CalendarDay(day=one.day, working=one.working, name=one.name) for one in told[1:]}
    assert changes_of(told, own, range(2004, 2027)) == []


def test_days_outlive_the_form() -> None:
    told = [Told(date(2027, 10, 1), False, "国庆节 第一天"), Told(date(2027, 10, 2), True, "")]
    assert read_back(written(told)) == told
    assert read_back(written(told).replace("\n", "\r\n")) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2027-10-01",
        "2027-10-01 2 x",
        "2027-13-01 1 x",
        "2500-01-01 1 x",
        f"2027-10-01 1 {'x' * 41}",
        "2027-10-01 1\n2027-10-01 0",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_back(text)


def test_a_stamp_changes_with_any_of_its_days() -> None:
    days = [date(2027, 10, 1), date(2027, 10, 2)]
    rows = [CalendarDay(day=days[0], working=w, name=n) for w in (True, False) for n in ("", "国庆节")]
    assert len({stamp_of(days, {}), *(stamp_of(days, {row.day: row}) for row in rows)}) == 5
