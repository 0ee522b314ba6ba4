"""Changing many assignments in a few statements: rows locked, changed, each with its move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import Assignment, AssignmentMove, AssignmentState, AssignmentVerb, AssignmentVisitor
from hengli_visits.orm import PORTION, portions

__all__ = ["PORTION", "Change", "Held", "hold", "portions", "visitors_of", "write", "write_moves"]


@dataclass(frozen=True)
class Held:
    """An assignment as it stands while its row is locked. `visitors` are member ids in their order."""

    id: int
    campaign_id: int
    group_id: int | None
    due_on: date | None
    state: AssignmentState
    visitors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Change:
    """What an assignment shall be like."""

    held: Held
    group_id: int | None
    due_on: date | None
    visitors: tuple[int, ...]


def hold(session: Session, ids: Iterable[int], within: ColumnElement[bool]) -> dict[int, Held]:
    """Lock the assignments of `ids` that are `within` a scope and no removed target, in order of id so that two
    leaders never wait for each other, and read them as they are now."""
    found: dict[int, Held] = {}
    for portion in portions(ids):
        rows = session.execute(
            select(Assignment.id, Assignment.campaign_id, Assignment.group_id, Assignment.due_on, Assignment.state)
            .where(Assignment.id.in_(portion), Assignment.removed_at.is_(None), within)
            .order_by(Assignment.id)
            .with_for_update(of=Assignment)
        ).all()
        visitors = visitors_of(session, [row.id for row in rows])
        for row in rows:
            found[row.id] = Held(
                id=row.id,
                campaign_id=row.campaign_id,
                group_id=row.group_id,
                due_on=row.due_on,
                state=row.state,
                visitors=visitors.get(row.id, ()),
            )
    return found


def visitors_of(session: Session, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The member ids of the visitors of each assignment that has some, in their order."""
    found: dict[int, tuple[int, ...]] = {}
    for portion in portions(ids):
        for assignment_id, member_id in session.execute(
            select(AssignmentVisitor.assignment_id, AssignmentVisitor.member_id)
            .where(AssignmentVisitor.assignment_id.in_(portion))
            .order_by(AssignmentVisitor.assignment_id, AssignmentVisitor.position, AssignmentVisitor.member_id)
        ):
            found[assignment_id] = (*found.get(assignment_id, ()), member_id)
    return found


def write(
    session: Session,
    actor: Actor,
    verb: AssignmentVerb,
    changes: Sequence[Change],
    *,
    batch: UUID | None = None,
    undone: UUID | None = None,
) -> None:
    """Bring locked assignments to what they shall be like: group, due date, visitors (who stays keeps `since`), and
    leave a move for each. `batch` joins the moves of one step, `undone` names the batch that they take back."""
    _write_visitors(session, [c for c in changes if c.visitors != c.held.visitors])
    places: dict[tuple[int | None, date | None], list[int]] = {}
    for change in changes:
        if (change.group_id, change.due_on) != (change.held.group_id, change.held.due_on):
            places.setdefault((change.group_id, change.due_on), []).append(change.held.id)
    for (group_id, due_on), ids in places.items():
        for portion in portions(ids):
            session.execute(
                update(Assignment).where(Assignment.id.in_(portion)).values(group_id=group_id, due_on=due_on)
            )
    taken_back = {"undone": str(undone)} if undone else {}
    write_moves(
        session,
        actor,
        verb,
        [
            (
                change.held.id,
                _told(change.held.group_id, change.held.due_on, change.held.visitors),
                _told(change.group_id, change.due_on, change.visitors) | taken_back,
            )
            for change in changes
        ],
        batch=batch,
    )


def write_moves(
    session: Session,
    actor: Actor,
    verb: AssignmentVerb,
    steps: Iterable[tuple[int, dict[str, Any], dict[str, Any]]],
    *,
    note: str = "",
    batch: UUID | None = None,
) -> None:
    """Append a move for each (assignment id, before, after)."""
    now = clock.now()
    rows = [
        {
            "assignment_id": id_,
            "at": now,
            "actor_id": actor.recorded_id,
            "verb": verb,
            "before": before,
            "after": after,
            "note": note,
            "batch": batch,
        }
        for id_, before, after in steps
    ]
    if rows:
        session.execute(insert(AssignmentMove), rows)


def _told(group_id: int | None, due_on: date | None, visitors: tuple[int, ...]) -> dict[str, Any]:
    return {"group": group_id, "due_on": due_on.isoformat() if due_on else None, "visitors": list(visitors)}


def _write_visitors(session: Session, changes: Sequence[Change]) -> None:
    ids = [change.held.id for change in changes]
    since: dict[tuple[int, int], Any] = {}
    for portion in portions(ids):
        for row in session.execute(
            select(AssignmentVisitor.assignment_id, AssignmentVisitor.member_id, AssignmentVisitor.since).where(
                AssignmentVisitor.assignment_id.in_(portion)
            )
        ):
            since[row.assignment_id, row.member_id] = row.since
        session.execute(
            delete(AssignmentVisitor)
            .where(AssignmentVisitor.assignment_id.in_(portion))
            .execution_options(synchronize_session=False)
        )
    _forget(session, set(ids))
    now = clock.now()
    rows = [
        {
            "assignment_id": change.held.id,
            "member_id": member_id,
            "position": position,
            "since": since.get((change.held.id, member_id), now),
        }
        for change in changes
        for position, member_id in enumerate(change.visitors)
    ]
    if rows:
        session.execute(insert(AssignmentVisitor), rows)


def _forget(session: Session, ids: set[int]) -> None:
    """Let the session read the visitors of these assignments afresh when they are asked for again."""
    for row in list(session.identity_map.values()):
        if isinstance(row, AssignmentVisitor) and row.assignment_id in ids:
            session.expunge(row)
        elif isinstance(row, Assignment) and row.id in ids:
            session.expire(row, ["visitors"])
