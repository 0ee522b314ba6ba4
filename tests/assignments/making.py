"""What tests of assignments make and read."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.actions import open_device
from hengli_visits.accounts.queries import load_actor
from hengli_visits.actor import Actor
from hengli_visits.assignments import actions
from hengli_visits.assignments.distribute.levels import Terms
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    Feedback,
    Handling,
    Member,
    Nature,
    Outcome,
    ShareOut,
    Visit,
)
from tests.cast import Cast
from tests.factories import make_assignment, make_household


def acting(session: Session, member: Member) -> Actor:
    """The actor that a signed-in member is."""
    found = load_actor(session, open_device(session, member.id, frozenset()))
    assert found
    return found[0]


def make_visit(
    session: Session, assignment: Assignment, author: Member, outcome: Outcome, *, day: int = 0, remarks: str = ""
) -> Visit:
    """A visit, `day` days from now."""
    made = Visit(
        uuid=uuid.uuid4(),
        assignment_id=assignment.id,
        campaign_id=assignment.campaign_id,
        author_id=author.id,
        outcome=outcome,
        visited_at=clock.now() + timedelta(days=day),
        received_at=clock.now(),
        remarks=remarks,
    )
    session.add(made)
    session.flush()
    return made


def make_feedback(session: Session, visit: Visit, words: str, issue_id: int | None = None) -> Feedback:
    """Something a resident said on a visit."""
    made = Feedback(
        uuid=uuid.uuid4(),
        visit_id=visit.id,
        campaign_id=visit.campaign_id,
        nature=Nature.APPEAL,
        words=words,
        handling=Handling.NOTED,
        issue_id=issue_id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def fill(session: Session, cast: Cast, count: int = 5) -> list[Assignment]:
    """More households of the group that nobody has."""
    return [
        make_assignment(
            session, cast.campaign, make_household(session, cast.village, street="三巷", door_number=number), cast.group
        )
        for number in range(1, count + 1)
    ]


def planned(session: Session, cast: Cast, **terms: object) -> ShareOut:
    """A plan of the group's leader."""
    wishes = Wishes(groups=(cast.group.id,), terms=Terms(**terms))  # type: ignore[arg-type]
    plan = actions.order_share_out(session, acting(session, cast.leader), cast.campaign, wishes)
    actions.work_out(session, acting(session, cast.leader), plan)
    return plan


def reread(session: Session, assignment: Assignment) -> Assignment:
    """An assignment as the database has it now."""
    session.refresh(assignment)
    return assignment


def moves(session: Session, verb: AssignmentVerb) -> list[AssignmentMove]:
    """The moves of one verb, oldest first."""
    return list(session.scalars(select(AssignmentMove).where(AssignmentMove.verb == verb).order_by(AssignmentMove.id)))
