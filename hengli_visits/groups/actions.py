"""Writes of groups and teams: who is in them, who leads them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock, restoring
from hengli_visits.accounts.actions import end_grant, end_lapsed, grant_role
from hengli_visits.actor import Actor
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.groups import rules
from hengli_visits.groups.queries import everybody_in
from hengli_visits.groups.uncovered import uncovered_areas
from hengli_visits.members.leave import away_ids
from hengli_visits.models import (
    Area,
    Assignment,
    Campaign,
    Group,
    GroupMember,
    Issue,
    Member,
    RoleGrant,
    StandIn,
)
from hengli_visits.restoring import Undoing
from hengli_visits.wording import N_


def create_group(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    name: str,
    *,
    parent: Group | None = None,
    areas: Sequence[Area] = (),
    position: int | None = None,
) -> Group:
    """Add a group to a campaign, or with `parent` a team to a group; last in the list unless `position` says otherwise.
    Refuses a name that the campaign already has and a team in a team (`Invalid`), a campaign that has ended
    (`Conflict`), and actors who may not (`Missing`)."""
    require(rules.may_edit(actor) if parent is None else rules.may_run(actor, parent))
    _lock_open(session, campaign.id)
    if parent is not None and (parent.parent_id is not None or parent.campaign_id != campaign.id):
        raise Invalid(N_("小组下面不能再分小组。"), field="name")
    name = _free_name(session, campaign.id, name, None)
    if position is None:
        last = session.scalar(select(func.max(Group.position)).where(Group.campaign_id == campaign.id))
        position = (last or 0) + 1
    group = Group(
        campaign_id=campaign.id,
        parent_id=parent.id if parent else None,
        name=name,
        position=position,
        created_at=clock.now(),
        areas=list(areas),
    )
    session.add(group)
    session.flush()
    audit.record(session, actor, "group.create", "group", group.id)
    return group


def create_groups_by_area(session: Session, actor: Actor, campaign: Campaign) -> int:
    """Add a group for each area that the campaign visits and that no group covers yet, named after it (长巷村组), with
    the active members who live there and have no group in the campaign; returns how many. Areas that are covered, and
    members who have their place, are left as they are, so a second time adds nothing. Which targets the new groups
    get is not decided here. Refuses as `create_group` does."""
    require(rules.may_edit(actor))
    _lock_open(session, campaign.id)
    found = uncovered_areas(session, campaign.id)
    for one in found:
        group = create_group(session, actor, campaign, f"{one.area.name}组", areas=[one.area])
        add_members(session, actor, group, one.member_ids)
    return len(found)


def edit_group(
    session: Session, actor: Actor, group: Group, *, name: str, areas: Sequence[Area] | None = None
) -> Group:
    """Rename a group or team and, with `areas` (then `group.areas` must be loaded), say which villages it covers.
    Refuses a name that the campaign already has (`Invalid`), and villages by who may not place it (`Missing`)."""
    require(rules.may_run(actor, group) and (areas is None or rules.may_place(actor, group)))
    _lock_open(session, group.campaign_id)
    group.name = _free_name(session, group.campaign_id, name, group.id)
    if areas is not None:
        group.areas = list(areas)
    session.flush()
    audit.record(session, actor, "group.edit", "group", group.id)
    return group


def remove_group(session: Session, actor: Actor, group: Group) -> None:
    """Delete a group or team that nobody was ever in and that has no teams, leaders or households. Refuses (`Conflict`)
    any other."""
    require(rules.may_edit(actor) if group.parent_id is None else rules.may_run(actor, group))
    _lock_open(session, group.campaign_id)
    end_lapsed(session, actor, RoleGrant.group_id == group.id)
    used = session.scalar(
        select(
            or_(
                exists().where(GroupMember.group_id == group.id),
                exists().where(Group.parent_id == group.id),
                exists().where(RoleGrant.group_id == group.id),
                exists().where(Assignment.group_id == group.id),
                exists().where(Issue.group_id == group.id),
            )
        )
    )
    if used:
        raise Conflict(N_("组里有过人、户或小组，不能删除。"))
    audit.record(session, actor, "group.remove", "group", group.id)
    session.delete(group)
    session.flush()


def add_members(session: Session, actor: Actor, group: Group, member_ids: Iterable[int]) -> int:
    """Make members visitors of a group or team and say how many were not in it before. In a campaign a member has one
    place: who was in another group or team of it leaves that one; assignments stay where they are. Refuses members who
    are not on the roster any more (`Invalid`), and, unless a coordinator acts, members of groups that the actor does
    not lead (`Conflict`, naming one)."""
    require(rules.may_run(actor, group))
    _lock_open(session, group.campaign_id)
    wanted = set(member_ids)
    known = set(session.scalars(select(Member.id).where(Member.id.in_(wanted), Member.active)))
    if wanted - known:
        raise Invalid(N_("所选的人里有已不在册的，请重新选择。"), field="member")
    rows = session.scalars(
        select(GroupMember)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.campaign_id == group.campaign_id, GroupMember.member_id.in_(wanted))
    ).all()
    elsewhere = [row for row in rows if row.left_at is None and row.group_id != group.id]
    _refuse_foreign(session, actor, elsewhere)
    here = {row.member_id: row for row in rows if row.group_id == group.id}
    new = sorted(one for one in wanted if one not in here or here[one].left_at is not None)
    now = clock.now()
    for row in elsewhere:
        row.left_at = now
    for member_id in new:
        if member_id in here:
            here[member_id].joined_at, here[member_id].left_at = now, None
        else:
            session.add(GroupMember(group_id=group.id, member_id=member_id, joined_at=now))
    session.flush()
    if new:
        left = sorted({row.group_id for row in elsewhere})
        audit.record(session, actor, "group.join", "group", group.id, members=new, left_groups=left)
    return len(new)


def _refuse_foreign(session: Session, actor: Actor, elsewhere: Iterable[GroupMember]) -> None:
    foreign = [row for row in elsewhere if row.group_id not in actor.led_groups]
    if actor.is_coordinator or not foreign:
        return
    name = session.scalar(select(Member.name).where(Member.id == foreign[0].member_id))
    raise Conflict(N_("%(name)s 已经在别的组里，请统筹员来调整。"), name=name)


def leave(session: Session, actor: Actor, group: Group, member_id: int) -> None:
    """End a member's place in a group or team; their assignments and visits stay as they are. Does nothing when they
    have left already. Refuses (`Missing`) who never was in it."""
    require(rules.may_run(actor, group))
    row = session.scalar(
        select(GroupMember).where(GroupMember.group_id == group.id, GroupMember.member_id == member_id)
    )
    if row is None:
        raise Missing
    done = session.execute(
        update(GroupMember).where(GroupMember.id == row.id, GroupMember.left_at.is_(None)).values(left_at=clock.now())
    )
    if done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        audit.record(session, actor, "group.leave", "group", group.id, members=[member_id])


def add_leader(session: Session, actor: Actor, group: Group, member_id: int) -> RoleGrant:
    """Make a member the leader of a group, or of a team; a second time changes nothing. Refuses who is not on the
    roster any more (`Invalid`)."""
    require(rules.may_name_leaders(actor, group))
    if session.scalar(select(Member.id).where(Member.id == member_id, Member.active)) is None:
        raise Invalid(N_("请先选一个人。"), field="member")
    return grant_role(session, actor, member_id, rules.leader_role(group), group_id=group.id)


def end_leader(session: Session, actor: Actor, group: Group, grant_id: int) -> None:
    """End a leader's role in a group or team. Refuses (`Missing`) a grant that is not of this group."""
    require(rules.may_name_leaders(actor, group))
    if session.scalar(select(RoleGrant.id).where(RoleGrant.id == grant_id, RoleGrant.group_id == group.id)) is None:
        raise Missing
    end_grant(session, actor, grant_id)


def name_stand_in(session: Session, actor: Actor, group: Group, away_id: int, member_id: int) -> RoleGrant:
    """Give a member of a group or team (or the actor themself) the role of its leader in place of one who is on leave;
    that one keeps the role. It ends by itself when the leader is back, or by `end_leader`. The same once more changes nothing.
    Refuses who leads the group anyway, who is not in it, and who is on leave too (`Invalid` on `member`), a leader who
    is not on leave (`Conflict`), and actors who may not name leaders here (`Missing`)."""
    require(rules.may_name_leaders(actor, group))
    _lock_open(session, group.campaign_id)
    role, away = rules.leader_role(group), away_ids(session, clock.today())
    leads = select(RoleGrant.id).where(RoleGrant.group_id == group.id, RoleGrant.role == role)
    if session.scalar(leads.where(RoleGrant.member_id == away_id)) is None:
        raise Missing
    if away_id not in away:
        raise Conflict(N_("这位带队人没有在请假，不用代理。"))
    end_lapsed(session, actor, RoleGrant.group_id == group.id)
    grant_id = session.scalar(leads.where(RoleGrant.member_id == member_id))
    if grant_id is not None:
        stand_in = session.get(StandIn, grant_id)
        if stand_in is None or stand_in.for_id != away_id:
            raise Invalid(N_("所选的人已经在带这个组，不用代理。"), field="member")
        return session.get_one(RoleGrant, grant_id)
    inside = session.scalar(everybody_in(group.id).where(GroupMember.member_id == member_id))
    if (inside is None and member_id != actor.id) or member_id in away:
        raise Invalid(N_("请选一位在组里、没有请假的人。"), field="member")
    grant = grant_role(session, actor, member_id, role, group_id=group.id)
    session.add(StandIn(grant_id=grant.id, for_id=away_id))
    session.flush()
    audit.record(session, actor, "group.stand_in", "group", group.id, members=[member_id], away=away_id)
    return grant


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo what a batch (`source`) wrote of groups, their members and villages, with one audit entry. That nothing was
    built on it is the caller's to know: a row that something refers to raises the database's `IntegrityError`."""
    require(rules.may_edit(actor) and undoing.table in ("groups", "group_members", "group_areas"))
    restoring.put_back(session, undoing)
    verb, gone, changed = f"{undoing.table.rstrip('s')}.put_back", len(undoing.made), len(undoing.changed)
    audit.record(session, actor, verb, "import_batch", source, gone=gone, changed=changed)


def _lock_open(session: Session, campaign_id: int) -> None:
    """Hold the campaign's row, so that two people who sort its members wait for each other. Refuses an ended one."""
    state = session.scalar(select(Campaign.state).where(Campaign.id == campaign_id).with_for_update())
    if state is None:
        raise Missing
    if not may_change_set_up(state):
        raise Conflict(N_("活动已经结束，分组不能再改。"))


def _free_name(session: Session, campaign_id: int, name: str, own_id: int | None) -> str:
    name = name.strip()
    if not name:
        raise Invalid(N_("请填写名称。"), field="name")
    same = select(Group.id).where(Group.campaign_id == campaign_id, Group.name == name, Group.id != (own_id or 0))
    if session.scalar(same) is not None:
        raise Invalid(N_("这个活动里已经有“%(name)s”了。"), field="name", name=name)
    return name
