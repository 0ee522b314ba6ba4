"""What is known about a household's visits: earlier ones in any campaign, open issues, the assignment's own history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from hengli_visits.members.names import names_of
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
KEYED_IN = "keyed_in"
"""Among the answers of a visit: its author entered it from paper and did not go; those who went are the companions."""
OVER = (IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.CLOSED, IssueState.WITHDRAWN)
"""States of an issue about which nothing is left to do."""


def earlier_visits(session: Session, household_ids: Collection[int]) -> dict[int, list[Visit]]:
    """For each household its visits in any campaign that are not voided, latest first, at most MOST_VISITS, each with
    its assignment, campaign, author, companions and what was said with its category and issue."""
    past, ranked = aliased(Assignment), aliased(Assignment)
    rank = func.row_number().over(partition_by=ranked.household_id, order_by=(Visit.visited_at.desc(), Visit.id.desc()))
    latest = (
        select(Visit.id, rank.label("rank"))
        .join(ranked, ranked.id == Visit.assignment_id)
        .where(ranked.household_id.in_(household_ids), Visit.voided_at.is_(None))
        .subquery()
    )
    query = (
        select(Visit)
        .join(past, Visit.assignment)
        .where(Visit.id.in_(select(latest.c.id).where(latest.c.rank <= MOST_VISITS)))
        .options(
            contains_eager(Visit.assignment.of_type(past)).joinedload(past.campaign),
            joinedload(Visit.author),
            selectinload(Visit.companions).joinedload(VisitCompanion.member),
            selectinload(Visit.feedback.and_(Feedback.removed_at.is_(None))).options(
                joinedload(Feedback.category), joinedload(Feedback.issue)
            ),
        )
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
    )
    found: dict[int, list[Visit]] = {id_: [] for id_ in household_ids}
    for visit in session.scalars(query).unique():
        found[visit.assignment.household_id].append(visit)
    return found


def open_issues(session: Session, household_ids: Collection[int]) -> dict[int, list[Issue]]:
    """For each household its issues about which something is left to do, the most urgent first."""
    query = (
        select(Issue)
        .where(Issue.household_id.in_(household_ids), Issue.state.not_in(OVER))
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
    )
    found: dict[int, list[Issue]] = {id_: [] for id_ in household_ids}
    for issue in session.scalars(query):
        if issue.household_id is not None:
            found[issue.household_id].append(issue)
    return found


@dataclass(frozen=True)
class Step:
    """One move of an assignment with the names in place of the ids."""

    move: AssignmentMove
    actor: str
    visitors: tuple[str, ...]
    before: tuple[str, ...]
    group: str
    due_on: date | None


def histories(session: Session, assignment_ids: Collection[int]) -> dict[int, list[Step]]:
    """For each assignment its moves, latest first, with the names of who acted, of the visitors that each found, and of
    the visitors and groups that each left it with."""
    rows = session.execute(
        select(AssignmentMove, Member.name)
        .outerjoin(Member, Member.id == AssignmentMove.actor_id)
        .where(AssignmentMove.assignment_id.in_(assignment_ids))
        .order_by(AssignmentMove.id.desc())
    ).all()
    told = [side for move, _ in rows for side in (move.before, move.after)]
    people = names_of(session, {id_ for side in told for id_ in side.get("visitors", ())})
    groups = _group_names(session, {move.after["group"] for move, _ in rows if move.after.get("group")})
    found: dict[int, list[Step]] = {id_: [] for id_ in assignment_ids}
    for move, name in rows:
        step = Step(
            move=move,
            actor=name or "",
            visitors=tuple(people.get(id_, "") for id_ in move.after.get("visitors", ())),
            before=tuple(people.get(id_, "") for id_ in move.before.get("visitors", ())),
            group=groups.get(move.after.get("group"), ""),
            due_on=date.fromisoformat(move.after["due_on"]) if move.after.get("due_on") else None,
        )
        found[move.assignment_id].append(step)
    return found


@dataclass(frozen=True)
class Story:
    """What a household's page tells: visits, issues that are open, the assignment's own history."""

    visits: list[Visit]
    issues: list[Issue]
    history: list[Step]


def tell(session: Session, assignments: Collection[Assignment]) -> dict[int, Story]:
    """The stories of assignments, by their ids. Six queries or so, however many there are."""
    households = {assignment.household_id for assignment in assignments}
    visits, issues = earlier_visits(session, households), open_issues(session, households)
    moves = histories(session, {assignment.id for assignment in assignments})
    return {one.id: Story(visits[one.household_id], issues[one.household_id], moves[one.id]) for one in assignments}


def _group_names(session: Session, ids: set[int]) -> dict[int | None, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(Group.id, Group.name).where(Group.id.in_(sorted(ids))))}
