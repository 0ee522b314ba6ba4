"""The groups of a campaign, one row per team, in the words that importing them again looks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.campaigns.queries import get_campaign
from hengli_visits.exports.tables import Column, Table
from hengli_visits.formats import masked
from hengli_visits.groups.queries import visible
from hengli_visits.models import Area, Group, GroupMember, Member, RoleGrant


@dataclass(frozen=True)
class _Row:
    """A team below its group, or a group alone (`team` None). The leaders of a group that the actor does not see are
    left out."""

    group: Group
    team: Group | None
    leads_shown: bool

    @property
    def own(self) -> Group:
        """What the row is about."""
        return self.team or self.group

    @property
    def leader(self) -> Member | None:
        """Who leads the group, the first of several."""
        return next(iter(_leaders(self.group)), None) if self.leads_shown else None

    @property
    def team_leader(self) -> Member | None:
        """Who leads the team, the first of several."""
        return next(iter(_leaders(self.team)), None) if self.team else None

    @property
    def others(self) -> list[Member]:
        """Further leaders: a row has room for one each."""
        group = _leaders(self.group)[1:] if self.leads_shown else []
        return group + (_leaders(self.team)[1:] if self.team else [])

    @property
    def members(self) -> list[str]:
        """Who is in it, without the team's leader, who has a column."""
        inside = [one.member for one in sorted(self.own.memberships, key=lambda one: one.id) if one.left_at is None]
        return [member.name for member in inside if member.active and member is not self.team_leader]


def _leaders(group: Group) -> list[Member]:
    return [grant.member for grant in sorted(group.leader_grants, key=lambda grant: grant.id)]


def groups(session: Session, actor: Actor, campaign_id: int, *, full: bool) -> Table:
    """The groups and teams of a campaign that the actor sees, with leaders, members and villages; with `full` whole
    phone numbers. Raises `Missing` for a campaign outside the actor's scope. Five queries at most."""
    get_campaign(session, actor, campaign_id)
    rows = _rows(session, actor, campaign_id)
    shown = str if full else masked

    def phone(member: Member | None) -> str | None:
        return shown(member.phone) if member and member.phone else None

    columns = (
        Column("组别", lambda row: row.group.name, 16),
        Column("组长", lambda row: row.leader and row.leader.name, 10),
        Column("组长电话", lambda row: phone(row.leader), 16),
        Column("工作小组", lambda row: row.team and row.team.name, 18),
        Column("小组长", lambda row: row.team_leader and row.team_leader.name, 10),
        Column("小组长电话", lambda row: phone(row.team_leader), 16),
        Column("成员", lambda row: "、".join(row.members), 40),
        Column("负责村(社区)", lambda row: "、".join(area.name for area in row.own.areas), 18),
        Column("备注", _also_lead, 24),
    )
    return Table(columns, len(rows), rows)


def _also_lead(row: _Row) -> str:
    names = "、".join(member.name for member in row.others)
    return f"另有带队：{names}" if names else ""


def _rows(session: Session, actor: Actor, campaign_id: int) -> Sequence[_Row]:
    people = selectinload(Group.memberships).joinedload(GroupMember.member).load_only(Member.name, Member.active)
    query = (
        select(Group)
        .where(Group.campaign_id == campaign_id, visible(actor))
        .options(
            joinedload(Group.parent),
            selectinload(Group.leader_grants.and_(holds(clock.today())))
            .joinedload(RoleGrant.member)
            .load_only(Member.name, Member.phone),
            selectinload(Group.areas).load_only(Area.name),
            people,
        )
        .order_by(Group.position, Group.id)
    )
    found = session.scalars(query).all()
    ids = {group.id for group in found}
    tops = [group for group in found if group.parent_id is None]
    rows = []
    for top in tops:
        teams = [_Row(top, team, leads_shown=True) for team in found if team.parent_id == top.id]
        own = _Row(top, None, leads_shown=True)
        rows += [*([own] if own.members or not teams else []), *teams]
    return rows + [_Row(one.parent, one, leads_shown=False) for one in found if one.parent and one.parent_id not in ids]
