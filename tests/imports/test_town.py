"""The four sample files on an empty database."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import apply_batch
from hengli_visits.models import (
    Area,
    AreaKind,
    Campaign,
    Group,
    GroupMember,
    Household,
    HouseholdKind,
    Member,
    Organisation,
    Role,
    RoleGrant,
    Sector,
)
from tests.conftest import Clock
from tests.imports.books import NAMES
from tests.imports.importing import (
    ENTERPRISES,
    GROUPS,
    HOUSEHOLDS,
    MEMBERS,
    bring,
    bring_town,
    count,
    figures,
    read,
    snapshot,
)
from tests.imports.reading import sample


def test_the_four_files_make_the_town(session: Session, standing_clock: Clock) -> None:
    """The town is brought in once for all that is asked of it: that takes longer than the rest."""
    campaign = bring_town(session)
    _everything_is_there(session, campaign)
    _rows_are_what_the_pages_show(session)
    _a_second_time_changes_nothing(session, standing_clock)


def _everything_is_there(session: Session, campaign: Campaign) -> None:
    areas = session.scalars(select(Area).order_by(Area.position)).all()
    assert [area.name for area in areas] == ["横沥镇", *NAMES]
    assert [area.kind for area in areas[:3]] == [AreaKind.TOWN, AreaKind.COMMUNITY, AreaKind.VILLAGE]
    assert [area.code for area in areas[:4]] == ["HLZ", "HQ", "SY", "GK"]
    assert areas[1].latitude == pytest.approx(23.026, abs=0.01)
    assert count(session, Member) == 1724
    sectors = select(Organisation.sector, func.count()).group_by(Organisation.sector)
    assert dict(session.execute(sectors).all()) == {Sector.NEW: 106, Sector.VILLAGE: 32, Sector.OFFICE: 16}
    kinds = select(Household.kind, func.count()).group_by(Household.kind)
    assert dict(session.execute(kinds).all()) == {HouseholdKind.FAMILY: 1575, HouseholdKind.ENTERPRISE: 240}
    tops = select(func.count()).where(Group.campaign_id == campaign.id, Group.parent_id.is_(None))
    assert (session.scalar(tops), count(session, Group)) == (20, 111)
    roles = select(RoleGrant.role, func.count()).group_by(RoleGrant.role)
    assert dict(session.execute(roles).all()) == {Role.GROUP_LEADER: 20, Role.TEAM_LEADER: 91}


def _rows_are_what_the_pages_show(session: Session) -> None:
    first = session.scalars(select(Household).where(Household.code == "HQ-001")).one()
    assert (first.name, first.initials, first.street, first.door, first.door_number, first.size) == (
        "梁东添", "ldt", "一巷", "37号", 37, 5,
    )  # fmt: skip
    assert (first.phone, first.category, first.kind, first.listed) == ("19807690000", "普通户", "family", True)
    firm = session.scalars(select(Household).where(Household.name == "东莞市鑫越制衣有限公司")).one()
    assert (firm.code, firm.industry, firm.size, firm.contact) == ("TK-Q001", "电子信息", 91, "香慧娥")
    member = session.scalars(select(Member).where(Member.phone == "19907690003")).one()
    branch = session.get_one(Organisation, member.branch_id)
    assert (member.name, member.gender, member.standing, branch.name) == ("苏慧", "woman", "full", "恒泉社区党支部")
    team = session.scalars(select(Group).where(Group.name == "第1组第1小组")).one()
    leader = select(Member.name).join(RoleGrant, RoleGrant.member_id == Member.id).where(RoleGrant.group_id == team.id)
    visitors = select(Member.name).join(GroupMember).where(GroupMember.group_id == team.id).order_by(GroupMember.id)
    assert session.scalars(leader).all() == ["温卫"]
    assert set(session.scalars(visitors)) == {"温卫", "钟佩莹", "杨贤"}


def _a_second_time_changes_nothing(session: Session, standing_clock: Clock) -> None:
    before = snapshot(session)
    standing_clock.time = standing_clock.time.replace(hour=9)
    for name, rows in ((MEMBERS, 1724), (HOUSEHOLDS, 1575), (ENTERPRISES, 240), (GROUPS, 91)):
        batch = read(session, sample(name))
        assert figures(batch) == (0, 0, rows, 0, int(name == MEMBERS))
        apply_batch(session, SYSTEM, batch)
        session.commit()
    assert snapshot(session) == before


def test_in_any_order_and_with_the_lists_first(session: Session) -> None:
    assert figures(read(session, sample("villages.csv"))) == (17, 0, 0, 0, 0)
    bring(session, sample("villages.csv"), town="横沥镇")
    bring(session, sample("branches.csv"))
    members = read(session, sample(MEMBERS))
    assert (figures(members), members.outline["branches"], members.outline["villages"]) == ((1724, 0, 0, 0, 1), [], [])
    areas = session.scalars(select(Area).order_by(Area.position)).all()
    assert ([area.code for area in areas][1:4], areas[1].latitude) == (["HQ", "SY", "GK"], 23.0262)
    assert figures(read(session, sample("villages.csv"))) == (0, 0, 17, 0, 0)
    assert figures(read(session, sample("branches.csv"))) == (0, 0, 154, 0, 0)


def test_members_first_found_the_town_too(session: Session) -> None:
    batch = read(session, sample(MEMBERS))
    assert (batch.outline["town"], len(batch.outline["villages"]), len(batch.outline["branches"])) == (
        "横沥镇",
        17,
        154,
    )
    assert all(one["ticked"] for one in batch.outline["villages"])
    apply_batch(session, SYSTEM, batch)
    assert (count(session, Member), count(session, Area)) == (1724, 18)
