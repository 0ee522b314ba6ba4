"""How members are called."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import Member
from hengli_visits.orm import portions


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names of these members, also of those who are off the roster. One query per 5,000, none for nobody."""
    return {
        row.id: row.name
        for portion in portions(ids)
        for row in session.execute(select(Member.id, Member.name).where(Member.id.in_(portion)))
    }
