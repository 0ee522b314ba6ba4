"""When notices may be sent: in the offices' hours; what is urgent at any time. Pure."""

import random
from datetime import UTC, datetime, timedelta

from hengli_visits import clock
from hengli_visits.issues.workdays import CLOSES, DAY, OPENS, Calendar
from hengli_visits.models import Pace

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
TRIES = 8
"""So often a message is tried before it counts as failed: over some two hours of office time."""
JITTER = 0.25


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether the offices work at this moment."""
    there = clock.town_time(moment)
    return calendar.is_working(there.date()) and OPENS <= there.time() < CLOSES


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """The first 8:30 of a working day after this moment."""
    there = clock.town_time(moment)
    day = there.date() if there.time() < OPENS else there.date() + DAY
    while not calendar.is_working(day):
        day += DAY
    return datetime.combine(day, OPENS, clock.TOWN_ZONE).astimezone(UTC)


def due_at(moment: datetime, pace: Pace, calendar: Calendar, *, urgent: bool) -> datetime:
    """When something that came at `moment` is sent: what is urgent at once; else in office hours, a digest at the next
    8:30."""
    if urgent or (pace is Pace.EACH and is_open(moment, calendar)):
        return moment
    return next_opening(moment, calendar)


def again_at(moment: datetime, tries: int, asked: int, calendar: Calendar, *, urgent: bool) -> datetime:
    """When to try again after `tries` tries in vain: 1, 2, 4 … minutes later, an hour at most, a quarter more or less so
    that not all come at once; not before the `asked` seconds are over, and never at night."""
    wait = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    wait *= 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - no secret
    return due_at(moment + max(wait, timedelta(seconds=asked)), Pace.EACH, calendar, urgent=urgent)
