"""What a clerk types who enters walk lists from paper: one key for an outcome, times without a colon. Pure."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from hengli_visits.models import Nature, Outcome

OUTCOMES = {str(number): outcome for number, outcome in enumerate(Outcome, start=1)}
"""The key of each outcome, as the head of the printed sheet shows it."""
NATURES = {str(number): nature for number, nature in enumerate(Nature, start=1)}

CLOCK = re.compile(r"(\d{1,2})(?:[:.点时](\d{1,2})?分?)?|(\d{1,2})(\d{2})")
OCCASION = re.compile(r"(?:(\d{1,2})[-/.月])?(\d{1,2})(?:日|号)?\s+(\S+)|(\d{1,2})月(\d{1,2})[日号](\S+)")
MONTHS_BACK = timedelta(days=180)


def plain(text: str | None) -> str:
    """Half-width, without white space at both ends."""
    return unicodedata.normalize("NFKC", text or "").strip()


def read_outcome(text: str | None) -> Outcome | None:
    """The outcome of a key (1–6) or of its word."""
    typed = plain(text)
    return OUTCOMES.get(typed) or next((one for one in Outcome if typed in (one.value, one.label)), None)


def read_nature(text: str | None) -> Nature | None:
    """The nature of a key (1–5) or of its word; an opinion when nothing was typed; None for what is neither."""
    typed = plain(text)
    if not typed:
        return Nature.OPINION
    return NATURES.get(typed) or next((one for one in Nature if typed in (one.value, one.label)), None)


def read_clock(text: str | None) -> time | None:
    """A time of the day: 9:05, 9.05, 905, 0905, 9点, 9点5分. None for what is none."""
    match = CLOCK.fullmatch("".join(plain(text).split()))
    if match is None:
        return None
    hour, minute = (match[1], match[2]) if match[1] else (match[3], match[4])
    return time(int(hour), int(minute or 0)) if int(hour) < 24 and int(minute or 0) < 60 else None


def write_clock(value: time) -> str:
    """A time of the day as it is shown in the field: 09:05."""
    return f"{value:%H:%M}"


def read_occasion(text: str | None, after: date) -> datetime | None:
    """A coming moment on the town's wall clock, the next one after a day: 7-5 19:30, 7月5日 1930, 5 1930 (of this month
    or the next). None for what is none."""
    match = OCCASION.fullmatch(plain(text))
    if match is None:
        return None
    month, day, clock = (match[1], match[2], match[3]) if match[3] else (match[4], match[5], match[6])
    at = read_clock(clock)
    if at is None:
        return None
    found = _next_day(int(month) if month else None, int(day), after)
    return datetime.combine(found, at) if found else None


def _next_day(month: int | None, day: int, after: date) -> date | None:
    if month is None:
        later = after.month % 12 + 1
        year = after.year + (later == 1)
        return _made(after.year, after.month, day) if day >= after.day else _made(year, later, day)
    found = _made(after.year, month, day)
    if found is not None and found < after - MONTHS_BACK:
        return _made(after.year + 1, month, day)
    return found


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
