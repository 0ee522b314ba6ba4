"""Members on leave (请假): who they are, and through which clause somebody finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.members.leave import away_ids, away_on, away_until
from hengli_visits.members.scope import visible
from hengli_visits.models import Absence, AuditEntry, Member
from hengli_visits.paging import Page, paginate

__all__ = [
    "HANDED", "SETTLED", "UNDONE", "Standing", "Step", "absence_page", "away_ids", "away_on", "away_until",
    "get_absence", "get_absent", "of_member", "standing_of", "steps_of",
]  # fmt: skip

HANDED, SETTLED, UNDONE = "absence.hand_over", "absence.settle", "absence.undo"
"""Audit entries of an absence: households were handed over (`batches`), the offer to give them back was decided about
(`assignments`), a hand-over was undone (`batches`)."""
LISTED = timedelta(days=60)
"""So long after its end an absence stays on the list."""


def concerning(actor: Actor) -> ColumnElement[bool]:
    """Absences that the actor may see: their own, and those of members whom they lead or coordinate."""
    return or_(Absence.member_id == actor.id, Absence.member_id.in_(select(Member.id).where(visible(actor))))


def get_absent(session: Session, actor: Actor, member_id: int) -> Member:
    """A member on the roster whose leave the actor may note: themself, or one whom they lead or coordinate. Raises
    `Missing` for any other."""
    member = session.scalar(
        select(Member).where(
            Member.id == member_id,
            Member.active,
            visible(actor) if member_id != actor.id or actor.is_coordinator else Member.id == actor.id,
        )
    )
    if member is None or not (actor.is_visitor or actor.is_leader or actor.is_coordinator):
        raise Missing
    return member


def get_absence(session: Session, actor: Actor, absence_id: int) -> Absence:
    """An absence with its member. Raises `Missing` when it is not there or out of the actor's scope."""
    absence = session.scalar(
        select(Absence)
        .where(Absence.id == absence_id, concerning(actor))
        .options(joinedload(Absence.member))
        .execution_options(populate_existing=True)
    )
    if absence is None:
        raise Missing
    return absence


def of_member(session: Session, member_id: int) -> list[Absence]:
    """The absences of a member, the latest first, at most twenty. One query."""
    query = (
        select(Absence)
        .where(Absence.member_id == member_id)
        .options(joinedload(Absence.member))
        .order_by(Absence.starts_on.desc(), Absence.id.desc())
        .limit(20)
    )
    return list(session.scalars(query))


def absence_page(session: Session, actor: Actor, number: int) -> Page[Absence]:
    """A page of the absences that the actor may see, with their members: those that hold first, then those to come,
    then those that are over since at most two months."""
    today = clock.today()
    over = or_(Absence.ended_at.is_not(None), Absence.ends_on < today)
    rank = case((over, 2), (Absence.starts_on > today, 1), else_=0)
    query: Select[Absence] = (
        select(Absence)
        .join(Absence.member)
        .where(
            concerning(actor),
            or_(Absence.ended_at.is_(None), Absence.ended_at >= clock.now() - LISTED),
            or_(Absence.ends_on.is_(None), Absence.ends_on >= today - LISTED),
        )
        .options(contains_eager(Absence.member))
        .order_by(rank, Absence.starts_on.desc(), Absence.id.desc())
    )
    return paginate(session, query, number)


@dataclass(frozen=True)
class Standing:
    """How an absence stands on a day: it holds, is to come, or is over."""

    here: bool = False
    coming: bool = False
    over: bool = False


def standing_of(absence: Absence, day: date) -> Standing:
    """How an absence stands on a day."""
    if absence.ended_at is not None or (absence.ends_on is not None and absence.ends_on < day):
        return Standing(over=True)
    return Standing(coming=True) if absence.starts_on > day else Standing(here=True)


@dataclass(frozen=True)
class Step:
    """One handing over: when, by whom, how many households, and the batches of its moves (one for each campaign)."""

    absence_id: int
    at: datetime
    actor_id: int | None
    count: int
    batches: tuple[UUID, ...]


def steps_of(session: Session, absence_ids: Sequence[int]) -> tuple[list[Step], dict[int, set[int]]]:
    """The hand-overs of absences that were not undone, oldest first; and for each absence the assignments about whose
    return somebody has decided. One query."""
    rows = session.execute(
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == "absence",
            AuditEntry.object_id.in_([str(id_) for id_ in absence_ids]),
            AuditEntry.action.in_((HANDED, SETTLED, UNDONE)),
        )
        .order_by(AuditEntry.id)
    ).scalars()
    steps: list[Step] = []
    undone: set[str] = set()
    settled: dict[int, set[int]] = {id_: set() for id_ in absence_ids}
    for row in rows:
        id_ = int(row.object_id)
        if row.action == HANDED:
            batches = tuple(UUID(text) for text in row.data["batches"])
            steps.append(Step(id_, row.at, row.actor_id, row.data["count"], batches))
        elif row.action == SETTLED:
            settled[id_].update(row.data["assignments"])
        else:
            undone.update(row.data["batches"])
    return [step for step in steps if not undone & {str(batch) for batch in step.batches}], settled
