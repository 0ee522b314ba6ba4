"""Who could take the households that wait for a member on leave."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.avoidances import InForce, in_force
from hengli_visits.assignments.finding import OPEN_STATES, WALK
from hengli_visits.assignments.scope import leads, led
from hengli_visits.assignments.ties import near_villages
from hengli_visits.members.leave import away_ids
from hengli_visits.models import (
    WORKING_CAMPAIGNS,
    Assignment,
    AssignmentVisitor,
    Campaign,
    Group,
    GroupMember,
    Household,
    Member,
)

NOBODY = 0
"""As a replacement: nobody comes in place of the absent, the partners go without them."""


@dataclass(frozen=True)
class Replacement:
    """A member who could come in; `near` are the ids of the villages near to them, `load` households of the campaign
    wait for them already."""

    member_id: int
    name: str
    group_id: int
    top_id: int
    near: frozenset[int]
    load: int


@dataclass(frozen=True)
class HandOverRow:
    """One household of an absent member: who of its visitors stays, who else could come in, and what is proposed:
    `NOBODY`, a member's id, or None when there is nobody to propose. `away` of those who stay are on leave too."""

    assignment: Assignment
    staying: tuple[Member, ...]
    away: frozenset[int]
    replacements: tuple[Replacement, ...]
    proposed: int | None


@dataclass(frozen=True)
class HandOver:
    """What a member's leave would move: the rows that the actor decides about, in walking order, and how many others
    there are in which groups, as (campaign, group, households)."""

    rows: tuple[HandOverRow, ...]
    elsewhere: tuple[tuple[str, str, int], ...]


def plan_of(session: Session, actor: Actor, member_id: int) -> HandOver:
    """Who shall take the unvisited households of a member. Partners who are here keep theirs; each other one goes, in
    walking order, to who of its team (else of its group) has the fewest waiting, those to whom its village is near
    before all others. Members on leave, and those whom the household avoids, are left out. Eleven queries at most,
    however many rows."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(_theirs(member_id), led(actor))
        .options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            joinedload(Assignment.group),
            joinedload(Assignment.campaign),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(Assignment.campaign_id, *WALK)
    ).all()
    away = away_ids(session, clock.today())
    replacements = _replacements(session, actor, {row.campaign_id for row in rows}, away | {member_id})
    held = in_force(session) if rows else InForce()
    planned: list[HandOverRow] = []
    given: dict[tuple[int, int], int] = {}
    for row in rows:
        staying = tuple(visitor.member for visitor in row.visitors if visitor.member_id != member_id)
        possible = _possible(row, replacements.get(row.campaign_id, ()), {member.id for member in staying}, held)
        proposed: int | None = NOBODY
        missing = frozenset(member.id for member in staying if member.id in away)
        if len(missing) == len(staying):
            proposed = _best(row, possible, given)
            if proposed is not None:
                given[row.campaign_id, proposed] = given.get((row.campaign_id, proposed), 0) + 1
        planned.append(HandOverRow(row, staying, missing, possible, proposed))
    return HandOver(tuple(planned), _elsewhere(session, actor, member_id))


def waiting_with(session: Session, actor: Actor, member_id: int) -> int:
    """How many households wait for a member about which the actor decides: the rows of their `plan_of`. One query."""
    return session.scalar(select(func.count(Assignment.id)).where(_theirs(member_id), led(actor))) or 0


def _theirs(member_id: int) -> ColumnElement[bool]:
    """Households that wait for this member: not yet visited, in campaigns that run or are prepared."""
    own = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == member_id)
    campaigns = select(Campaign.id).where(Campaign.state.in_(WORKING_CAMPAIGNS))
    return (
        Assignment.id.in_(own)
        & Assignment.campaign_id.in_(campaigns)
        & Assignment.removed_at.is_(None)
        & Assignment.state.in_(OPEN_STATES)
    )


def _elsewhere(session: Session, actor: Actor, member_id: int) -> tuple[tuple[str, str, int], ...]:
    if actor.is_coordinator:
        return ()
    rows = session.execute(
        select(Campaign.name, Group.name, func.count())
        .select_from(Assignment)
        .join(Campaign, Campaign.id == Assignment.campaign_id)
        .outerjoin(Group, Group.id == Assignment.group_id)
        .where(_theirs(member_id), or_(Assignment.group_id.is_(None), not_(led(actor))))
        .group_by(Campaign.id, Campaign.name, Group.id, Group.name)
        .order_by(Campaign.id, Group.id)
    )
    return tuple((campaign, group or "", count) for campaign, group, count in rows)


def _replacements(
    session: Session, actor: Actor, campaign_ids: Collection[int], away: Collection[int]
) -> dict[int, list[Replacement]]:
    """By campaign the members of the groups that the actor leads there who are not on leave."""
    if not campaign_ids:
        return {}
    ids = sorted(campaign_ids)
    loads = {
        (row.campaign_id, row.member_id): row.load
        for row in session.execute(
            select(Assignment.campaign_id, AssignmentVisitor.member_id, func.count().label("load"))
            .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
            .where(Assignment.campaign_id.in_(ids), Assignment.removed_at.is_(None), Assignment.state.in_(OPEN_STATES))
            .group_by(Assignment.campaign_id, AssignmentVisitor.member_id)
        )
    }
    query = (
        select(Member.id, Member.name, Group.id.label("group_id"), Group.parent_id, Group.campaign_id)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.campaign_id.in_(ids), GroupMember.left_at.is_(None), Member.active)
        .where(leads(actor))
        .order_by(Member.pinyin, Member.id)
    )
    found: dict[int, list[Replacement]] = {}
    rows = [row for row in session.execute(query) if row.id not in away]
    near = near_villages(session, [row.id for row in rows])
    for row in rows:
        load = loads.get((row.campaign_id, row.id), 0)
        one = Replacement(row.id, row.name, row.group_id, row.parent_id or row.group_id, near[row.id], load)
        found.setdefault(row.campaign_id, []).append(one)
    return found


def _possible(
    row: Assignment, replacements: Iterable[Replacement], staying: set[int], held: InForce
) -> tuple[Replacement, ...]:
    """Who could come in: the members of the household's team first, then of its whole group, whom fewest wait for
    first."""
    if row.group is None:
        return ()
    top = row.group.parent_id or row.group.id
    fit = [
        one
        for one in replacements
        if one.top_id == top
        and one.member_id not in staying
        and not held.visit(one.member_id, row.household_id)
        and not any(held.together(one.member_id, other) for other in staying)
    ]
    return tuple(sorted(fit, key=lambda one: (one.group_id != row.group_id, one.load)))


def _best(row: Assignment, replacements: Sequence[Replacement], given: Mapping[tuple[int, int], int]) -> int | None:
    team = [one for one in replacements if one.group_id == row.group_id] or replacements
    best = min(
        team,
        key=lambda one: (
            row.household.area_id not in one.near,
            one.load + given.get((row.campaign_id, one.member_id), 0),
            one.member_id,
        ),
        default=None,
    )
    return best.member_id if best else None
