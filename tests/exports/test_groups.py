"""Groups that are taken away and brought again: namesakes, several leaders, leaders outside their team."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.imports.villages import Villages
from hengli_visits.models import Group, GroupMember, Role, RosterKind
from tests.cast import Cast
from tests.exports.files import FULL, export, lines, records
from tests.exports.test_round_trip import assert_same
from tests.factories import grant, join, make_group, make_member
from tests.imports.importing import snapshot
from tests.pages import SignIn


def lead(session: Session, group: Group, *names: str) -> Sequence[int]:
    """New members who lead a group."""
    role = Role.TEAM_LEADER if group.parent_id else Role.GROUP_LEADER
    return [grant(session, make_member(session, name), role, group_id=group.id).id for name in names]


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
@pytest.mark.parametrize("full", [FULL, {}], ids=["whole phones", "masked phones"])
def test_groups_come_back_as_they_are(
    format_: str, full: dict[str, str], session: Session, cast: Cast, sign_in: SignIn
) -> None:
    twin = make_member(session, "钟海")
    make_member(session, "钟海")
    join(session, cast.team, twin)
    join(session, cast.group, make_member(session, "钟海"))
    lead(session, cast.other_group, "钟海", "陈城")
    join(session, cast.team, make_member(session, "租客2号"))
    loose = make_group(session, cast.campaign, "=机动组", areas=(cast.village, cast.other_village))
    team = make_group(session, cast.campaign, "夜间小组", parent=loose)
    lead(session, team, "不入组的人")
    make_group(session, cast.campaign, "空组")
    session.commit()
    before = snapshot(session)
    data = export(sign_in(cast.coordinator), f"groups?campaign={cast.campaign.id}", format_, **full)
    assert_same(session, data, RosterKind.GROUPS, 5)
    assert snapshot(session) == before


def test_a_village_with_a_word_for_and_in_its_name() -> None:
    villages = Villages(["和平村", "田头村", "月塘村", "及第社区"])
    assert villages.resolve_all("及第社区、和平村").value == ("及第社区", "和平村")
    assert villages.resolve_all("田头村和月塘村、和平村").value == ("田头村", "月塘村", "和平村")
    assert villages.resolve_all("和平村、田头村").value == ("和平村", "田头村")


def test_one_row_per_team_and_what_has_no_column_of_its_own(session: Session, cast: Cast, sign_in: SignIn) -> None:
    lead(session, cast.group, "副组长")
    left = make_member(session, "已离组")
    session.add(GroupMember(group_id=cast.team.id, member_id=left.id, joined_at=clock.now(), left_at=clock.now()))
    session.commit()
    rows = records(lines(export(sign_in(cast.leader), f"groups?campaign={cast.campaign.id}", "csv", **FULL)))
    assert [(row["组别"], row["工作小组"], row["备注"]) for row in rows] == [
        ("长巷村组", "长巷村第1小组", "另有带队：副组长")
    ]
    assert (rows[0]["组长"], rows[0]["组长电话"]) == (cast.leader.name, cast.leader.phone)
    assert "已离组" not in rows[0]["成员"]
