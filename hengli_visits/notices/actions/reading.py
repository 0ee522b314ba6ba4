"""Writes of notices: that they were read."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.models import Account


def mark_read(session: Session, actor: Actor, until: datetime) -> None:
    """Note that the actor has read everything up to a moment: the one at which the page was made, so that what came
    after it stays unread. A moment ahead of now counts as now; the mark never goes back. Writes an audit entry."""
    until = min(until, clock.now())
    session.execute(
        update(Account)
        .where(
            Account.member_id == actor.id,
            or_(Account.notices_read_at.is_(None), Account.notices_read_at < until),
        )
        .values(notices_read_at=until)
    )
    audit.record(session, actor, "notice.read", "account", actor.id)
    session.flush()
