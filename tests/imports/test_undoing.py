"""An import that is undone leaves nothing behind; what was built on it stands in the way and is named."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Missing
from hengli_visits.groups.actions import leave
from hengli_visits.households.actions import save_household
from hengli_visits.imports.actions import apply_batch, read_roster, undo_batch
from hengli_visits.imports.actions.undoing import OWNERS
from hengli_visits.imports.footprint import RECORDS, TOUCHED
from hengli_visits.imports.obstacles import WORDS, obstacles
from hengli_visits.models import (
    Account,
    BatchState,
    Group,
    GroupMember,
    Household,
    ImportBatch,
    ImportRow,
    Member,
    RowState,
)
from hengli_visits.orm import Base
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import make_assignment, make_campaign
from tests.imports.books import book
from tests.imports.importing import (
    ENTERPRISES,
    GROUPS,
    HOUSEHOLDS,
    MEMBERS,
    Rows,
    count,
    figures,
    read,
    rows_of,
)
from tests.imports.reading import sample
from tests.imports.undone import everything
from tests.pages import SignIn

FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]
PERSON: list[object] = ["姓名", "所属党支部", "联系电话", "出生年月"]
FOUNDED = {"villages": {"新田村": "XT"}}


def imported(session: Session, rows: Rows | bytes, **more: object) -> ImportBatch:
    batch = read(session, rows)
    apply_batch(session, SYSTEM, batch, **more)  # type: ignore[arg-type]
    session.commit()
    return batch


def undo(session: Session, batch: ImportBatch) -> None:
    undo_batch(session, SYSTEM, batch)
    session.commit()


def said(session: Session, batch: ImportBatch) -> list[tuple[str, int]]:
    return [(one.what, one.count) for one in obstacles(session, batch)]


def test_every_table_that_may_refer_to_an_import_has_a_word_and_an_owner() -> None:
    tables = {name for names in TOUCHED.values() for name in names} | set(RECORDS.values())
    referring = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in tables
    }
    assert referring == set(WORDS)
    assert tables == set(OWNERS)


def test_the_sample_files_hold_no_twins_and_are_undone_one_after_the_other(
    session: Session, standing_clock: Clock
) -> None:
    make_campaign(session, "周")
    session.commit()
    steps = []
    for name in (HOUSEHOLDS, MEMBERS, ENTERPRISES, GROUPS):
        before = everything(session)
        standing_clock.time += timedelta(minutes=5)
        batch = read(session, sample(name))
        told = figures(batch)
        assert batch.outline["twins"] == 0, name
        apply_batch(session, SYSTEM, batch)
        session.commit()
        steps.append((name, batch, before, told))
    for name, batch, before, told in reversed(steps):
        assert obstacles(session, batch) == [], name
        undo(session, batch)
        assert everything(session) == before, name
        if name in (HOUSEHOLDS, GROUPS):
            again = read(session, sample(name))
            assert figures(again) == told, name
            session.delete(again)
    assert count(session, ImportRow) == 0


def test_what_was_changed_is_as_it_was(session: Session, cast: Cast, standing_clock: Clock) -> None:
    before = everything(session)
    standing_clock.time += timedelta(days=1)
    one, two = cast.household, cast.second_household
    rows: Rows = [
        FAMILY,
        [one.code, "钟锡林", "长巷村", one.street + one.door, "13800000001", 9],
        [two.code, two.name, "长巷村", "九巷5号之一", "", ""],
        ["XT-1", "甲", "新田村", "", "", 2],
    ]
    batch = imported(session, rows, **FOUNDED)
    assert figures(batch)[:2] == (1, 2)
    assert (one.pinyin, two.door) == ("zhongxilin", "5号之一")
    assert obstacles(session, batch) == []
    undo(session, batch)
    assert everything(session) == before
    assert (batch.state, figures(batch)[:2], batch.undone_at) == (BatchState.UNDONE, (1, 2), standing_clock.time)
    assert count(session, ImportRow) == 0


def test_an_import_is_undone_once_and_by_coordinators(session: Session, cast: Cast) -> None:
    waiting = read(session, [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 4]])
    with pytest.raises(Conflict, match="没有导入"):
        undo_batch(session, SYSTEM, waiting)
    session.rollback()
    apply_batch(session, SYSTEM, waiting)
    session.commit()
    with pytest.raises(Missing):
        undo_batch(session, Actor(id=cast.leader.id, name="温永然"), waiting)
    undo(session, waiting)
    with pytest.raises(Conflict, match="已经撤销"):
        undo_batch(session, SYSTEM, waiting)


def test_edits_visits_and_later_imports_stand_in_the_way(session: Session, cast: Cast, standing_clock: Clock) -> None:
    rows: Rows = [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 4], ["XT-1", "乙", "新田村", "一巷1号", "", 2]]
    batch = imported(session, rows, **FOUNDED)
    standing_clock.time += timedelta(minutes=1)
    first, second = (
        session.scalars(select(Household).where(Household.code == code)).one() for code in ("CX-900", "XT-1")
    )
    save_household(session, SYSTEM, first, remarks="改过")
    assert said(session, batch) == [("导入以后又改过的记录", 1)]
    session.rollback()
    make_assignment(session, cast.campaign, first)
    save_household(session, SYSTEM, None, kind="family", code="XT-2", name="丙", area_id=second.area_id)
    assert said(session, batch) == [("户和企业", 1), ("走访任务", 1)]
    assert [one.examples for one in obstacles(session, batch)] == [("新田村",), ("甲",)]
    with pytest.raises(Conflict, match="不能撤销"):
        undo_batch(session, SYSTEM, batch)
    session.rollback()
    later = imported(session, [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 5]])
    assert said(session, batch) == [("以后导入的名册改过同样的记录", 1), ("导入以后又改过的记录", 1)]
    undo(session, later)
    assert said(session, batch) == []
    undo(session, batch)


def test_groups_with_later_people_or_an_ended_campaign_stay(session: Session, cast: Cast) -> None:
    rows: Rows = [["组别", "组长", "小组", "成员"], ["新组", "温永然", "新1组", "路过、黄润"]]
    before = everything(session)
    batch = read_roster(session, SYSTEM, None, "分组.xlsx", book(("表", rows)))
    session.commit()
    apply_batch(session, SYSTEM, batch)
    session.commit()
    assert said(session, batch) == []
    team = session.scalars(select(Group).where(Group.name == "新1组")).one()
    cast.spare_assignment.group_id = team.id
    session.flush()
    assert said(session, batch) == [("走访任务", 1)]
    session.rollback()
    leave(session, SYSTEM, team, cast.stranger.id)
    assert said(session, batch) == [("导入以后又改过的记录", 1)]
    session.rollback()
    cast.campaign.state = "archived"  # type: ignore[assignment]
    session.flush()
    assert said(session, batch) == [("活动已经结束，分组和分派不能再改", 0)]
    session.rollback()
    undo(session, batch)
    assert everything(session) == before
    back = session.scalars(select(GroupMember).where(GroupMember.member_id == cast.other_visitor.id)).one()
    assert back.left_at is None


def test_an_account_of_a_new_member_stands_in_the_way(session: Session, cast: Cast) -> None:
    batch = imported(session, [PERSON, ["欧阳新", "长巷村党支部", "13800000777", "1975.08"]])
    member = session.get_one(Member, rows_of(session, batch, RowState.NEW)[0].target_id)
    session.add(Account(member_id=member.id, created_at=clock.now()))
    session.flush()
    assert [(one.what, one.count, one.examples) for one in obstacles(session, batch)] == [("账号", 1, ("欧阳新",))]
    session.rollback()
    undo(session, batch)


def test_an_import_of_an_older_version_cannot_be_undone(session: Session, cast: Cast) -> None:
    batch = imported(session, [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 4]])
    batch.made = {}
    assert [one.count for one in obstacles(session, batch)] == [0]
    with pytest.raises(Conflict):
        undo_batch(session, SYSTEM, batch)


def test_the_page_says_what_will_happen_or_what_stands_in_the_way(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    rows: Rows = [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 4], ["XT-1", "乙", "新田村", "一巷1号", "", 2]]
    batch = imported(session, rows, **FOUNDED)
    client = sign_in(cast.coordinator)
    address = f"/imports/{batch.id}"
    assert f"{address}/undo" in client.page(address).html
    for text in ("新增的 2 户删去", "一并新建的 1 个村(社区)删去"):
        assert text in client.page(f"{address}/undo").text, text
    made = session.scalars(select(Household).where(Household.code == "CX-900")).one()
    task = make_assignment(session, cast.campaign, made)
    session.commit()
    page = client.page(f"{address}/undo")
    assert "走访任务" in page.text
    assert f'action="{address}/undo"' not in page.html
    refused = client.post(f"{address}/undo")
    assert (refused.status_code, "走访任务" in refused.get_data(as_text=True)) == (409, True)
    session.delete(task)
    session.commit()
    assert client.post(f"{address}/undo").status_code == 303
    assert "已撤销导入" in client.page(address).text
    assert "已撤销" in client.page("/imports").text
    session.rollback()
    assert count(session, ImportRow) == 0


def test_the_page_asks_as_much_for_many_rows_as_for_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    counts = []
    for number in (1, 3):
        rows: Rows = [
            FAMILY,
            *([f"CX-{number}{n}", "甲", "长巷村", f"九巷{number}{n}号", "", 4] for n in range(number)),
        ]
        batch = imported(session, rows)
        with counted_queries() as queries:
            client.page(f"/imports/{batch.id}/undo")
        counts.append(len(queries))
    assert counts[0] == counts[1]
