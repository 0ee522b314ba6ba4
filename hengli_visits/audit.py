"""Who did or saw what: one row in the same transaction as the thing itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import AuditEntry


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_kind: str = "",
    object_id: object = "",
    *,
    result: str = "done",
    **data: str | int | bool | list[int] | list[str] | None,
) -> None:
    """Add an audit entry. `action` is "noun.verb" ("visit.void"); `data` holds ids and words of the domain's
    vocabularies only: never a name, a phone number or what somebody said."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.recorded_id,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            result=result,
            address=actor.address,
            request_id=actor.request_id,
            data=data,
        )
    )


def did(session: Session, actor: Actor, action: str, object_kind: str, object_id: object) -> bool:
    """Whether this person has done this to this object before. One query."""
    found = select(AuditEntry.id).where(
        AuditEntry.actor_id == actor.recorded_id,
        AuditEntry.action == action,
        AuditEntry.object_kind == object_kind,
        AuditEntry.object_id == str(object_id),
    )
    return session.scalar(found.limit(1)) is not None
