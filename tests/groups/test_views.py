"""Pages of groups and teams."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hengli_visits.models import AssignmentState, Group, GroupMember, RoleGrant
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_area, make_assignment, make_group, make_household, make_member
from tests.pages import SignIn


def test_the_tree_shows_leaders_people_and_households(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.assignment.state = AssignmentState.VISITED
    session.commit()
    text = sign_in(cast.coordinator).page(f"/campaigns/{cast.campaign.id}/groups").text
    assert "2 个组，4 名走访员" in text
    assert "已访 1 / 3 户" in text
    assert "温永然" in text


def test_a_leader_sees_the_own_groups_only(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.leader).page(f"/campaigns/{cast.campaign.id}/groups").text
    assert "长巷村第1小组" in text
    assert "石涌村组" not in text
    text = sign_in(cast.team_leader).page(f"/campaigns/{cast.campaign.id}/groups").text
    assert "长巷村第1小组" in text
    assert sign_in(cast.team_leader).get(f"/groups/{cast.group.id}").status_code == 404


def test_the_tree_and_a_group_cost_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    addresses = (
        f"/campaigns/{cast.campaign.id}/groups",
        f"/groups/{cast.group.id}",
        f"/groups/{cast.team.id}",
        f"/groups/{cast.team.id}/roster",
    )
    join(session, cast.group, make_member(session, "甲"))
    session.commit()
    costs = []
    for address in addresses:
        with counted_queries() as few:
            client.page(address)
        costs.append(len(few))
    for number in range(3):
        group = make_group(session, cast.campaign, f"第{number}组", areas=(cast.village,))
        team = make_group(session, cast.campaign, f"长巷第{number}队", parent=cast.group)
        join(session, group, make_member(session, f"甲{number}"))
        join(session, team, make_member(session, f"乙{number}"))
        join(session, cast.team, make_member(session, f"丙{number}"))
    session.commit()
    for address, cost in zip(addresses, costs, strict=True):
        with counted_queries() as many:
            client.page(address)
        assert len(many) == cost <= 13, address


def test_picked_people_join_and_leave_with_a_word_about_their_households(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.leader)
    address = f"/groups/{cast.team.id}"
    assert "请先勾选" in client.post(f"{address}/members").get_data(as_text=True)
    assert client.post(f"{address}/members", data={"member": ["x"]}).status_code == 422
    assert client.post(f"{address}/members", data={"member": [cast.stranger.id]}).status_code == 303
    text = client.page(address).text
    assert "路过" in text
    assert "1 人已加入" in text
    client.post(f"{address}/members/{cast.visitor.id}/leave")
    assert "名下还有 2 户" in client.page(address).text
    session.rollback()
    row = session.scalars(select(GroupMember).where(GroupMember.member_id == cast.visitor.id)).one()
    assert row.left_at is not None


def test_the_roster_tells_where_people_are_and_keeps_others_from_leaders(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    make_member(session, "苏锡", pinyin="suxi", initials="sx", area_id=cast.village.id)
    session.commit()
    office = sign_in(cast.coordinator)
    text = office.page(f"/groups/{cast.team.id}/roster").text
    assert "现在在石涌村组" in text
    assert "叶秀珍" not in text
    assert "现在在" not in office.page(f"/groups/{cast.team.id}/roster?free=1").text
    assert "路过" not in office.page(f"/groups/{cast.team.id}/roster?area={cast.village.id}").text
    leader = sign_in(cast.leader)
    assert "黄润" not in leader.page(f"/groups/{cast.team.id}/roster").text
    assert "苏锡" in leader.page(f"/groups/{cast.team.id}/roster?q=sx").text
    foreign = leader.post(f"/groups/{cast.team.id}/members", data={"member": [cast.other_visitor.id]})
    assert foreign.status_code == 409


def test_a_team_takes_name_and_villages_from_its_group(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/campaigns/{cast.campaign.id}/groups/new?parent={cast.group.id}")
    assert page.value("name") == "长巷村组第1小组"
    assert client.get(f"/campaigns/{cast.campaign.id}/groups/new").status_code == 404
    assert client.get(f"/campaigns/{cast.campaign.id}/groups/new?parent={cast.other_group.id}").status_code == 404


def test_a_leader_renames_the_group_but_takes_no_villages(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = f"/groups/{cast.group.id}/edit"
    assert "负责的村" not in client.page(address).text
    data = {"name": "长巷村一组", "areas": [cast.village.id, cast.other_village.id]}
    assert client.post(address, data=data).status_code == 303
    session.rollback()
    group = session.scalars(
        select(Group).where(Group.id == cast.group.id).options(selectinload(Group.areas)),
        execution_options={"populate_existing": True},
    ).one()
    assert (group.name, [area.id for area in group.areas]) == ("长巷村一组", [cast.village.id])
    assert "负责的村" in client.page(f"/groups/{cast.team.id}/edit").text
    assert "负责的村" in sign_in(cast.coordinator).page(address).text


def test_leaders_are_named_from_the_roster(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    assert "设为带队人" in client.page(f"/groups/{cast.other_group.id}/roster?leaders=1").text
    data = {"member": [cast.other_visitor.id]}
    assert client.post(f"/groups/{cast.other_group.id}/leaders", data=data).status_code == 303
    session.rollback()
    leaders = session.scalars(select(RoleGrant.member_id).where(RoleGrant.group_id == cast.other_group.id)).all()
    assert cast.other_visitor.id in leaders


def test_roster_for_leaders_offers_members_of_the_group(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.coordinator).page(f"/groups/{cast.other_group.id}/roster?leaders=1").text
    assert "黄润" in text


def test_groups_by_village_are_offered_with_their_numbers(session: Session, cast: Cast, sign_in: SignIn) -> None:
    address = f"/campaigns/{cast.campaign.id}/groups"
    client = sign_in(cast.coordinator)
    assert "按村建组" not in client.page(address).text
    village = make_area(session, "隔坑村", parent=cast.town, code="GK")
    make_member(session, "袁一", area=village)
    make_assignment(session, cast.campaign, make_household(session, village))
    session.commit()
    assert "1 个村有走访对象、还没有组" in client.page(address).text
    assert "按村建组" not in sign_in(cast.leader).page(address).text
    answer = client.post(f"{address}/by-area", follow_redirects=True)
    assert "新建了 1 个组" in answer.text
    assert "隔坑村组" in answer.text
    assert "按村建组" not in answer.text


def test_a_name_is_proposed_for_a_team_whatever_its_group_is_called(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    group = make_group(session, cast.campaign, "100%组")
    session.commit()
    page = sign_in(cast.coordinator).page(f"/campaigns/{cast.campaign.id}/groups/new?parent={group.id}")
    assert page.value("name") == "100%组第1小组"
