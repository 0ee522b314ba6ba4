"""A visit saved as it was sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.visits.actions.doorstep import put_visit_at_door
from hengli_visits.visits.actions.saving import Saved, put_visit
from hengli_visits.visits.envelope import Envelope


def put_envelope(session: Session, actor: Actor, uuid: UUID, envelope: Envelope, client_now: datetime | None) -> Saved:
    """Save what an envelope holds: as `put_visit_at_door` for a household that is in no book, else as `put_visit`."""
    content, based_on = envelope.content, envelope.based_on
    if envelope.newcomer is not None:
        return put_visit_at_door(
            session, actor, envelope.newcomer, uuid, content, based_on=based_on, client_now=client_now
        )
    return put_visit(session, actor, envelope.assignment or 0, uuid, content, based_on=based_on, client_now=client_now)
