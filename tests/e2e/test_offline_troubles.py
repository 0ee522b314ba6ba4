"""What goes wrong with phones and servers: killed while a record is under way, a new version, no room, no worker, signed
out with work on the phone."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.e2e.door import Visitor, at_door, noise, until, visits_with
from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live, Program

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


FULL = """window.room = 100_000;
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...more) {
  if ((value.box?.byteLength ?? 0) >= window.room) throw new DOMException("no room", "QuotaExceededError");
  return put.call(this, value, ...more);
};"""
"""A store that has room for so many bytes at once."""


def log(visitor: Visitor, remark: str, *photos: str) -> None:
    """Log a visit that nobody was at home."""
    visitor.go("/assignments/mine")
    visitor.begin()
    visitor.tap("不在家")
    visitor.remark(remark)
    if photos:
        visitor.photograph(*photos)
    visitor.save()


def test_the_server_is_killed_while_it_takes_a_visit(browser: Browser, program: tuple[Program, Seeded]) -> None:
    """kill -9 while records and photos are under way, again and again: each arrives once."""
    running, town = program
    with at_door(browser, running.live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        for number in range(3):
            log(visitor, f"服务器断电{number}", "red", "blue")
        visitor.offline(False)
        visitor.go("/outbox")
        for _ in range(4):
            visitor.page.wait_for_timeout(150)
            running.kill()
            running.start()
            visitor.page.evaluate("window.dispatchEvent(new Event('online'))")
        visitor.go("/outbox")
        visitor.told()
    for number in range(3):
        (visit,) = visits_with(town, f"服务器断电{number}")
        assert (visit.revision, len(visit.photos)) == (1, 2)


def test_a_new_version_finds_the_old_queue(browser: Browser, program: tuple[Program, Seeded]) -> None:
    """A new version comes while a record and a draft wait: it is offered, not forced; without a network the old pages
    still open; what waits is sent by the new version, and the draft is there."""
    running, town = program
    with at_door(browser, running.live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        log(visitor, "旧版本写的")
        visitor.go("/assignments/mine?campaign=1&state=visited")
        visitor.begin()
        visitor.remark("旧版本的草稿")
        visitor.kept()
        form = visitor.path
        old = visitor.page.evaluate("document.querySelector('script[src]').src")
        running.stop()
        running.start("tests.e2e.newer:app")
        try:
            visitor.offline(False)
            visitor.go(form)
            visitor.see("有新版本")
            expect(visitor.page.locator('[name="remarks"]')).to_have_value("旧版本的草稿")
            with visitor.page.expect_navigation():
                visitor.tap("现在更新")
            visitor.offline()
            visitor.go("/assignments/mine")
            expect(visitor.page.locator("html[data-script]")).to_be_attached()
            visitor.offline(False)
            visitor.go("/outbox")
            visitor.told()
            visitor.go(form)
            assert visitor.page.evaluate("document.querySelector('script[src]').src") != old
            expect(visitor.page.locator('[name="remarks"]')).to_have_value("旧版本的草稿")
            visitor.tap("清空重填")
        finally:
            running.stop()
            running.start()
    assert len(visits_with(town, "旧版本写的")) == 1


@pytest.mark.parametrize("way", ["keep", "export", "discard"])
def test_signing_out_with_unsent_work(browser: Browser, served: tuple[Live, Seeded], way: str, tmp_path: Path) -> None:
    """It is asked about first: kept for the next sign-in, exported, or thrown away with a typed word."""
    live, town = served
    remark = f"退出前没传的 {way}"
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        log(visitor, remark)
        visitor.go("/outbox")
        visitor.tap("退出登录", "main")
        expect(visitor.page.locator("dialog")).to_contain_text("还有 1 条没有上传")
        leave = {"keep": "锁在手机里", "export": "导出成文件", "discard": "放弃并退出"}[way]
        if way == "export":
            with visitor.page.expect_download() as download:
                visitor.tap(leave, "dialog", exact=False)
            assert (
                json.loads(download.value.path().read_text())["records"][0]["envelope"]["content"]["remarks"] == remark
            )
            leave = "锁在手机里"
        if way == "discard":
            visitor.tap(leave, "dialog")
            expect(visitor.page.locator("dialog")).to_contain_text("请输入")
            visitor.page.locator("#leave-word").fill("删除")
        visitor.tap(leave, "dialog", exact=False)
        visitor.page.wait_for_url("**/sign-in")
        until(lambda: visitor.held("pages") == 0)
        assert visitor.held("drafts") == 0
        assert visitor.held("outbox") == (1 if way in ("keep", "export") else 0)
        visitor.offline(False)
        visitor.go("/assignments/mine")
        visitor.see("没有密码，或者忘了？")
        visitor.enter(town)
        visitor.go("/outbox")
        visitor.told()
    assert len(visits_with(town, remark)) == (0 if way == "discard" else 1)


def test_signing_out_sends_first(browser: Browser, program: tuple[Program, Seeded]) -> None:
    """现在上传 in the question says what is left while nobody answers, and signs out once all has arrived."""
    running, town = program
    with at_door(browser, running.live.base) as visitor:
        visitor.enter(town)
        running.vanish()
        log(visitor, "退出前传上去的")
        visitor.go("/outbox")
        visitor.tap("退出登录", "main")
        visitor.tap("现在上传", "dialog")
        expect(visitor.page.locator("dialog")).to_contain_text("还有 1 条没有传上去")
        running.return_()
        visitor.tap("现在上传", "dialog")
        visitor.page.wait_for_url("**/sign-in")
        assert visitor.held("pages") + visitor.held("outbox") + visitor.held("drafts") == 0
    assert len(visits_with(town, "退出前传上去的")) == 1


def test_no_room_on_the_phone(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """A phone without room refuses the photo and takes the record; without any room it says so, and what was typed stays
    on the page. (Chromium here enforces no quota on its store: the store's own writes are made to fail as it would.)"""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.page.add_init_script(FULL)
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("手机满了")
        file: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": noise()}
        visitor.page.locator("input[data-shots-kept]").set_input_files(file)
        visitor.see("手机快没有空间了")
        visitor.offline()
        visitor.page.evaluate("window.room = 0")
        visitor.tap("保存")
        visitor.see("手机没有空间了，还没有存下")
        expect(visitor.page.locator('[name="remarks"]')).to_have_value("手机满了")
        visitor.page.evaluate("window.room = 100_000")
        visitor.save()
        visitor.waits("1 条待上传")
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.told()
    (visit,) = visits_with(town, "手机满了")
    assert visit.photos == []


def test_a_browser_without_workers(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """In a chat app's browser there is no worker: drafts and outbox work while the page is open, with a hint at the
    system's browser."""
    live, town = served
    with at_door(browser, live.base, service_workers="block") as visitor:
        visitor.context.add_init_script("delete Object.getPrototypeOf(navigator).serviceWorker")
        town.enter(visitor, "visitor", "/assignments/mine")
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("聊天软件里写的")
        visitor.offline()
        visitor.kept()
        visitor.tap("保存")
        visitor.see("这一页先别关")
        assert visitor.held("outbox") == 1
        visitor.offline(False)
        visitor.page.evaluate("window.dispatchEvent(new Event('online'))")
        visitor.see("已保存，也传到服务器了")
        visitor.go("/outbox")
        visitor.see("在浏览器打开")
    assert len(visits_with(town, "聊天软件里写的")) == 1


def test_a_phone_that_was_signed_out_elsewhere_keeps_nothing_readable(
    browser: Browser, served: tuple[Live, Seeded]
) -> None:
    """The device is ended on another one: with the next contact its pages go, and what it has not sent waits, sealed."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        log(visitor, "手机丢了以前写的")
        with person(browser, live.base) as self_at_desk:
            town.enter(self_at_desk, "visitor", "/me")
            self_at_desk.tap("退出其他所有设备")
            self_at_desk.press("退出其他所有设备", ".confirm-body")
        visitor.offline(False)
        visitor.page.evaluate("window.dispatchEvent(new Event('online'))")
        until(lambda: visitor.held("pages") == 0)
        assert visitor.held("outbox") == 1
        visitor.offline()
        visitor.go("/assignments/mine")
        visitor.see("已经退出")
        visitor.offline(False)
        visitor.enter(town)
        visitor.go("/outbox")
        visitor.told()
    assert len(visits_with(town, "手机丢了以前写的")) == 1


def told(leader: Visitor) -> bool:
    """The leader looks once more, and sees that something waits."""
    leader.page.reload()
    return leader.page.get_by_text("1 条").first.is_visible()


def test_leaders_see_what_waits_on_a_phone(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The phone tells how much it holds, here a record that the server will not take; the leader's page shows it."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        visitor.begin()
        visitor.tap("不在家")
        visitor.remark("组长看得到")
        visitor.misdate()
        visitor.save()
        visitor.offline(False)
        visitor.go("/outbox")
        visitor.waits("1 条要修改")
        with at_door(browser, live.base) as leader:
            town.enter(leader, "leader", f"/groups/{town.cast.group.id}/phones")
            leader.see("叶秀珍")
            until(lambda: told(leader))
        visitor.press("修改", "[data-entries]", exact=False)
        visitor.ready()
        visitor.page.locator('[name="visited_at"]').fill("2026-06-29T10:00")
        visitor.save()
        visitor.told()
    assert len(visits_with(town, "组长看得到")) == 1


def test_the_worker_sends_when_no_page_is_open(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """The page is closed when the network comes back: the browser wakes the worker, which sends."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        visitor.offline()
        log(visitor, "关了页面才有网络")
        visitor.page.goto("about:blank")
        visitor.offline(False)
        assert visits_with(town, "关了页面") == []
        picture = visitor.context.new_page()
        picture.goto(f"{live.base}/static/img/favicon.svg")
        worker = visitor.context.new_cdp_session(picture)
        known: list[str] = []
        worker.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
        )
        worker.send("ServiceWorker.enable")
        until(lambda: picture.evaluate("1") == 1 and bool(known))  # asking lets the answer in
        told = {"origin": live.base, "registrationId": known[0], "tag": "outbox", "lastChance": False}
        worker.send("ServiceWorker.dispatchSyncEvent", told)
        until(lambda: len(visits_with(town, "关了页面")) == 1)
