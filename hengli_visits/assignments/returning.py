"""Which of the households that were handed over can go back, once the member on leave is back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.absences import Step, steps_of
from hengli_visits.assignments.avoidances import InForce, in_force
from hengli_visits.assignments.finding import OPEN_STATES, WALK
from hengli_visits.assignments.roster import seats_of
from hengli_visits.assignments.scope import led
from hengli_visits.members.names import names_of
from hengli_visits.models import (
    WORKING_CAMPAIGNS,
    Absence,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    Household,
    Visit,
)
from hengli_visits.orm import portions
from hengli_visits.wording import N_, Word


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
    tops = {id_: set(seats.values()) for id_, seats in seats_of(session, None, people).items()}
    names = names_of(session, people)
    held = in_force(session, people)
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
            kept = _kept(row, before, now == set(after), row.id in visited, tops, held)
            back = Back(row, before, after, tuple(names.get(id_, "") for id_ in before), kept)
            found[absence.id][kept is not None].append(back)
    return {id_: Offer(tuple(free), tuple(kept)) for id_, (free, kept) in found.items()}


def _kept(
    row: Assignment,
    before: Sequence[int],
    same: bool,
    visited: bool,
    tops: Mapping[int, set[int]],
    held: InForce,
) -> Kept | None:
    if visited or row.state not in OPEN_STATES:
        return Kept.VISITED
    if not same:
        return Kept.CHANGED
    if row.group is None or any((row.group.parent_id or row.group.id) not in tops.get(id_, ()) for id_ in before):
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
    campaigns = select(Campaign.id).where(Campaign.state.in_(WORKING_CAMPAIGNS))
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
