"""When things happen in the demonstration: visits in spare hours, office work at the desk. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hengli_visits import clock

DESK = ((time(8, 40), time(11, 50)), (time(14, 20), time(17, 20)))
DESK_DAY = timedelta(minutes=370)
"""What the two spans of a day at the desk come to."""
SATURDAY = 5
EVENING = (time(18, 40),)
WEEKEND = (time(9, 10), time(14, 50), time(18, 40))
NOON = time(12, 5)
NIGHT = time(21, 30)
"""By then everybody is home from an evening's visits."""
REST_OF_DAY = timedelta(hours=6, minutes=30)
"""What is left of a day when the offices close, at 17:30."""
MOST_CALLS = 4
"""Households of one outing."""

Span = tuple[datetime, datetime]


def town_moment(day: date, at: time) -> datetime:
    """A moment by the town's clock."""
    return datetime.combine(day, at, clock.TOWN_ZONE).astimezone(UTC)


def following_day(now: datetime) -> date:
    """The day after the last one that is over: once the offices have closed, the present day counts as over."""
    return clock.town_time(now + REST_OF_DAY).date()


def without_evening(now: datetime) -> date | None:
    """The day that counts as over though its evening has not been yet, if there is one."""
    local = clock.town_time(now)
    return local.date() if local.date() < following_day(now) and local.time() < NIGHT else None


def outing(day: date, calls: int, rng: Random, short_day: date | None = None) -> list[datetime]:
    """When the households of one outing are called on, one after the other: in the evening, at the weekend also in the
    morning or afternoon; on `short_day`, whose evening has not been yet, at noon."""
    start = rng.choice(WEEKEND if day.weekday() >= SATURDAY else EVENING)
    if day == short_day:
        start = NOON
    moment = town_moment(day, start) + timedelta(minutes=rng.randrange(0, 45))
    found = []
    for _ in range(calls):
        found.append(moment)
        moment += timedelta(minutes=rng.randrange(16, 30))
    return found


def _spans(start: datetime, end: datetime, *, every_day: bool) -> Iterator[Span]:
    day = clock.town_time(start).date()
    while town_moment(day, time(0)) < end:
        if every_day or day.weekday() < SATURDAY:
            for opens, closes in DESK:
                begins, ends = max(start, town_moment(day, opens)), min(end, town_moment(day, closes))
                if begins < ends:
                    yield begins, ends
        day += timedelta(days=1)


def _length(spans: Sequence[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta())


def at_desk(start: datetime, end: datetime, delays: Sequence[float], *, every_day: bool = False) -> list[datetime]:
    """The moments of steps that follow each other at the desk, each `delays` working days after the one before, all
    between `start` and `end`: drawn together when they would not fit, on weekends too when the week has no room, and
    over the clock round when there is no desk time at all."""
    needed = DESK_DAY * sum(delays)
    spans = list(_spans(start, end, every_day=every_day))
    if _length(spans) < needed * 0.6:
        spans = list(_spans(start, end, every_day=True))
    if not spans:
        spans = [(start, end)]
    scale = min(1.0, 0.96 * (_length(spans) / needed)) if needed else 1.0
    moments, passed = [], timedelta()
    for delay in delays:
        passed += DESK_DAY * delay * scale
        moments.append(_reached(spans, passed))
    return moments


def _reached(spans: Sequence[Span], passed: timedelta) -> datetime:
    for begin, end in spans:
        if passed <= end - begin:
            return begin + passed
        passed -= end - begin
    return spans[-1][1]


def lately(now: datetime) -> datetime:
    """When something urgent that has nearly used up its 24 hours began: 18½ to 22 hours ago, by day if that can be."""
    moments = [now - timedelta(minutes=minutes) for minutes in range(20 * 60, 22 * 60, 10)]
    moments += [now - timedelta(minutes=minutes) for minutes in range(20 * 60, 18 * 60 + 30, -10)]
    return next((one for one in moments if 8 <= clock.town_time(one).hour < 21), moments[0])
