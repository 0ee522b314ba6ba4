"""Rosters of groups against the members' roster and a campaign."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.groups.actions import add_members
from hengli_visits.imports.actions import apply_batch
from hengli_visits.models import Group, GroupMember, ImportBatch, Member, RoleGrant, RosterKind, RowState
from tests.cast import Cast
from tests.factories import make_campaign, make_member
from tests.imports.importing import Rows, bring, figures, read, reasons, rows_of

HEAD: list[object] = ["组别", "组长", "组长电话", "工作小组", "小组长", "小组长电话", "成员", "负责村"]
KIND = RosterKind.GROUPS


def warnings(batch: ImportBatch) -> list[str]:
    return [one["message"] % one["params"] for one in batch.outline["warnings"]]


def names_in(session: Session, team: str) -> set[str]:
    query = (
        select(Member.name)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.name == team, GroupMember.left_at.is_(None))
    )
    return set(session.scalars(query))


def people(session: Session, *names: str, **values: object) -> list[Member]:
    made = [make_member(session, name, **values) for name in names]
    session.commit()
    return made


def test_leaders_by_phone_and_name(session: Session, cast: Cast) -> None:
    first, second = people(session, "金一", "金二")
    rows: Rows = [HEAD, ["甲组", "金一", first.phone, "甲组一队", "金二", second.phone, "", "长巷村"],
            ["甲组", "金一", first.phone, "甲组二队", "金一", second.phone, "", "长巷村"],
            ["甲组", "金一", first.phone, "甲组三队", "没有他", None, "", "长巷村"]]  # fmt: skip
    batch = read(session, rows, KIND)
    assert figures(batch) == (1, 0, 0, 2, 0)
    assert ["是 金二 的，不是 金一 的" in reasons(session, batch)[0], reasons(session, batch)[1]] == [
        True,
        "党员册里没有 没有他。",
    ]


def test_namesakes_by_village_then_branch_else_left_out(session: Session, cast: Cast) -> None:
    people(session, "重名", area_id=cast.village.id)
    people(session, "重名", area_id=cast.other_village.id)
    people(session, "同名", area_id=cast.village.id)
    people(session, "同名", area_id=cast.village.id)
    rows: Rows = [HEAD, ["甲组", "", "", "甲组一队", "", "", "重名、同名、不在册的", "长巷村"]]
    batch = read(session, rows, KIND)
    assert figures(batch) == (1, 0, 0, 0, 0)
    said = warnings(batch)
    assert ["取了住在长巷村的一位" in said[0], "没有编入" in said[1], "没有" in said[2]] == [True] * 3
    bring(session, rows, KIND)
    assert names_in(session, "甲组一队") == {"重名"}


def test_nobody_is_moved_and_no_leader_replaced(session: Session, cast: Cast) -> None:
    (other,) = people(session, "金一")
    rows: Rows = [
        HEAD,
        ["长巷村组", "金一", other.phone, "长巷村第1小组", "金一", other.phone, "叶秀珍、黄润", "长巷村"],
    ]
    batch = read(session, rows, KIND)
    changes = rows_of(session, batch, RowState.CHANGED)[0].changes
    assert changes["team_leader"] == ["苏慧", "金一"]
    assert "黄润 已经在石涌村组，没有移动。" in warnings(batch)
    bring(session, rows, KIND)
    leaders = select(Member.name).join(RoleGrant, RoleGrant.member_id == Member.id)
    assert set(session.scalars(leaders.where(RoleGrant.group_id == cast.team.id))) == {"苏慧", "金一"}
    assert names_in(session, "石涌村组") == {"黄润"}
    assert figures(read(session, rows, KIND)) == (0, 0, 1, 0, 0)


def test_teams_of_one_name_are_told_apart(session: Session, cast: Cast) -> None:
    campaign = make_campaign(session, "周")
    session.commit()
    rows: Rows = [
        HEAD,
        ["甲组", "", "", "一队", "", "", "叶秀珍", "长巷村"],
        ["乙组", "", "", "一队", "", "", "方光润", "石涌村"],
    ]
    batch = read(session, rows, KIND, campaign=campaign)
    assert figures(batch) == (2, 0, 0, 0, 0)
    apply_batch(session, SYSTEM, batch)
    session.commit()
    names = session.scalars(select(Group.name).where(Group.campaign_id == campaign.id, Group.parent_id.is_not(None)))
    assert set(names) == {"甲组一队", "乙组一队"}
    assert figures(read(session, rows, KIND, campaign=campaign)) == (0, 0, 2, 0, 0)
    assert figures(read(session, rows[:2], KIND, campaign=campaign)) == (0, 0, 1, 0, 0)


def test_who_joined_on_the_page_stays(session: Session, cast: Cast) -> None:
    (other,) = people(session, "金一")
    add_members(session, SYSTEM, cast.team, [other.id])
    session.commit()
    rows: Rows = [HEAD, ["长巷村组", "", "", "长巷村第1小组", "", "", "叶秀珍", "长巷村"]]
    assert figures(read(session, rows, KIND)) == (0, 0, 1, 0, 0)
    bring(session, rows, KIND)
    assert "金一" in names_in(session, "长巷村第1小组")
