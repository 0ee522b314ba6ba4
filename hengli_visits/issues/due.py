"""How near the end of the present step is, in the units in which people count it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hengli_visits import clock
from hengli_visits.issues.rules import FINAL
from hengli_visits.issues.workdays import Calendar, working_days_between
from hengli_visits.models import Issue, IssueState

URGENT_STATES = (IssueState.DISPATCHED, IssueState.IN_PROGRESS)
"""States in which an urgent issue is counted in natural hours."""
HOUR = 3600


class Nearness(StrEnum):
    """How the time left is said: in working days, hours, until the evening; how late in days, or since today."""

    NONE = "none"
    DAYS = "days"
    HOURS = "hours"
    TODAY = "today"
    LATE_TODAY = "late_today"
    LATE_DAYS = "late_days"


@dataclass(frozen=True)
class Due:
    """`amount` of days or hours left, or days late; `amber` and `late` say how pressing it is."""

    nearness: Nearness = Nearness.NONE
    amount: int = 0
    at: datetime | None = None
    amber: bool = False
    late: bool = False


def due_of(issue: Issue, now: datetime, calendar: Calendar) -> Due:
    """How the present step of an issue stands. Lateness is counted in days of the calendar, as a resident waits; what
    is left in working days, as an office works."""
    at = issue.step_due_at
    if at is None or issue.state in FINAL:
        return Due()
    if now >= at:
        days = (clock.town_time(now).date() - clock.town_time(at).date()).days
        return Due(Nearness.LATE_DAYS if days else Nearness.LATE_TODAY, days, at, late=True)
    amber = issue.amber_at is not None and now >= issue.amber_at
    if issue.limit_hours is not None and issue.state in URGENT_STATES:
        return Due(Nearness.HOURS, -int(-(at - now).total_seconds() // HOUR), at, amber)
    days = working_days_between(now, at, calendar)
    return Due(Nearness.DAYS if days else Nearness.TODAY, days, at, amber)
