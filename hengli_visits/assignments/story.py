"""What is known about a household's visits: earlier ones in any campaign, open issues, the assignment's own history."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    Feedback,
    Group,
    Issue,
    IssueState,
    Member,
    Visit,
    VisitCompanion,
)

MOST_VISITS = 50
OVER = (IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.CLOSED, IssueState.WITHDRAWN)
"""States of an issue about which nothing is left to do."""


def earlier_visits(session: Session, household_id: int) -> list[Visit]:
    """The household's visits in any campaign that are not voided, latest first, at most MOST_VISITS, each with its
    campaign, author, companions and what was said with its category and issue."""
    past = aliased(Assignment)
    query = (
        select(Visit)
        .join(past, Visit.assignment)
        .where(past.household_id == household_id, Visit.voided_at.is_(None))
        .options(
            contains_eager(Visit.assignment.of_type(past)).joinedload(past.campaign),
            joinedload(Visit.author),
            selectinload(Visit.companions).joinedload(VisitCompanion.member),
            selectinload(Visit.feedback.and_(Feedback.removed_at.is_(None))).options(
                joinedload(Feedback.category), joinedload(Feedback.issue)
            ),
        )
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
        .limit(MOST_VISITS)
    )
    return list(session.scalars(query).unique())


def open_issues(session: Session, household_id: int) -> list[Issue]:
    """The household's issues about which something is left to do, the most urgent first."""
    query = (
        select(Issue)
        .where(Issue.household_id == household_id, Issue.state.not_in(OVER))
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
    )
    return list(session.scalars(query))


@dataclass(frozen=True)
class Step:
    """One move of an assignment with the names in place of the ids."""

    move: AssignmentMove
    actor: str
    visitors: tuple[str, ...]
    group: str
    due_on: date | None


def history(session: Session, assignment_id: int) -> list[Step]:
    """The moves of an assignment, latest first, with the names of who acted and of the visitors and groups that each
    left it with."""
    rows = session.execute(
        select(AssignmentMove, Member.name)
        .outerjoin(Member, Member.id == AssignmentMove.actor_id)
        .where(AssignmentMove.assignment_id == assignment_id)
        .order_by(AssignmentMove.id.desc())
    ).all()
    people = _names(session, Member, {id_ for move, _ in rows for id_ in move.after.get("visitors", ())})
    groups = _names(session, Group, {move.after["group"] for move, _ in rows if move.after.get("group")})
    return [
        Step(
            move=move,
            actor=name or "",
            visitors=tuple(people.get(id_, "") for id_ in move.after.get("visitors", ())),
            group=groups.get(move.after.get("group"), ""),
            due_on=date.fromisoformat(move.after["due_on"]) if move.after.get("due_on") else None,
        )
        for move, name in rows
    ]


def _names(session: Session, model: type[Member] | type[Group], ids: set[int]) -> dict[int | None, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(model.id, model.name).where(model.id.in_(sorted(ids))))}
