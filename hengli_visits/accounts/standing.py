"""Which grants count on a day: a role that stands in for a leader (代理) holds only while that leader is on leave."""

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, or_, select

from hengli_visits.models import Absence, RoleGrant, StandIn


def away_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Absences that hold on this day. One whose last day has passed is over by itself."""
    return (
        Absence.ended_at.is_(None) & (Absence.starts_on <= day) & or_(Absence.ends_on.is_(None), Absence.ends_on >= day)
    )


def holds(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Grants that count on this day: all but those that stand in for somebody who is not on leave."""
    away = select(Absence.member_id).where(away_on(day)).correlate(None)
    return RoleGrant.id.not_in(select(StandIn.grant_id).where(StandIn.for_id.not_in(away)).correlate(None))
