"""Saving at the door without a network, in a real browser: what meets a record on its way, and what becomes of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from hengli_visits import clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.assignments import actions as assigning
from hengli_visits.models import Assignment, Device, Issue, IssueState, Revisit, Visit
from tests.e2e.door import at_door, count_visits, database, until, visits_with
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.signing_in import open_card

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_session_runs_out(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Reading and logging go on; sending waits for the sign-in."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("登录过期时写的")
        visitor.save()
        with database(town) as session:
            session.execute(update(Device).values(expires_at=clock.now() - timedelta(days=1)))
            session.commit()
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.waits("登录后才能上传")
        assert visits_with(town, "登录过期") == []
        visitor.enter(town)
        visitor.told()
    assert len(visits_with(town, "登录过期")) == 1


def test_a_refused_record_blocks_nobody(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The server will not take one: it is set aside with the reason beside its field, the other goes, and once mended
    so does the first."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("已见面")
        visitor.remark("先被退回")
        visitor.misdate()
        visitor.save()
        visitor.page.locator(".card-title a").nth(1).tap()
        visitor.press("记录走访")
        visitor.ready()
        visitor.tap("不在家")
        visitor.remark("后面的照样上传")
        visitor.save()
        visitor.waits("2 条待上传")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.waits("1 条要修改")
        visitor.see("没有读懂这个时间")
        until(lambda: len(visits_with(town, "后面的")) == 1)
        assert visits_with(town, "先被退回") == []
        visitor.press("修改", "[data-entries]", exact=False)
        visitor.ready()
        expect(visitor.page.locator(".error-summary")).to_be_focused()
        visitor.page.locator('[name="visited_at"]').fill("2026-06-29T10:00")
        visitor.save()
        visitor.told()
    assert len(visits_with(town, "先被退回")) == 1


def test_sync_conflict_reassigned_meanwhile(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The household is somebody else's by now: the visit is taken and flagged, and the phone forgets the household."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        name = visitor.begin()
        number = int(visitor.path.split("/")[2])
        visitor.tap("已见面")
        visitor.remark("转走以后才上传")
        visitor.save()
        with database(town) as session:
            leader = actor_of(session, town.cast.leader.id)
            assigning.give(session, leader, [number], [town.cast.team_leader.id])
            session.commit()
        visitor.offline(False)
        visitor.go("/assignments/mine")
        visitor.told()
        expect(visitor.page.locator(".card-title", has_text=name)).to_have_count(0)
        visitor.offline()
        visitor.go(f"/assignments/{number}")
        visitor.see("没有网络，这一页不在手机里")
    (visit,) = visits_with(town, "转走以后")
    assert visit.stray


def test_two_tabs_write_one_record(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The same form open twice is one draft and one visit, whichever tab saves, and both may."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("已见面")
        visitor.remark("两页写一条")
        visitor.kept()
        other = visitor.context.new_page()
        other.goto(live.base + visitor.path)
        expect(other.locator("form[data-keeps]")).to_be_attached()
        expect(other.locator('[name="remarks"]')).to_have_value("两页写一条")
        visitor.save()
        other.locator('[name="remarks"]').evaluate("(area) => { area.value = '两页写一条，另一页后保存'; }")
        with other.expect_navigation():
            other.locator(".save-bar button").tap()
        other.close()
        visitor.waits("1 条待上传")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    (visit,) = visits_with(town, "两页写一条")
    assert (visit.remarks, visit.clashing) == ("两页写一条，另一页后保存", False)


def test_queue_owner(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Another member signs in on the same phone: they neither see nor send what the first left, who later does."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        name = visitor.begin()
        visitor.tap("不在家")
        visitor.remark("甲留下的")
        visitor.save()
        visitor.context.clear_cookies()
        visitor.offline(False)
        open_card(visitor, town.card("other_visitor"))
        assert name not in visitor.words("body")
        visitor.packed()
        visitor.go("/outbox")
        visitor.see("没有待上传的记录")
        assert name not in visitor.words("main")
        assert visitor.held("outbox") == 1
        visitor.offline()
        visitor.go("/assignments/mine")
        assert name not in visitor.words("main")
        visitor.offline(False)
        assert visits_with(town, "甲留下的") == []
        visitor.context.clear_cookies()
        open_card(visitor, town.card("visitor"))
        visitor.packed()
        visitor.go("/outbox")
        visitor.told()
    (visit,) = visits_with(town, "甲留下的")
    assert visit.author_id == town.cast.visitor.id


def test_an_edit_of_what_has_arrived(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """A visit that the server has is revised without a network, and becomes its second wording."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("有网络时写的")
        visitor.save()
        visitor.told()  # at once, or a little later where the server is busy
        (saved,) = visits_with(town, "有网络时写的")
        address = f"/visits/{saved.uuid}"
        visitor.go(address)
        visitor.see("有网络时写的")
        visitor.offline()
        visitor.go(address)
        visitor.press("修改")
        visitor.ready()
        visitor.remark("有网络时写的，没网络时改的")
        visitor.save()
        visitor.waits("1 条待上传")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    (visit,) = visits_with(town, "有网络时写的")
    assert (visit.revision, visit.remarks, visit.clashing) == (2, "有网络时写的，没网络时改的", False)


def test_a_household_on_no_list(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """A household is added at the door without a network: household, task and visit arrive together."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.press("加一户", "main", exact=False)
        visitor.ready()
        visitor.tap("已见面")
        visitor.save_fails("请填写姓名或名称。")
        visitor.page.locator('[name="household-name"]').fill("温新来")
        visitor.page.locator('[name="household-area"]').select_option(label="长巷村")
        visitor.page.locator('[name="household-street"]').fill("新巷")
        visitor.page.locator('[name="household-door"]').fill("8号")
        visitor.remark("名册上没有的一户")
        visitor.save()
        visitor.waits("1 条待上传")
        visitor.see("温新来 · 新巷 8号")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    (visit,) = visits_with(town, "名册上没有")
    with database(town) as session:
        assignment = session.scalars(select(Assignment).where(Assignment.id == visit.assignment_id)).one()
        assert assignment.campaign_id == town.cast.campaign.id


def test_export_hands_everything_over(browser: Browser, served: tuple[Live, Seeded], tmp_path: Path) -> None:
    """The outbox as a file holds the record as it would have been sent, and a leader can take it in."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("导出给组长")
        visitor.photograph("yellow")
        visitor.save()
        visitor.go("/outbox")
        with visitor.page.expect_download() as download:
            visitor.tap("导出成文件", "main")
        file = tmp_path / "outbox.json"
        download.value.save_as(file)
    told = json.loads(file.read_text())
    assert told["member"]["id"] == town.cast.visitor.id
    (record,) = told["records"]
    assert record["envelope"]["content"]["remarks"] == "导出给组长"
    assert len(record["photos"]) == 1
    before = count_visits(town)
    with at_door(browser, live.base) as leader:
        town.enter(leader, "leader", f"/groups/{town.cast.group.id}/outbox-files")
        leader.page.locator("input[type=file]").set_input_files(file)
        leader.press("看看里面有什么", "main", exact=False)
        leader.press("收下", "main", exact=False)
        leader.see("已收下")
    (visit,) = visits_with(town, "导出给组长")
    assert (visit.author_id, len(visit.photos), count_visits(town)) == (town.cast.visitor.id, 1, before + 1)


def test_the_visit_is_dated_on_the_town_clock(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """A phone in another zone writes the town's time into a form that was kept."""
    live, town = served
    with at_door(browser, live.base, timezone_id="America/New_York") as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("时区不同的手机")
        visitor.save()
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    with database(town) as session:
        visit = session.scalars(select(Visit).where(Visit.remarks == "时区不同的手机")).one()
    assert abs(visit.visited_at - clock.now()) < timedelta(minutes=2)
    assert not visit.clock_doubtful


def test_a_revisit_without_network(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The resident is told the answer where there is no network; what they said arrives later."""
    live, town = served
    with database(town) as session:
        issue = session.scalars(select(Issue).where(Issue.state == IssueState.REVISIT_DUE).order_by(Issue.id)).first()
    assert issue is not None
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.go(f"/issues/{issue.id}/revisits")
        expect(visitor.page.locator("form[data-keeps]")).to_be_attached()
        visitor.tap("联系上了")
        visitor.save_fails("请选择问题是否解决。", "保存回访")
        visitor.tap("是")
        visitor.tap("满意")
        visitor.fill("住户说了什么", "在楼道里说的：修好了")
        visitor.kept()
        visitor.page.reload()
        visitor.see("上次没写完的内容还在")
        visitor.press("保存回访")
        visitor.waits("1 条待上传")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    with database(town) as session:
        revisits = session.scalars(select(Revisit).where(Revisit.comment.startswith("在楼道里"))).all()
        assert [(one.issue_id, one.revisitor_id, one.late) for one in revisits] == [
            (issue.id, town.cast.visitor.id, False)
        ]
        assert session.get_one(Issue, issue.id).state is IssueState.CLOSED
