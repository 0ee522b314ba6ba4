"""Groups, teams, who is in them and who leads them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.groups import actions
from hengli_visits.models import AuditEntry, CampaignState, Group, GroupMember, Role, RoleGrant
from tests.cast import Cast
from tests.conftest import MONDAY
from tests.factories import make_area, make_assignment, make_campaign, make_group, make_household, make_member
from tests.issues.making import open_one


def leader_of(cast: Cast) -> Actor:
    return Actor(id=cast.leader.id, name="温永然", led_groups=frozenset({cast.group.id, cast.team.id}))


def present(session: Session, group: Group) -> set[int]:
    query = select(GroupMember.member_id).where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
    return set(session.scalars(query))


def test_groups_and_teams_come_last_unless_told(session: Session, cast: Cast) -> None:
    group = actions.create_group(session, SYSTEM, cast.campaign, " 第9组 ", areas=[cast.village])
    team = actions.create_group(session, SYSTEM, cast.campaign, "第9组第1小组", parent=group, position=2)
    assert (group.name, group.areas, team.parent_id, team.position) == ("第9组", [cast.village], group.id, 2)
    assert group.position > cast.other_group.position
    with pytest.raises(Invalid):
        actions.create_group(session, SYSTEM, cast.campaign, "第9组")
    with pytest.raises(Invalid):
        actions.create_group(session, SYSTEM, cast.campaign, "再下一级", parent=team)
    with pytest.raises(Invalid):
        actions.create_group(session, SYSTEM, make_campaign(session, "情系群众周"), "别处的", parent=group)


def test_an_ended_campaign_keeps_its_groups(session: Session, cast: Cast) -> None:
    cast.campaign.state = CampaignState.CLOSED
    session.flush()
    with pytest.raises(Conflict):
        actions.create_group(session, SYSTEM, cast.campaign, "晚了")
    with pytest.raises(Conflict):
        actions.add_members(session, SYSTEM, cast.group, [cast.stranger.id])


def test_joining_is_counted_once_and_rejoining_reopens_the_row(session: Session, cast: Cast) -> None:
    new = [make_member(session, "苏锡").id, make_member(session, "温卫").id]
    assert actions.add_members(session, SYSTEM, cast.team, [*new, cast.visitor.id]) == 2
    assert actions.add_members(session, SYSTEM, cast.team, new) == 0
    actions.leave(session, SYSTEM, cast.team, new[0])
    actions.leave(session, SYSTEM, cast.team, new[0])
    assert new[0] not in present(session, cast.team)
    assert actions.add_members(session, SYSTEM, cast.team, new) == 1
    rows = select(func.count()).where(GroupMember.group_id == cast.team.id, GroupMember.member_id == new[0])
    assert session.scalar(rows) == 1
    joins = session.scalars(select(AuditEntry).where(AuditEntry.action == "group.join")).all()
    assert [entry.data["members"] for entry in joins] == [sorted(new), [new[0]]]
    with pytest.raises(Missing):
        actions.leave(session, SYSTEM, cast.team, cast.stranger.id)


def test_a_member_has_one_place_per_campaign_and_may_be_in_several_campaigns(session: Session, cast: Cast) -> None:
    elsewhere = make_group(session, make_campaign(session, "情系群众周"), "第1组")
    assert actions.add_members(session, SYSTEM, elsewhere, [cast.visitor.id]) == 1
    assert cast.visitor.id in present(session, cast.team)
    assert actions.add_members(session, SYSTEM, cast.other_group, [cast.visitor.id]) == 1
    assert cast.visitor.id not in present(session, cast.team)
    assert cast.visitor.id in present(session, elsewhere)


def test_a_leader_moves_people_within_the_own_group_only(session: Session, cast: Cast) -> None:
    leader = leader_of(cast)
    assert actions.add_members(session, leader, cast.group, [cast.visitor.id, cast.stranger.id]) == 2
    with pytest.raises(Conflict, match="黄润"):
        actions.add_members(session, leader, cast.team, [cast.other_visitor.id])
    with pytest.raises(Missing):
        actions.add_members(session, leader, cast.other_group, [cast.stranger.id])
    team = actions.create_group(session, leader, cast.campaign, "长巷村第2小组", parent=cast.group)
    assert team.parent_id == cast.group.id
    with pytest.raises(Missing):
        actions.create_group(session, leader, cast.campaign, "新的组")


def test_a_team_leader_changes_nothing(session: Session, cast: Cast) -> None:
    leader = Actor(id=cast.team_leader.id, name="苏慧", led_groups=frozenset({cast.team.id}))
    with pytest.raises(Missing):
        actions.add_members(session, leader, cast.team, [cast.stranger.id])
    with pytest.raises(Missing):
        actions.add_leader(session, leader, cast.team, cast.stranger.id)


def test_people_off_the_roster_do_not_join(session: Session, cast: Cast) -> None:
    gone = make_member(session, "已迁出", active=False)
    with pytest.raises(Invalid):
        actions.add_members(session, SYSTEM, cast.team, [gone.id])
    with pytest.raises(Invalid):
        actions.add_leader(session, SYSTEM, cast.team, gone.id)


def test_leaders_are_named_and_ended(session: Session, cast: Cast) -> None:
    grant = actions.add_leader(session, SYSTEM, cast.group, cast.visitor.id)
    assert grant.role == Role.GROUP_LEADER
    assert actions.add_leader(session, SYSTEM, cast.group, cast.visitor.id).id == grant.id
    of_team = actions.add_leader(session, leader_of(cast), cast.team, cast.visitor.id)
    assert of_team.role == Role.TEAM_LEADER
    with pytest.raises(Missing):
        actions.add_leader(session, leader_of(cast), cast.group, cast.partner.id)
    with pytest.raises(Missing):
        actions.end_leader(session, SYSTEM, cast.other_group, grant.id)
    actions.end_leader(session, SYSTEM, cast.group, grant.id)
    assert session.scalar(select(RoleGrant.id).where(RoleGrant.id == grant.id)) is None


def test_renaming_and_villages(session: Session, cast: Cast) -> None:
    actions.edit_group(session, SYSTEM, cast.group, name="长巷组", areas=[cast.village, cast.other_village])
    assert (cast.group.name, len(cast.group.areas)) == ("长巷组", 2)
    with pytest.raises(Invalid):
        actions.edit_group(session, SYSTEM, cast.group, name="石涌村组")


def test_only_an_unused_group_is_removed(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict):
        actions.remove_group(session, SYSTEM, cast.team)
    spare = actions.create_group(session, SYSTEM, cast.campaign, "写错了", areas=[cast.village])
    actions.remove_group(session, SYSTEM, spare)
    assert session.scalar(select(Group.id).where(Group.id == spare.id)) is None


def test_a_group_that_an_issue_came_from_stays(session: Session, cast: Cast) -> None:
    spare = actions.create_group(session, SYSTEM, cast.campaign, "旧组")
    open_one(session, cast, group_id=spare.id)
    with pytest.raises(Conflict):
        actions.remove_group(session, SYSTEM, spare)


def test_groups_by_area_cover_what_is_open_and_nothing_twice(session: Session, cast: Cast) -> None:
    lonely = make_area(session, "隔坑村", parent=cast.town, code="GK")
    living = [make_member(session, name, area=lonely).id for name in ("袁一", "袁二")]
    make_member(session, "袁三", area=lonely).active = False
    placed = make_member(session, "袁四", area=lonely)
    actions.add_members(session, SYSTEM, cast.other_group, [placed.id])
    assignment = make_assignment(session, cast.campaign, make_household(session, lonely, "袁国"))
    removed = make_area(session, "月塘村", parent=cast.town, code="YT")
    make_assignment(session, cast.campaign, make_household(session, removed, "移走")).removed_at = MONDAY
    session.flush()
    assert actions.create_groups_by_area(session, SYSTEM, cast.campaign) == 1
    group = session.scalars(select(Group).where(Group.name == "隔坑村组").options(selectinload(Group.areas))).one()
    assert group.areas == [lonely]
    assert present(session, group) == set(living)
    assert placed.id in present(session, cast.other_group)
    assert assignment.group_id is None
    assert actions.create_groups_by_area(session, SYSTEM, cast.campaign) == 0


def test_a_group_of_the_whole_town_covers_its_villages(session: Session, cast: Cast) -> None:
    campaign = make_campaign(session, "情系群众周")
    make_assignment(session, campaign, cast.household)
    actions.create_group(session, SYSTEM, campaign, "全镇组", areas=[cast.town])
    assert actions.create_groups_by_area(session, SYSTEM, campaign) == 0


def test_groups_by_area_are_the_coordinators(session: Session, cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.create_groups_by_area(session, leader_of(cast), cast.campaign)
    cast.campaign.state = CampaignState.CLOSED
    session.flush()
    with pytest.raises(Conflict):
        actions.create_groups_by_area(session, SYSTEM, cast.campaign)
