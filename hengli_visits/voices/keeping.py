"""Whether somebody keeps a search already."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.models import SavedSearch


def kept_as(session: Session, actor: Actor, sought: Mapping[str, str]) -> SavedSearch | None:
    """The actor's own search that looks for the very same, as an address says it; None when there is none. One query."""
    own = select(SavedSearch).where(SavedSearch.member_id == actor.id).order_by(SavedSearch.name)
    return next((row for row in session.scalars(own) if row.sought == sought), None)
