"""Who is on leave (请假) on a day of the town."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts.standing import away_on
from hengli_visits.models import Absence
from hengli_visits.orm import portions

__all__ = ["away_ids", "away_on", "away_until"]


def away_ids(session: Session, day: date) -> set[int]:
    """The members who are on leave on this day. One query."""
    return set(session.scalars(select(Absence.member_id).where(away_on(day))))


def away_until(session: Session, member_ids: Iterable[int], day: date) -> dict[int, date | None]:
    """Of these members those on leave on this day, with their last day of leave, None while that is open. One query
    per 5,000."""
    absences = select(Absence.member_id, Absence.ends_on).where(away_on(day)).order_by(Absence.id)
    return {
        row.member_id: row.ends_on
        for portion in portions(member_ids)
        for row in session.execute(absences.where(Absence.member_id.in_(portion)))
    }
