"""What time alone does to issues: soon due and late ones are told of, and units that are late are pressed on."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.errors import Conflict
from hengli_visits.issues.entries import written
from hengli_visits.issues.ledger import refuse_state, take, town_calendar
from hengli_visits.issues.rules import BY_VERB, UNDER_WAY, WITH_UNIT
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.workdays import CLOSES, OPENS, Calendar
from hengli_visits.models import Campaign, Issue, Supervision

BATCH = 200
"""So many issues are locked and told of for each reason in one run; the next run goes on."""
DAY = timedelta(days=1)


def press_late(session: Session, now: datetime) -> int:
    """Note what time has done, and give the number of moves that were left. Once for each step with a limit: that three
    quarters of it are used (即将超期), and that it is late (已超期), which sets 催办 where it is a unit's turn. A unit that
    is late by as many whole working days as its campaign says is pressed on in writing (书面督办), then by 通报, unless the office
    has lifted the supervision. Parked issues are told of likewise when their review is near and due.

    Nothing is done outside office hours (8:30 to 17:30 of working days), also for urgent issues: their natural hours
    count, but nobody is called on at night. A second run finds nothing more to do; rows that somebody else holds are
    left to the next one. Flushes, never commits."""
    calendar = town_calendar(session)
    if not in_office_hours(now, calendar):
        return 0
    near = (Issue.amber_at <= now, Issue.step_due_at > now, Issue.amber_told_at.is_(None))
    late = (Issue.step_due_at <= now, Issue.overdue_told_at.is_(None), Issue.extension_until.is_(None))
    done = sum(_note(session, issue, Verb.NEAR_DUE) for issue in _found(session, *near))
    for issue in _found(session, *late):
        first = issue.state in WITH_UNIT and issue.supervision is None
        done += _note(session, issue, Verb.OVERDUE, Supervision.REMINDED if first else None)
    return done + _escalate(session, now, calendar)


def in_office_hours(moment: datetime, calendar: Calendar) -> bool:
    """Whether the offices work at this moment."""
    local = clock.town_time(moment)
    return calendar.is_working(local.date()) and OPENS <= local.time() < CLOSES


def late_since(days: int, now: datetime, calendar: Calendar) -> datetime:
    """What was due before this moment is late by at least so many whole working days now: as many lie between its day and
    today."""
    day = clock.town_time(now).date() - DAY
    while days > 0:
        days -= calendar.is_working(day)
        day -= DAY
    return clock.from_town(datetime.combine(day + DAY, time()))


def _found(session: Session, *clauses: ColumnElement[bool]) -> Sequence[Issue]:
    """The next batch of issues under way for which all of this holds, locked; what somebody else holds is passed over."""
    query = (
        select(Issue)
        .where(Issue.state.in_(UNDER_WAY), *clauses)
        .order_by(Issue.step_due_at, Issue.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _escalate(session: Session, now: datetime, calendar: Calendar) -> int:
    done = 0
    for campaign in session.scalars(select(Campaign).order_by(Campaign.id)).all():
        for level, days in (
            (Supervision.CIRCULATED, campaign.circular_days),
            (Supervision.WRITTEN, campaign.written_days),
        ):
            below = [lower for lower in Supervision if list(Supervision).index(lower) < list(Supervision).index(level)]
            late = _found(
                session,
                Issue.campaign_id == campaign.id,
                Issue.state.in_(WITH_UNIT),
                Issue.supervision.in_(below),
                Issue.extension_until.is_(None),
                Issue.step_due_at < late_since(days, now, calendar),
            )
            done += sum(_note(session, issue, Verb.ESCALATE, level) for issue in late)
    return done


def _note(session: Session, issue: Issue, verb: Verb, level: Supervision | None = None) -> int:
    """One line of the program's own; 0 when somebody moved the issue meanwhile."""
    values: dict[str, Any] = {"supervision": level}
    try:
        refuse_state(session, issue, BY_VERB[verb])
        take(session, SYSTEM, issue, BY_VERB[verb], values, written(values))
    except Conflict:
        return 0
    return 1
