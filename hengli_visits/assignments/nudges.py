"""催办: who would be reminded of what they still have to visit, and who would not, and why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.roster import seats_of
from hengli_visits.assignments.rules import NUDGE_REST
from hengli_visits.assignments.scope import visible
from hengli_visits.assignments.workload import Load
from hengli_visits.members.leave import away_until
from hengli_visits.models import Assignment, AssignmentVisitor, Campaign, Nudge
from hengli_visits.orm import portions
from hengli_visits.wording import N_, Word


class Skip(Word):
    """Why somebody is not reminded, what weighs most first."""

    SELF = "self", N_("您自己")
    GONE = "gone", N_("已离组")
    NOTHING = "nothing", N_("没有剩下的户")
    AWAY = "away", N_("请假中")
    LATELY = "lately", N_("一天内已经提醒过")


@dataclass(frozen=True)
class Reminder:
    """A member who would be reminded, unless `skip` says why not; with who did so last."""

    load: Load
    last: Nudge | None = None
    skip: Skip | None = None


def last_nudges(session: Session, campaign_id: int, member_ids: Collection[int]) -> dict[int, Nudge]:
    """The latest reminder of each of these members in a campaign, with who sent it. One query."""
    found: dict[int, Nudge] = {}
    for ids in portions(member_ids):
        latest = (
            select(func.max(Nudge.id))
            .where(Nudge.campaign_id == campaign_id, Nudge.member_id.in_(ids))
            .group_by(Nudge.member_id)
        )
        query = select(Nudge).where(Nudge.id.in_(latest)).options(joinedload(Nudge.by))
        found |= {nudge.member_id: nudge for nudge in session.scalars(query)}
    return found


def reminders(session: Session, actor: Actor, campaign_id: int, loads: Iterable[Load]) -> list[Reminder]:
    """For each load whether its member would be reminded now. Three queries."""
    loads = list(loads)
    ids = [load.member.id for load in loads]
    last = last_nudges(session, campaign_id, ids)
    away = away_until(session, ids, clock.today())
    seated = seats_of(session, campaign_id, ids)

    def skip(load: Load) -> Skip | None:
        id_ = load.member.id
        reasons = {
            Skip.SELF: id_ == actor.id,
            Skip.GONE: id_ not in seated,
            Skip.NOTHING: not load.left,
            Skip.AWAY: id_ in away,
            Skip.LATELY: id_ in last and last[id_].at > clock.now() - NUDGE_REST,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    return [Reminder(load, last.get(load.member.id), skip(load)) for load in loads]


def deadline(session: Session, actor: Actor, campaign: Campaign, member_ids: Sequence[int]) -> date | None:
    """Until when these members shall go: the day on which all that is left to them is due, else the last day of the
    campaign; None once that has passed. One query."""
    days: set[date | None] = set()
    for ids in portions(member_ids):
        query = (
            select(Assignment.due_on)
            .join(AssignmentVisitor, AssignmentVisitor.assignment_id == Assignment.id)
            .where(AssignmentVisitor.member_id.in_(ids), Assignment.campaign_id == campaign.id, visible(actor))
            .where(Assignment.state.in_(OPEN_STATES))
        )
        days.update(session.scalars(query.distinct()))
    day = days.pop() if len(days) == 1 else None
    day = day or campaign.ends_on
    return day if day >= clock.today() else None
