"""Reads of the roster of people and organisations."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.members.rules import REVEAL_ACTIONS, REVEAL_SPAN
from hengli_visits.models import AuditEntry


def count_reveals(session: Session, actor: Actor) -> int:
    """How many phone numbers, of residents and members, the actor has looked at within the last hour."""
    return (
        session.scalar(
            select(func.count(AuditEntry.id)).where(
                AuditEntry.actor_id == actor.recorded_id,
                AuditEntry.action.in_(REVEAL_ACTIONS),
                AuditEntry.at > clock.now() - REVEAL_SPAN,
            )
        )
        or 0
    )
