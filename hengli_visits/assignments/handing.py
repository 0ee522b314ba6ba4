"""What becomes of the households of a member on leave: who could take them (`plan_of`), and, once the member is back,
which of them can be given back (`offers_of`)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.absences import Step, away_ids, steps_of
from hengli_visits.assignments.avoidances import InForce, in_force
from hengli_visits.assignments.changes import portions
from hengli_visits.assignments.finding import OPEN_STATES, WALK
from hengli_visits.assignments.scope import led
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Household,
    Member,
    Visit,
)
from hengli_visits.wording import N_, Word

NOBODY = 0
"""As a replacement: nobody comes in place of the absent, the partners go without them."""
OPEN_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING)


@dataclass(frozen=True)
class Taker:
    """A member who could take a household; `load` households of the campaign wait for them already."""

    member_id: int
    name: str
    group_id: int
    top_id: int
    area_id: int | None
    load: int


@dataclass(frozen=True)
class HandOverRow:
    """One household of an absent member: who of its visitors stays, who else could come in, and what is proposed:
    `NOBODY`, a member's id, or None when there is nobody to propose. `away` of those who stay are on leave too."""

    assignment: Assignment
    staying: tuple[Member, ...]
    away: frozenset[int]
    takers: tuple[Taker, ...]
    proposed: int | None


@dataclass(frozen=True)
class HandOver:
    """What a member's leave would move: the rows that the actor decides about, in walking order, and how many others
    there are in which groups, as (campaign, group, households)."""

    rows: tuple[HandOverRow, ...]
    elsewhere: tuple[tuple[str, str, int], ...]


def plan_of(session: Session, actor: Actor, member_id: int) -> HandOver:
    """Who shall take the unvisited households of a member. Partners who are here keep theirs; each other one goes, in walking order,
    to who of its team (else of its group) has the fewest waiting, those who live in its village before all others.
    Members on leave, and those whom the household avoids, are left out. Ten queries at most, however many rows."""
    mine = _theirs(member_id)
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(mine, led(actor))
        .options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            joinedload(Assignment.group),
            joinedload(Assignment.campaign),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(Assignment.campaign_id, *WALK)
    ).all()
    away = away_ids(session, clock.today())
    takers = _takers(session, actor, {row.campaign_id for row in rows}, away | {member_id})
    held = in_force(session) if rows else InForce()
    planned: list[HandOverRow] = []
    given: dict[tuple[int, int], int] = {}
    for row in rows:
        staying = tuple(visitor.member for visitor in row.visitors if visitor.member_id != member_id)
        possible = _possible(row, takers.get(row.campaign_id, ()), {member.id for member in staying}, held)
        proposed: int | None = NOBODY
        if all(member.id in away for member in staying):
            proposed = _best(row, possible, given)
            if proposed is not None:
                given[row.campaign_id, proposed] = given.get((row.campaign_id, proposed), 0) + 1
        planned.append(HandOverRow(row, staying, frozenset(away), possible, proposed))
    return HandOver(tuple(planned), _elsewhere(session, actor, member_id))


def _theirs(member_id: int) -> ColumnElement[bool]:
    """Households that wait for this member: not yet visited, in campaigns that run or are prepared."""
    own = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == member_id)
    campaigns = select(Campaign.id).where(Campaign.state.in_(OPEN_CAMPAIGNS))
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


def _takers(
    session: Session, actor: Actor, campaign_ids: Collection[int], away: Collection[int]
) -> dict[int, list[Taker]]:
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
        select(Member.id, Member.name, Member.area_id, Group.id.label("group_id"), Group.parent_id, Group.campaign_id)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.campaign_id.in_(ids), GroupMember.left_at.is_(None), Member.active)
        .order_by(Member.pinyin, Member.id)
    )
    if not actor.is_coordinator:
        query = query.where(Group.id.in_(sorted(actor.led_groups)))
    found: dict[int, list[Taker]] = {}
    for row in session.execute(query):
        if row.id not in away:
            load = loads.get((row.campaign_id, row.id), 0)
            taker = Taker(row.id, row.name, row.group_id, row.parent_id or row.group_id, row.area_id, load)
            found.setdefault(row.campaign_id, []).append(taker)
    return found


def _possible(row: Assignment, takers: Iterable[Taker], staying: set[int], held: InForce) -> tuple[Taker, ...]:
    """Who could come in: the members of the household's team first, then of its whole group."""
    if row.group is None:
        return ()
    top = row.group.parent_id or row.group.id
    fit = [
        taker
        for taker in takers
        if taker.top_id == top
        and taker.member_id not in staying
        and not held.visit(taker.member_id, row.household_id)
        and not any(held.together(taker.member_id, one) for one in staying)
    ]
    return tuple(sorted(fit, key=lambda taker: taker.group_id != row.group_id))


def _best(row: Assignment, takers: Sequence[Taker], given: Mapping[tuple[int, int], int]) -> int | None:
    team = [taker for taker in takers if taker.group_id == row.group_id] or takers
    best = min(
        team,
        key=lambda taker: (
            taker.area_id != row.household.area_id,
            taker.load + given.get((row.campaign_id, taker.member_id), 0),
            taker.member_id,
        ),
        default=None,
    )
    return best.member_id if best else None


class Kept(Word):
    """Why a household that was handed over cannot be given back."""

    VISITED = "visited", N_("已经走访过")
    CHANGED = "changed", N_("后来另行调整过")
    LEFT = "left", N_("原来的走访员已不在这个组")
    AVOIDED = "avoided", N_("记了回避")


@dataclass(frozen=True)
class Back:
    """One household that was handed over: who had it before, who has it, and what keeps it from going back."""

    assignment: Assignment
    before: tuple[int, ...]
    after: tuple[int, ...]
    names: tuple[str, ...]
    kept: Kept | None


@dataclass(frozen=True)
class Offer:
    """What can be offered back at the end of an absence, and what cannot; both in walking order."""

    free: tuple[Back, ...] = ()
    kept: tuple[Back, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.free or self.kept)


def offers_of(session: Session, actor: Actor, absences: Sequence[Absence]) -> dict[int, Offer]:
    """For each absence what the actor decides about of the households handed over by it: those that are still unvisited
    and with whom they were given to can go back, the others are told with the reason. What went back already, was
    undone, or was decided about before is left out. Eight queries at most, however many absences."""
    steps, settled = steps_of(session, [absence.id for absence in absences])
    moves = _moves(session, steps, settled)
    rows = _with_visitors(session, actor, [move.assignment_id for move, _absence_id in moves])
    people = {id_ for move, _ in moves for id_ in move.before["visitors"]}
    seats = _seats(session, people)
    names = _names(session, people)
    held = in_force(session, people) if people else InForce()
    visited = _visited_since(session, moves)
    found: dict[int, tuple[list[Back], list[Back]]] = {absence.id: ([], []) for absence in absences}
    latest = {(absence_id, move.assignment_id): move for move, absence_id in moves}
    for row in rows:
        for absence in absences:
            move = latest.get((absence.id, row.id))
            if move is None:
                continue
            before, after = tuple(move.before["visitors"]), tuple(move.after["visitors"])
            now = {visitor.member_id for visitor in row.visitors}
            if now == set(before):
                continue
            kept = _kept(row, before, now == set(after), (row.id in visited), seats, held)
            back = Back(row, before, after, tuple(names.get(id_, "") for id_ in before), kept)
            found[absence.id][kept is not None].append(back)
    return {id_: Offer(tuple(free), tuple(kept)) for id_, (free, kept) in found.items()}


def _kept(
    row: Assignment,
    before: Sequence[int],
    same: bool,
    visited: bool,
    seats: Mapping[int, set[int]],
    held: InForce,
) -> Kept | None:
    if visited or row.state not in OPEN_STATES:
        return Kept.VISITED
    if not same:
        return Kept.CHANGED
    if row.group is None or any((row.group.parent_id or row.group.id) not in seats.get(id_, ()) for id_ in before):
        return Kept.LEFT
    apart = any(held.together(one, other) for one in before for other in before)
    return Kept.AVOIDED if apart or any(held.visit(id_, row.household_id) for id_ in before) else None


def _moves(
    session: Session, steps: Sequence[Step], settled: Mapping[int, set[int]]
) -> list[tuple[AssignmentMove, int]]:
    owner: dict[UUID | None, int] = {batch: step.absence_id for step in steps for batch in step.batches}
    if not owner:
        return []
    query = (
        select(AssignmentMove)
        .where(
            AssignmentMove.batch.in_([batch for step in steps for batch in step.batches]),
            AssignmentMove.verb == AssignmentVerb.HAND_OVER,
        )
        .order_by(AssignmentMove.id)
    )
    found = []
    for move in session.scalars(query):
        absence_id = owner[move.batch]
        if move.assignment_id not in settled[absence_id]:
            found.append((move, absence_id))
    return found


def _with_visitors(session: Session, actor: Actor, ids: Collection[int]) -> list[Assignment]:
    found: list[Assignment] = []
    campaigns = select(Campaign.id).where(Campaign.state.in_(OPEN_CAMPAIGNS))
    for portion in portions(ids):
        query = (
            select(Assignment)
            .join(Assignment.household)
            .join(Household.area)
            .where(
                Assignment.id.in_(portion),
                led(actor),
                Assignment.removed_at.is_(None),
                Assignment.campaign_id.in_(campaigns),
            )
            .options(
                contains_eager(Assignment.household).contains_eager(Household.area),
                joinedload(Assignment.group),
                joinedload(Assignment.campaign),
                selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
            )
            .order_by(*WALK)
            .execution_options(populate_existing=True)
        )
        found.extend(session.scalars(query))
    return found


def _seats(session: Session, member_ids: Collection[int]) -> dict[int, set[int]]:
    """For each active member the top-level groups in which they have a place."""
    found: dict[int, set[int]] = {}
    if not member_ids:
        return found
    query = (
        select(GroupMember.member_id, Group.id, Group.parent_id)
        .join(Group, Group.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(GroupMember.member_id.in_(sorted(member_ids)), GroupMember.left_at.is_(None), Member.active)
    )
    for member_id, group_id, parent_id in session.execute(query):
        found.setdefault(member_id, set()).add(parent_id or group_id)
    return found


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(select(Member.id, Member.name).where(Member.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}


def _visited_since(session: Session, moves: Sequence[tuple[AssignmentMove, int]]) -> set[int]:
    """Assignments of which a visit that is not voided arrived after they were handed over."""
    since = {move.assignment_id: move.at for move, _ in moves}
    found: set[int] = set()
    for portion in portions(since):
        rows = session.execute(
            select(Visit.assignment_id, func.max(Visit.received_at))
            .where(Visit.assignment_id.in_(portion), Visit.voided_at.is_(None))
            .group_by(Visit.assignment_id)
        )
        found.update(id_ for id_, latest in rows if latest >= since[id_])
    return found
