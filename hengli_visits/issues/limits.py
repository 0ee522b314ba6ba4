"""From when to when the time limit of a step runs, and when it turns amber. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hengli_visits import clock
from hengli_visits.issues.steps import Limit
from hengli_visits.issues.workdays import CLOSES, Calendar, add_working_days, amber_moment, working_days_between
from hengli_visits.models import Campaign, Issue

LEAST_HOURS = timedelta(hours=1)
"""What an urgent issue has at least when it is taken up again."""


@dataclass(frozen=True)
class Terms:
    """When a step is taken, by whom, and by which calendar and campaign its limits are counted."""

    now: datetime
    calendar: Calendar
    campaign: Campaign
    actor_id: int | None = None


def at_close(day: date) -> datetime:
    """The close of business of a day of the town."""
    return datetime.combine(day, CLOSES, clock.TOWN_ZONE).astimezone(UTC)


def working_day_from(day: date, calendar: Calendar) -> date:
    """The day itself when it is a working day, else the next one."""
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def due_after_parking(issue: Issue, due: datetime | None, terms: Terms) -> datetime | None:
    """When a unit is due that takes a parked issue up again: it gets the working days that were left when it answered,
    at least one; an urgent issue the hours, at least one. None stays None."""
    if due is None:
        return None
    answered = issue.answered_at or terms.now
    if issue.limit_hours is not None:
        return terms.now + max(due - answered, LEAST_HOURS)
    left = working_days_between(answered, due, terms.calendar)
    return add_working_days(terms.now, max(left, 1), terms.calendar)


def _span(limit: Limit, issue: Issue, changes: Mapping[str, Any], terms: Terms) -> tuple[datetime, datetime, bool]:
    """From when to when a limit runs, and whether in natural hours."""
    names = ("dispatched_at", "due_at", "limit_hours", "revisit_days", "review_on")
    after = {name: changes.get(name, getattr(issue, name)) for name in names}
    urgent = after["limit_hours"] is not None
    if limit in (Limit.UNIT, Limit.RESUMED):
        return after["dispatched_at"] if limit is Limit.UNIT else terms.now, after["due_at"], urgent
    if limit is Limit.REVIEW:
        return terms.now, at_close(after["review_on"]), False
    campaign = terms.campaign
    days = {
        Limit.OFFICE: campaign.triage_days,
        Limit.SIGN: campaign.sign_days,
        Limit.REVISIT: after["revisit_days"] or campaign.revisit_days,
    }[limit]
    due = add_working_days(terms.now, days, terms.calendar)
    if limit is Limit.SIGN and urgent:
        return terms.now, min(due, after["due_at"]), True
    return terms.now, due, False


def clocks(limit: Limit, issue: Issue, changes: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """The present step's end and when it turns amber; nobody has been told of either yet. OFFICE, the coordinator's and
    leader's own steps, have the campaign's limit for triage; SIGN is never longer than an urgent issue's own limit."""
    if limit is Limit.KEEP:
        return {}
    untold = {"amber_told_at": None, "overdue_told_at": None}
    if limit is Limit.NONE:
        return {"step_due_at": None, "amber_at": None, **untold}
    start, due, natural = _span(limit, issue, changes, terms)
    amber = amber_moment(start, due, None if natural else terms.calendar)
    return {"step_due_at": due, "amber_at": amber, **untold}
