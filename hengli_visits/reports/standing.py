"""How a group or a village stands: what is left, where help is needed, which issues do not get on. People stand in the
order of their names, never of their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.nudges import Skip, last_nudges, reminders
from hengli_visits.assignments.rules import stale_days
from hengli_visits.assignments.scope import leads
from hengli_visits.assignments.tasks import Only
from hengli_visits.assignments.workload import Load, Sought, all_loads
from hengli_visits.errors import Missing
from hengli_visits.issues.due import Due, due_of
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.rules import available, levels_above
from hengli_visits.issues.scope import columns, parts_in
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import Area, Assignment, Campaign, Group, Household, Issue, Nudge, Supervision, Visit
from hengli_visits.reports import coverage
from hengli_visits.reports.counting import Count, CoverageRow, Where
from hengli_visits.reports.measures import Measure, stuck
from hengli_visits.reports.rates import ISSUES
from hengli_visits.reports.span import Span

STUCK_SHOWN = 8
IDLE = timedelta(days=3)
"""Who has households left and has sent nothing for so long may need help."""


@dataclass(frozen=True)
class Helped:
    """A visitor who may need help: with what is in hand, since when nothing came from them (None: never), the last
    reminder, and why they cannot be reminded now (None: they can)."""

    load: Load
    heard: datetime | None
    nudge: Nudge | None
    skip: Skip | None
    left: Count
    late: Count


@dataclass(frozen=True)
class Stuck:
    """An issue that does not get on, and how the actor may press on it now: a reminder (`remind`), and the level to which
    supervision would be raised (None: neither is the actor's, or it is the highest already)."""

    issue: Issue
    due: Due
    remind: bool
    level: Supervision | None


@dataclass(frozen=True)
class Standing:
    """How a part of a campaign stands. `help_` is None for who answers for places and not for people."""

    campaign: Campaign
    span: Span
    tasks: coverage.Totals
    left: Count
    rows: list[CoverageRow]
    stuck: Count
    issues: Sequence[Stuck]
    help_: list[Helped] | None = None
    well: int = 0
    teams: Sequence[Group] = field(default_factory=tuple)


def get_group(session: Session, actor: Actor, group_id: int) -> Group:
    """A group or team that the actor leads, with its campaign, teams and villages. Raises `Missing`."""
    options = (joinedload(Group.campaign), joinedload(Group.parent))
    group = session.scalar(select(Group).where(Group.id == group_id, leads(actor)).options(*options))
    if group is None:
        raise Missing
    return group


def get_area(session: Session, actor: Actor, area_id: int) -> Area:
    """A village for which the actor answers; every one for a coordinator. Raises `Missing`."""
    area = session.get(Area, area_id)
    if area is None or not (actor.is_coordinator or any(area.path.startswith(path) for path in actor.led_area_paths)):
        raise Missing
    return area


def areas_led(session: Session, actor: Actor, campaign_id: int) -> Sequence[Area]:
    """The villages for which the actor answers and that have households in a campaign. One query."""
    there = (
        select(Household.area_id)
        .join(Assignment, Assignment.household_id == Household.id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
    )
    query = select(Area).where(Area.id.in_(there)).order_by(Area.position, Area.id)
    if not actor.is_coordinator:
        query = query.where(or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths)))
    return session.scalars(query).all()


def groups_led(session: Session, actor: Actor, campaign_id: int) -> Sequence[Group]:
    """The groups that the actor leads in a campaign, and teams that they lead alone; a group's page leads on to its
    teams. One query."""
    query = select(Group).where(Group.campaign_id == campaign_id, leads(actor)).order_by(Group.position, Group.id)
    found = session.scalars(query).all()
    ids = {group.id for group in found}
    return [group for group in found if group.parent_id not in ids]


def of_group(session: Session, actor: Actor, group: Group) -> Standing:
    """How a group or team stands. Twelve queries."""
    campaign, span = group.campaign, Span(group.campaign_id, group_id=group.id)
    days = stale_days(campaign.starts_on, campaign.ends_on)
    sought = Sought(campaign.id, days, group_id=group.id)
    loads = all_loads(session, actor, sought)
    helped = _help(session, actor, campaign, loads)
    found = _standing(session, actor, campaign, span, days)
    teams = session.scalars(select(Group).where(Group.parent_id == group.id).order_by(Group.position, Group.id)).all()
    return Standing(**vars(found) | {"help_": helped, "well": len(loads) - len(helped), "teams": teams})


def of_area(session: Session, actor: Actor, campaign: Campaign, area: Area) -> Standing:
    """How a village stands in a campaign, by group. Four queries."""
    span = Span(campaign.id, area_id=area.id)
    days = stale_days(campaign.starts_on, campaign.ends_on)
    found = _standing(session, actor, campaign, span, days)
    where = coverage.TASKS & span.address()
    rows = coverage.by_group(session, span.tasks(actor), where, campaign.id, None)
    return Standing(**vars(found) | {"rows": [row for row in rows if row.coverage.total.number]})


def _standing(session: Session, actor: Actor, campaign: Campaign, span: Span, days: int) -> Standing:
    now, where = clock.now(), coverage.TASKS & span.address()
    tasks = coverage.totals(session, span.tasks(actor), where, clock.today(), days)
    left = tasks.coverage.waiting.number + tasks.coverage.again.number
    wanted = span.issues(actor), stuck(now)
    rows = session.execute(
        select(Issue, *columns(actor))
        .where(*wanted)
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit))
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
        .limit(STUCK_SHOWN)
    ).all()
    number = session.scalar(select(func.count(Issue.id)).where(*wanted)) or 0
    calendar = town_calendar(session)
    return Standing(
        campaign=campaign,
        span=span,
        tasks=tasks,
        left=Count(left, where & {"left": 1}),
        rows=tasks.villages,
        stuck=Count(number, span.where(ISSUES) & {"measure": Measure.STUCK.value}),
        issues=[_stuck(row.Issue, parts_in(row), due_of(row.Issue, now, calendar), now) for row in rows],
    )


def _stuck(issue: Issue, parts: frozenset[Part], due: Due, now: datetime) -> Stuck:
    verbs = {step.verb for step in available(issue, parts, now)}
    level = next(iter(levels_above(issue.supervision)), None) if Verb.SUPERVISE in verbs else None
    return Stuck(issue, due, Verb.REMIND in verbs, level)


def _heard(session: Session, campaign_id: int, loads: Sequence[Load]) -> Mapping[int, datetime]:
    """When the last visit of each of these came in. One query."""
    rows = session.execute(
        select(Visit.author_id, func.max(Visit.received_at))
        .where(Visit.campaign_id == campaign_id, Visit.author_id.in_([load.member.id for load in loads]))
        .group_by(Visit.author_id)
    )
    return dict(rows.all())


def _help(session: Session, actor: Actor, campaign: Campaign, loads: Sequence[Load]) -> list[Helped]:
    """Those of the visitors who may need help, by name: something is late or stale, they are gone, or they have
    households left and nothing came from them for `IDLE`, counted from the start of the campaign. Five queries."""
    heard = _heard(session, campaign.id, loads)
    asked = {one.load.member.id: one for one in reminders(session, actor, campaign.id, loads)}
    nudges = last_nudges(session, campaign.id, list(asked))
    begun = campaign.started_at or _start_of(campaign.starts_on)
    since = clock.now() - IDLE

    def needs(load: Load) -> bool:
        idle = load.left > 0 and (heard.get(load.member.id) or begun) < since
        return bool(load.late or load.stale or load.gone or idle)

    found = []
    for load in sorted(filter(needs, loads), key=lambda one: (one.member.pinyin, one.member.name, one.member.id)):
        id_ = load.member.id
        where = Where("assignments.index", {"campaign": campaign.id, "visitor": id_})
        found.append(
            Helped(
                load=load,
                heard=heard.get(id_),
                nudge=nudges.get(id_),
                skip=asked[id_].skip,
                left=Count(load.left, where & {"left": 1}),
                late=Count(load.late, where & {"only": Only.LATE.value}),
            )
        )
    return found


def _start_of(day: date) -> datetime:
    return clock.from_town(datetime.combine(day, time()))
