"""What is written without a network is still there after the browser was killed."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.door import count_photos, handset, visits_with
from tests.e2e.seed import Seeded
from tests.e2e.server import Program

WORDS = '[name$="-words"]'

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_visit_without_network_survives_the_killed_browser(browser: Browser, program: tuple[Program, Seeded]) -> None:
    """First load; airplane mode; the app opened from cold; a household found by its initials; a visit with two photos;
    the browser killed; opened again and edited; the network back: one visit, two photos, the last words."""
    running, town = program
    before = count_photos(town)
    with handset(browser, running.live.base) as phone:
        visitor = phone.open()
        visitor.enter(town)
        phone.kill()
        running.vanish()

        visitor = phone.open()
        visitor.go("/")
        visitor.page.get_by_label("姓名、拼音首字母或门牌号").fill("zlx")
        with visitor.page.expect_navigation():
            visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".card:visible")).to_have_count(1)
        assert visitor.begin() == "钟林锡"
        visitor.tap("已见面")
        visitor.remark("电梯里写的")
        visitor.photograph("red", "green")
        visitor.save()
        visitor.see("已存在手机里")
        visitor.waits("1 条待上传")
        phone.kill()

        visitor = phone.open()
        visitor.go("/outbox")
        visitor.see("钟林锡")
        visitor.press("修改", "[data-entries]", exact=False)
        visitor.ready()
        expect(visitor.page.locator("[data-shots] img")).to_have_count(2)
        visitor.remark("电梯里写的，出来又改了")
        visitor.save()
        assert visits_with(town, "电梯里写的") == []

        running.return_()
        visitor.enter(town, path="/outbox")
        visitor.told()
        assert visitor.held("photos") == 0
    (visit,) = visits_with(town, "电梯里写的")
    assert visit.remarks == "电梯里写的，出来又改了"
    assert (len(visit.revisions), len(visit.photos)) == (1, 2)
    assert count_photos(town) == before + 2
    assert {(photo.width, photo.height) for photo in visit.photos} == {(1600, 1200)}


def test_draft_survives(browser: Browser, program: tuple[Program, Seeded]) -> None:
    """What was typed is there after the browser was killed, photo and all, and one tap begins anew."""
    running, town = program
    with handset(browser, running.live.base) as phone:
        visitor = phone.open()
        visitor.enter(town)
        running.vanish()
        visitor.begin()
        address = visitor.path
        visitor.tap("已见面")
        visitor.tap("诉求")
        visitor.page.keyboard.type("写到一半的话")
        visitor.photograph("blue")
        visitor.kept()
        phone.kill()
        visitor = phone.open()
        visitor.go(address)
        visitor.see("上次没写完的内容还在")
        expect(visitor.page.locator(WORDS)).to_have_value("写到一半的话")
        expect(visitor.page.locator('[name="outcome"][value="met"]')).to_be_checked()
        expect(visitor.page.locator("[data-shots] img")).to_have_count(1)
        visitor.tap("清空重填")
        expect(visitor.page.locator(WORDS)).to_have_value("")
        expect(visitor.page.locator("[data-shots] img")).to_have_count(0)
        running.return_()
