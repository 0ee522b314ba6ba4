"""What is measured of issues and of revisits: each measure a clause by which its figure is counted and its list found."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_

from hengli_visits import clock
from hengli_visits.issues.rules import FINAL
from hengli_visits.models import Contentment, Issue, IssueState, Revisit, Solved
from hengli_visits.reports.span import Span
from hengli_visits.wording import N_, Word

STAND_APART = (IssueState.PARKED, IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.WITHDRAWN)
"""States that no rate counts: they are told beside it (domain.md, Figures)."""
NO_WORK = (*FINAL, IssueState.PARKED)
"""States in which nobody works on an issue: it grows no older."""


class Measure(Word):
    """What is counted of issues. Source: the formulas of domain.md."""

    DISPATCHED = "dispatched", N_("交办")
    CONTACTED = "contacted", N_("期限内联系住户")
    CONTACT_LATE = "contact_late", N_("超过期限才联系，或到期还没联系")
    CONTACT_OPEN = "contact_open", N_("期限未到，还没联系")
    DUE = "due", N_("到期")
    ON_TIME = "on_time", N_("按期办结")
    OFF_TIME = "off_time", N_("到期没有办结")
    FIRST_DUE = "first_due", N_("按原定期限到期")
    FIRST_ON_TIME = "first_on_time", N_("在原定期限内办结")
    APPROVED = "approved", N_("审核通过，应回访")
    REVISITED = "revisited", N_("已回访到住户")
    AGAIN = "again", N_("重办过")
    STUCK = "stuck", N_("卡住的")


class Told(Word):
    """What is counted of revisits. Each one that reached the resident counts, so the first round of an issue that had to
    be done again stays in the figures."""

    ASKED = "asked", N_("问到是否解决")
    SOLVED = "solved", N_("住户认定已解决")
    PARTLY = "partly", N_("住户认定部分解决")
    UNSOLVED = "unsolved", N_("住户认定没有解决")
    RATED = "rated", N_("作出评价")
    PLEASED = "pleased", N_("满意和基本满意")
    DISCONTENT = "discontent", N_("不满意")
    UNRATED = "unrated", N_("不愿评价")


class Age(Word):
    """How long ago residents raised what is still worked on, in days of 24 hours."""

    DAYS_3 = "3", N_("3 天以内")
    DAYS_7 = "7", N_("4—7 天")
    DAYS_15 = "15", N_("8—15 天")
    DAYS_30 = "30", N_("16—30 天")
    OLDER = "older", N_("超过 30 天")


FIRST_DUE_AT = func.coalesce(Issue.original_due_at, Issue.due_at)
"""The unit's due moment before any extension."""


def age_clause(age: Age, now: datetime) -> ColumnElement[bool]:
    """Issues that are worked on and of this age."""
    ages = tuple(Age)
    youngest = ages.index(age)
    found: list[ColumnElement[bool]] = [Issue.state.not_in(NO_WORK)]
    if age is not Age.OLDER:
        found.append(Issue.raised_at > now - timedelta(days=int(age.value)))
    if youngest:
        found.append(Issue.raised_at <= now - timedelta(days=int(ages[youngest - 1].value)))
    return and_(*found)


def _counts() -> ColumnElement[bool]:
    return Issue.state.not_in(STAND_APART)


def _dispatched(span: Span) -> ColumnElement[bool]:
    return and_(_counts(), Issue.dispatched_at.is_not(None), span.within(Issue.dispatched_at))


def _fell_due(span: Span, now: datetime, due: Any) -> ColumnElement[bool]:
    return and_(_counts(), Issue.dispatched_at.is_not(None), due <= now, span.within(due))


def _approved(span: Span) -> ColumnElement[bool]:
    sent = Issue.dispatched_at.is_not(None)
    return and_(_counts(), sent, Issue.approved_at.is_not(None), span.within(Issue.approved_at))


def _revisited() -> ColumnElement[bool]:
    same = and_(Revisit.issue_id == Issue.id, Revisit.round == Issue.round)
    return exists().where(same, Revisit.reached, ~Revisit.late)


def stuck(now: datetime) -> ColumnElement[bool]:
    """Issues that do not get on: the present step is late, a unit has sent it back twice, it is done for the third time,
    or a parked one should have been looked at again."""
    late = and_(Issue.step_due_at <= now, Issue.state.not_in(FINAL))
    unwanted = and_(or_(Issue.returns >= 2, Issue.round >= 3), Issue.state.not_in(FINAL))
    forgotten = and_(Issue.state == IssueState.PARKED, Issue.review_on < clock.town_time(now).date())
    return or_(late, unwanted, forgotten)


Clause = Callable[[Span, datetime], ColumnElement[bool]]


SENT_BACK = Issue.state == IssueState.REDO
"""The resident has sent the answer back, and nobody was asked for another one yet: the old one is still kept."""


def _kept(due: Any) -> Clause:
    return lambda span, now: and_(_fell_due(span, now, due), ~SENT_BACK, Issue.answered_at <= due)


CLAUSES: dict[Measure, Clause] = {
    Measure.DISPATCHED: lambda span, _now: _dispatched(span),
    Measure.CONTACTED: lambda span, _now: and_(_dispatched(span), Issue.contacted_at <= FIRST_DUE_AT),
    Measure.CONTACT_LATE: lambda span, now: and_(
        _dispatched(span),
        or_(Issue.contacted_at > FIRST_DUE_AT, and_(Issue.contacted_at.is_(None), now >= FIRST_DUE_AT)),
    ),
    Measure.CONTACT_OPEN: lambda span, now: and_(_dispatched(span), Issue.contacted_at.is_(None), now < FIRST_DUE_AT),
    Measure.DUE: lambda span, now: _fell_due(span, now, Issue.due_at),
    Measure.ON_TIME: _kept(Issue.due_at),
    Measure.OFF_TIME: lambda span, now: and_(
        _fell_due(span, now, Issue.due_at),
        or_(SENT_BACK, Issue.answered_at.is_(None), Issue.answered_at > Issue.due_at),
    ),
    Measure.FIRST_DUE: lambda span, now: _fell_due(span, now, FIRST_DUE_AT),
    Measure.FIRST_ON_TIME: _kept(FIRST_DUE_AT),
    Measure.APPROVED: lambda span, _now: _approved(span),
    Measure.REVISITED: lambda span, _now: and_(_approved(span), _revisited()),
    Measure.AGAIN: lambda span, _now: and_(_dispatched(span), Issue.round > 1),
    Measure.STUCK: lambda _span, now: stuck(now),
}
"""The clause of each measure. The period is that of what it counts: of dispatch, of the due day, of approval."""

RATINGS = (Contentment.CONTENT, Contentment.FAIRLY, Contentment.DISCONTENT)
TOLD: dict[Told, ColumnElement[bool]] = {
    Told.ASKED: Revisit.solved.is_not(None),
    Told.SOLVED: Revisit.solved == Solved.YES,
    Told.PARTLY: Revisit.solved == Solved.PARTLY,
    Told.UNSOLVED: Revisit.solved == Solved.NO,
    Told.RATED: Revisit.contentment.in_(RATINGS),
    Told.PLEASED: Revisit.contentment.in_((Contentment.CONTENT, Contentment.FAIRLY)),
    Told.DISCONTENT: Revisit.contentment == Contentment.DISCONTENT,
    Told.UNRATED: Revisit.contentment == Contentment.UNRATED,
}


def told_in(span: Span) -> ColumnElement[bool]:
    """Revisits of the period that count: the resident was reached while the issue waited for it, and the issue does not
    stand apart. Needs `Issue` joined."""
    return and_(Revisit.reached, ~Revisit.late, _counts(), span.within(Revisit.at))
