"""Leaders who are on leave, and who stands in for them (代理组长)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.members.leave import away_ids, away_on
from hengli_visits.models import Absence, Group, GroupMember, Member, RoleGrant, StandIn


@dataclass(frozen=True)
class Leading:
    """What is to be said of the leaders of a group beside their names: who is on leave until when (None: open), by
    member id, and for whom a grant stands in, by grant id."""

    away: dict[int, date | None]
    stand_ins: dict[int, Member]


def leading(session: Session, group: Group) -> Leading:
    """How it stands with the leaders of a group, whose grants must be loaded. One query at most."""
    if not group.leader_grants:
        return Leading({}, {})
    rows = session.execute(
        select(RoleGrant.id, RoleGrant.member_id, Absence.id.label("absence_id"), Absence.ends_on, Member)
        .outerjoin(Absence, (Absence.member_id == RoleGrant.member_id) & away_on(clock.today()))
        .outerjoin(StandIn, StandIn.grant_id == RoleGrant.id)
        .outerjoin(Member, Member.id == StandIn.for_id)
        .where(RoleGrant.group_id == group.id, holds(clock.today()))
    ).all()
    return Leading(
        away={row.member_id: row.ends_on for row in rows if row.absence_id is not None},
        stand_ins={row.id: row.Member for row in rows if row.Member is not None},
    )


def possible_stand_ins(session: Session, actor: Actor, group: Group) -> list[tuple[int, str]]:
    """(id, name) of who may stand in for a leader of a group: its members and those of its teams, and the actor
    themself, as far as they do not lead it and are not on leave."""
    within = select(Group.id).where(or_(Group.id == group.id, Group.parent_id == group.id))
    inside = select(GroupMember.member_id).where(GroupMember.group_id.in_(within), GroupMember.left_at.is_(None))
    leads = select(RoleGrant.member_id).where(RoleGrant.group_id == group.id, holds(clock.today()))
    query = (
        select(Member.id, Member.name)
        .where(or_(Member.id.in_(inside), Member.id == actor.id), Member.id.not_in(leads), Member.active)
        .order_by(Member.pinyin, Member.id)
    )
    away = away_ids(session, clock.today())
    return [(row.id, row.name) for row in session.execute(query) if row.id not in away]
