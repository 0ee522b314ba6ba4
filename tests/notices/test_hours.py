"""When notices may be sent."""

from datetime import date, datetime, timedelta

import pytest

from hengli_visits import clock
from hengli_visits.issues.workdays import Calendar
from hengli_visits.models import Pace
from hengli_visits.notices.hours import again_at, due_at, is_open, next_opening

CALENDAR = Calendar({date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True})
"""国庆 2026 with a make-up Saturday."""


def at(text: str) -> datetime:
    return clock.from_town(datetime.fromisoformat(f"2026-{text}"))


@pytest.mark.parametrize(
    ("now", "each", "digest"),
    [
        ("06-29 10:00", "06-29 10:00", "06-30 08:30"),
        ("06-29 08:30", "06-29 08:30", "06-30 08:30"),
        ("06-29 08:29", "06-29 08:30", "06-29 08:30"),
        ("06-29 17:29", "06-29 17:29", "06-30 08:30"),
        ("06-29 17:30", "06-30 08:30", "06-30 08:30"),
        ("06-29 23:59", "06-30 08:30", "06-30 08:30"),
        ("07-03 18:00", "07-06 08:30", "07-06 08:30"),
        ("07-04 12:00", "07-06 08:30", "07-06 08:30"),
        ("09-30 17:31", "10-08 08:30", "10-08 08:30"),
        ("10-05 10:00", "10-08 08:30", "10-08 08:30"),
        ("10-09 18:00", "10-10 08:30", "10-10 08:30"),
    ],
)
def test_ordinary_notices_wait_for_the_offices(now: str, each: str, digest: str) -> None:
    assert due_at(at(now), Pace.EACH, CALENDAR, urgent=False) == at(each)
    assert due_at(at(now), Pace.DIGEST, CALENDAR, urgent=False) == at(digest)
    for pace in Pace:
        assert due_at(at(now), pace, CALENDAR, urgent=True) == at(now)


def test_what_is_due_is_due_when_the_offices_work() -> None:
    for hour in range(24 * 21):
        moment = at("09-25 00:15") + timedelta(hours=hour)
        for pace in Pace:
            due = due_at(moment, pace, CALENDAR, urgent=False)
            assert due >= moment
            assert is_open(due, CALENDAR)
        assert next_opening(moment, CALENDAR) > moment


def test_waits_grow_and_end_at_an_hour() -> None:
    now = at("06-29 09:00")
    for tries, minutes in ((1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (20, 60)):
        for _ in range(20):
            wait = again_at(now, tries, 0, CALENDAR, urgent=False) - now
            assert timedelta(minutes=minutes * 0.75) <= wait <= timedelta(minutes=minutes * 1.25)


def test_a_wait_that_was_asked_for_is_kept_and_a_night_is_waited_out() -> None:
    now = at("06-29 17:25")
    assert again_at(now, 1, 600, CALENDAR, urgent=False) == at("06-30 08:30")
    assert again_at(now, 1, 600, CALENDAR, urgent=True) == at("06-29 17:35")
