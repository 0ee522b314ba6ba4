"""All that the overview shows, read in a fixed number of queries whatever the size of the campaign."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.nudges import last_nudges
from hengli_visits.assignments.roster import led_groups
from hengli_visits.assignments.rules import NUDGE_REST, stale_days
from hengli_visits.assignments.tasks import Only
from hengli_visits.assignments.workload import Load, Sought, Which, page_of_loads
from hengli_visits.errors import Missing
from hengli_visits.issues.due import Due, due_of
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.listing import amber, overdue
from hengli_visits.issues.scope import waits_for
from hengli_visits.members.leave import away_until
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Feedback,
    Group,
    Household,
    Issue,
    IssueState,
    Member,
    Nudge,
    Visit,
)
from hengli_visits.offline.queries.phones import Contact, contacts_of
from hengli_visits.paging import Page
from hengli_visits.reports import coverage, following, saying
from hengli_visits.reports.counting import Count, CoverageRow, Where
from hengli_visits.reports.rates import ISSUES, Rate, counts, rates
from hengli_visits.reports.rules import CampaignDay, campaign_day
from hengli_visits.reports.span import Span
from hengli_visits.wording import N_

LATEST = 5
"""So many rows of issues that are due and of the latest feedback."""


@dataclass(frozen=True)
class Matter:
    """Something that waits for the actor: a msgid that says what, and how much of it."""

    text: str
    count: Count


ISSUE_MATTERS = {IssueState.ON_THE_SPOT: N_("当场办结待确认"), IssueState.REDO: N_("待重新交办")}
"""What the actor has to do about issues of a state, where its own word does not say it."""
TASK_MATTERS = {
    Only.UNASSIGNED: N_("走访户未分派"),
    Only.LATE: N_("走访逾期"),
    Only.STALE: N_("久未走访"),
    Only.TO_CONFIRM: N_("无法走访待确认"),
    Only.CLASHING: N_("走访记录两份修改"),
}


@dataclass(frozen=True)
class Todo:
    """What waits for the actor: so many issues and households, each counted once, and the matters in which they do."""

    number: int
    matters: list[Matter]


@dataclass(frozen=True)
class Overview:
    """The overview of one campaign, as far as the actor sees it, at a moment. `issues` are those of the period; `pending`
    those of the whole time: what waits or is late does so whenever it was raised."""

    campaign: Campaign
    span: Span
    day: CampaignDay
    at: datetime
    tasks: coverage.Totals
    said: following.Said
    issues: following.Issues
    pending: following.Issues
    groups: list[CoverageRow]
    members: list[CoverageRow]
    todo: Todo
    rates: list[Rate]
    parked: Count
    due: list[tuple[Issue, Due]]
    latest: Sequence[Feedback]


def choose_campaign(campaigns: Sequence[Campaign], campaign_id: int | None) -> Campaign | None:
    """The wanted campaign of those that the actor may look at, else the first that has begun, else the first; None
    when there is none. Raises `Missing` for one that is not among them."""
    if campaign_id is None:
        begun = (campaign for campaign in campaigns if campaign.starts_on <= clock.today())
        return next(begun, campaigns[0] if campaigns else None)
    found = next((campaign for campaign in campaigns if campaign.id == campaign_id), None)
    if found is None:
        raise Missing
    return found


def _todo(actor: Actor, tasks: coverage.Totals, issues: following.Issues) -> Todo:
    """Issues whose next step is the actor's; for those who watch over units the issues with which one is late; for
    leaders the households that want their hand."""
    matters = [Matter(ISSUE_MATTERS.get(state, state.label), count) for state, count in issues.waiting]
    number = sum(matter.count.number for matter in matters)
    if actor.is_coordinator or actor.is_area_lead:
        matters.append(Matter(N_("单位超期"), issues.unit_late))
        number = issues.watched
    if actor.is_leader and not actor.is_coordinator:
        matters += [Matter(TASK_MATTERS[only], count) for only, count in tasks.wanting]
        number += tasks.wanted
    return Todo(number, [matter for matter in matters if matter.count.number])


def overview(session: Session, actor: Actor, campaign: Campaign, span: Span | None = None) -> Overview:
    """Everything that the overview of a campaign shows, of all of it or of a part. Nine queries, ten for a leader, one
    more when a group is asked for, one more with a period. Issues are those that were raised in the period; what waits
    and what is late is told of all of them."""
    span = span or Span(campaign.id)
    now, today = clock.now(), clock.today()
    tasks = coverage.TASKS & span.place()
    task_scope, issue_scope = span.tasks(actor), span.raised(actor)
    shown = _shown_groups(session, actor, span)
    members: list[CoverageRow] = []
    if shown is not None and not actor.is_coordinator:
        members = coverage.by_member(session, task_scope, tasks, campaign.id, shown & actor.led_groups)
    leads = actor.is_leader and not actor.is_coordinator
    days = stale_days(campaign.starts_on, campaign.ends_on) if leads else None
    totals = coverage.totals(session, task_scope, tasks, today, days, span)
    followed = pending = following.issues(session, issue_scope, _list_of(span), waits_for(actor), now)
    if span.timed:
        whole = replace(span, since=None, until=None)
        pending = following.issues(session, span.issues(actor), _list_of(whole), waits_for(actor), now)
    return Overview(
        campaign=campaign,
        span=span,
        day=campaign_day(campaign, today),
        at=now,
        tasks=totals,
        said=saying.said(session, actor, span),
        issues=followed,
        pending=pending,
        groups=coverage.by_group(session, task_scope, tasks, campaign.id, shown),
        members=members,
        todo=_todo(actor, totals, pending),
        rates=rates(counts(session, actor, span, now)),
        parked=Count(followed.parked, span.where(ISSUES) & {"state": IssueState.PARKED.value}),
        due=_due(session, span.issues(actor), now),
        latest=_latest(session, saying.counts(actor, span)),
    )


def _list_of(span: Span) -> Where:
    """The list of a span's issues: the one with the reader's tabs where no part of the campaign is asked for."""
    return span.where(ISSUES) if span.narrow else following.ISSUES & span.place()


def _shown_groups(session: Session, actor: Actor, span: Span) -> frozenset[int] | None:
    """The groups and teams that get a row of their own; None: every group, without its teams."""
    led = None if actor.is_coordinator or not actor.is_leader else actor.led_groups
    if span.group_id is None:
        return led
    family = frozenset(session.scalars(span.family()))
    return family if led is None else family & led


def _due(session: Session, scope: ColumnElement[bool], now: datetime) -> list[tuple[Issue, Due]]:
    found = session.scalars(
        select(Issue)
        .where(scope, or_(overdue(now), amber(now)))
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit))
        .order_by(Issue.step_due_at, Issue.id)
        .limit(LATEST)
    ).all()
    calendar = town_calendar(session)
    return [(issue, due_of(issue, now, calendar)) for issue in found]


def _latest(session: Session, scope: ColumnElement[bool]) -> Sequence[Feedback]:
    return session.scalars(
        select(Feedback)
        .join(Feedback.visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .where(scope)
        .options(
            joinedload(Feedback.category),
            contains_eager(Feedback.visit)
            .contains_eager(Visit.assignment)
            .contains_eager(Assignment.household)
            .joinedload(Household.area),
        )
        .order_by(Feedback.created_at.desc(), Feedback.id.desc())
        .limit(LATEST)
    ).all()


@dataclass(frozen=True)
class Row:
    """One member of the workload page: what is in hand, when they were last heard of (`heard`: by a visit of theirs that
    came in, or by their phone), what their phone told, whether they are on leave (`away`) and on which day that ends (None: open), and who reminded them last."""

    load: Load
    heard: datetime | None
    phone: Contact | None
    away: bool
    back_after: date | None
    nudge: Nudge | None
    figures: dict[str, Count]

    @property
    def rests(self) -> bool:
        """Whether a reminder would be too much today."""
        return self.away or (self.nudge is not None and self.nudge.at > clock.now() - NUDGE_REST)


@dataclass(frozen=True)
class Workload:
    """A page of members with what they have in hand, how many members each `Which` shows, and the groups and teams to
    choose from."""

    page: Page[Row]
    counts: dict[Which, int]
    groups: Sequence[Group]


def workload(session: Session, actor: Actor, sought: Sought, number: int) -> Workload:
    """What the members for whom the actor answers have in hand in a campaign. Eight queries. Raises `Missing` for a
    group that the actor does not lead there."""
    groups = led_groups(session, actor, sought.campaign_id)
    if sought.group_id is not None and sought.group_id not in {group.id for group in groups}:
        raise Missing
    found = page_of_loads(session, actor, sought, number)
    members = [load.member for load in found.page.items]
    ids = [member.id for member in members]
    phones, heard = contacts_of(session, members), _last_received(session, sought.campaign_id, members)
    away, nudges = away_until(session, ids, clock.today()), last_nudges(session, sought.campaign_id, ids)
    where = coverage.TASKS & {"campaign": sought.campaign_id}
    rows = [
        Row(
            load=load,
            heard=max(filter(None, (heard.get(id_), phones[id_].last if id_ in phones else None)), default=None),
            phone=phones.get(id_),
            away=id_ in away,
            back_after=away.get(id_),
            nudge=nudges.get(id_),
            figures=_figures(load, where & {"visitor": id_}),
        )
        for id_, load in zip(ids, found.page.items, strict=True)
    ]
    page = found.page
    return Workload(Page(rows, page.number, page.total, page.size), found.counts, groups)


def _figures(load: Load, where: Where) -> dict[str, Count]:
    """The figures of a load, each with the list that shows its rows."""
    return {
        "total": Count(load.total, where),
        "visited": Count(load.visited, where & {"state": AssignmentState.VISITED.value}),
        "unreachable": Count(load.unreachable, where & {"state": AssignmentState.UNREACHABLE.value}),
        "left": Count(load.left, where & {"left": 1}),
        "late": Count(load.late, where & {"only": Only.LATE.value}),
        "stale": Count(load.stale, where & {"only": Only.STALE.value}),
    }


def _last_received(session: Session, campaign_id: int, members: Sequence[Member]) -> dict[int, datetime]:
    query = (
        select(Visit.author_id, func.max(Visit.received_at))
        .where(Visit.campaign_id == campaign_id, Visit.author_id.in_([member.id for member in members]))
        .group_by(Visit.author_id)
    )
    return dict(session.execute(query).all())
