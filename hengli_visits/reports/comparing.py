"""The same measures of a campaign and of the one before it, side by side, the difference told in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.formats import per_cent
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    Issue,
    IssueState,
    Outcome,
    Visit,
)
from hengli_visits.reports import saying
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.rates import ISSUES, counts, rates
from hengli_visits.reports.span import Span, before
from hengli_visits.reports.visiting import VISITS, told
from hengli_visits.wording import N_


@dataclass(frozen=True)
class Share:
    """A number of rows, or a share of a whole."""

    part: Count
    whole: Count | None = None

    @property
    def rate(self) -> float | None:
        """Per cent with one decimal; None for a plain number and where there is nothing to share."""
        if self.whole is None or not self.whole.number:
            return None
        return float(per_cent(self.part.number, self.whole.number))


@dataclass(frozen=True)
class Line:
    """One measure, its name a msgid, of this campaign and of the one before."""

    name: str
    unit: str
    now: Share
    then: Share

    @property
    def difference(self) -> float | None:
        """By how much it is more now: of a rate in percentage points, of a number in its unit; None when one of both
        cannot be told."""
        if self.now.whole is None:
            return self.now.part.number - self.then.part.number
        if self.now.rate is None or self.then.rate is None:
            return None
        return round(self.now.rate - self.then.rate, 1)


@dataclass(frozen=True)
class Comparison:
    """This campaign beside `other`, over the same days counted from the start of each when there is a period."""

    other: Campaign
    span: Span
    other_span: Span
    lines: list[Line]


def earlier(campaign: Campaign, campaigns: Iterable[Campaign]) -> Campaign | None:
    """The campaign before this one among those that the actor may look at; None when there is none."""
    return before(campaign, (one for one in campaigns if one.state != CampaignState.DRAFT))


def same_days(span: Span, campaign: Campaign, other: Campaign) -> Span:
    """The span in another campaign: the same village, no group (groups are of one campaign), and the period moved by as
    much as the starts are apart."""
    gap = other.starts_on - campaign.starts_on
    return Span(other.id, span.area_id, None, _moved(span.since, gap), _moved(span.until, gap))


def _moved(day: date | None, gap: timedelta) -> date | None:
    return None if day is None else day + gap


def compare(session: Session, actor: Actor, campaign: Campaign, other: Campaign, span: Span) -> Comparison:
    """Both campaigns by the same measures. Twelve queries."""
    span = Span(span.campaign_id, span.area_id, None, span.since, span.until)
    moved = same_days(span, campaign, other)
    now = clock.now()
    here, there = _measures(session, actor, span, now), _measures(session, actor, moved, now)
    lines = [Line(name, unit, one, two) for (name, unit, one), (_n, _u, two) in zip(here, there, strict=True)]
    return Comparison(other, span, moved, lines)


Measured = Sequence[tuple[str, str, Share]]


def _measures(session: Session, actor: Actor, span: Span, now: datetime) -> Measured:
    found = [*_households(session, actor, span), *_visits(session, actor, span), _said(session, actor, span)]
    found += _issues(session, actor, span)
    every = rates(counts(session, actor, span, now))
    return [*found, *((rate.name, "%", Share(rate.part, rate.whole)) for rate in every)]


def _households(session: Session, actor: Actor, span: Span) -> Measured:
    """Households and how many are visited; with a period how many were reached in it, which is no coverage."""
    tasks = Where("assignments.index", span.place())
    visited = Assignment.state == AssignmentState.VISITED
    done = func.count(Assignment.id).filter(visited, span.within(Assignment.last_visit_at))
    total, number = session.execute(select(func.count(Assignment.id), done).where(span.tasks(actor))).one()
    where = Where("assignments.index", span.address()) & {"state": AssignmentState.VISITED.value}
    names = (N_("期内走访到"), N_("期内走访到的占比")) if span.timed else (N_("已访"), N_("走访覆盖率"))
    return [
        (N_("走访对象"), N_("户"), Share(Count(total, tasks))),
        (names[0], N_("户"), Share(Count(number, where))),
        (names[1], "%", Share(Count(number, where), Count(total, tasks))),
    ]


def _visits(session: Session, actor: Actor, span: Span) -> Measured:
    met = func.count(Visit.id).filter(Visit.outcome == Outcome.MET)
    total, number = session.execute(told(actor, span, func.count(Visit.id), met)).one()
    where = span.where(VISITS)
    visits, meetings = Count(total, where), Count(number, where & {"outcome": Outcome.MET.value})
    return [(N_("走访次数"), N_("次"), Share(visits)), (N_("见到人的走访"), "%", Share(meetings, visits))]


def _said(session: Session, actor: Actor, span: Span) -> tuple[str, str, Share]:
    return N_("意见建议"), N_("条"), Share(saying.said(session, actor, span).total)


def _issues(session: Session, actor: Actor, span: Span) -> Measured:
    closed = func.count(Issue.id).filter(Issue.state == IssueState.CLOSED)
    parked = func.count(Issue.id).filter(Issue.state == IssueState.PARKED)
    every = func.count(Issue.id)
    total, done, held = session.execute(select(every, closed, parked).where(span.raised(actor))).one()
    where = span.where(ISSUES)
    return [
        (N_("收到问题"), N_("件"), Share(Count(total, where))),
        (N_("已办结"), N_("件"), Share(Count(done, where & {"state": IssueState.CLOSED.value}))),
        (N_("挂账"), N_("件"), Share(Count(held, where & {"state": IssueState.PARKED.value}))),
    ]
