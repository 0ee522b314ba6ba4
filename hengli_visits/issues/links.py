"""Links with which residents answer for themselves: how long they are good, and which still are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.models import Issue, IssueState, ResidentLink

LIFE = timedelta(days=14)
"""How long a link is good."""
MOST_WAITING = 5
"""So many unused links of one issue may be about at a time."""
SECRET_BYTES = 32
"""256 bits: nobody finds a link by trying."""


def unused(now: datetime) -> ColumnElement[bool]:
    """Links that nobody used, that were not revoked and are not too old."""
    return and_(ResidentLink.used_at.is_(None), ResidentLink.expires_at > now)


def waiting(session: Session, issue: Issue) -> Sequence[ResidentLink]:
    """The links of an issue that a resident can still use, with who made them; none when it waits for no revisit. One
    query at most."""
    if issue.state is not IssueState.REVISIT_DUE:
        return ()
    return session.scalars(
        select(ResidentLink)
        .where(ResidentLink.issue_id == issue.id, ResidentLink.round == issue.round, unused(clock.now()))
        .options(joinedload(ResidentLink.made_by))
        .order_by(ResidentLink.id)
    ).all()


def find(session: Session, secret_hash: str) -> ResidentLink | None:
    """The link of a secret, good or not, with what its page shows; None for an unknown one. One query."""
    return session.scalar(
        select(ResidentLink)
        .where(ResidentLink.secret_hash == secret_hash)
        .options(
            joinedload(ResidentLink.issue).options(joinedload(Issue.category), joinedload(Issue.lead_unit)),
        )
    )


def is_good(link: ResidentLink, issue: Issue) -> bool:
    """Whether a resident can answer by a link now: unused, in time, and the issue still waits in the link's round."""
    return (
        link.used_at is None
        and link.expires_at > clock.now()
        and issue.state is IssueState.REVISIT_DUE
        and issue.round == link.round
    )
