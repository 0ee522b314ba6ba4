"""Revisits as a phone sends them, and what an issue keeps of them."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Issue, IssueState, Move, Revisit, Solved
from tests.cast import Cast
from tests.issues.making import make_issue
from tests.pages import PageClient


def said(**change: Any) -> dict[str, Any]:
    """What a resident said who was reached and is content."""
    given: dict[str, Any] = {
        "at": "2026-06-29T09:30:00+08:00",
        "manner": "phone",
        "reached": True,
        "solved": "yes",
        "contentment": "content",
        "comment": "",
    }
    return given | change


AWAY = said(reached=False, solved=None, contentment=None)


def send(client: PageClient, issue: Issue, content: Any, uuid: UUID | None = None, **more: Any) -> tuple[int, Any]:
    """Send a revisit; the status and the answer, which names its UUID."""
    uuid = uuid or uuid4()
    body = {"issue": issue.id, "sent_at": clock.now().isoformat(), "content": content} | more
    response = client.put(f"/revisits/{uuid}", json=body)
    if response.status_code in (200, 201, 409, 422):
        assert response.get_json()["uuid"] == str(uuid)
    return response.status_code, response.get_json()


def due(session: Session, cast: Cast) -> Issue:
    """An issue whose answer is to be told. Committed."""
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.commit()
    return issue


def state_of(session: Session, issue: Issue) -> IssueState:
    """Where an issue stands now."""
    session.rollback()
    return session.scalars(select(Issue.state).where(Issue.id == issue.id)).one()


def rows(session: Session) -> list[tuple[bool, bool, Solved | None]]:
    """Of each revisit whether it came late, whether somebody was reached, and what they said."""
    session.rollback()
    return [(r.late, r.reached, r.solved) for r in session.scalars(select(Revisit).order_by(Revisit.id))]


def verbs(session: Session, issue: Issue) -> list[str]:
    """The steps of an issue, in order."""
    session.rollback()
    return list(session.scalars(select(Move.verb).where(Move.issue_id == issue.id).order_by(Move.id)))
