"""A member notes their own leave on a phone; the leader hands their households over, and gives them back: by touch, and
with the keyboard alone."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.test_keyboard import press, tab_to

pytestmark = pytest.mark.browser


def test_leave_from_a_phone_to_handing_back(browser: Browser, own_town: tuple[Live, Seeded]) -> None:
    live, town = own_town
    cast = town.cast
    with person(browser, live.base, phone=True) as visitor, person(browser, live.base, phone=True) as leader:
        town.enter(visitor, "visitor", "/me")
        visitor.press("请假和销假")
        visitor.tap("生病")
        visitor.fill("说明", "感冒发烧")
        visitor.press("记下请假")
        visitor.see("已记下请假，组长会收到消息")
        town.enter(leader, "team_leader", "/notices")
        leader.see("叶秀珍请假")
        leader.follow(leader.page.locator(".notice a").filter(has_text="请假").first)
        leader.see("感冒发烧")
        leader.press("交接", "main", exact=False)
        leader.see("交接叶秀珍的户")
        first = leader.page.locator(".hand-rows select").first
        assert first.locator("option:checked").inner_text() == "方光润继续走访"
        first.select_option(label="先不动")
        leader.press("交接这", exact=False)
        leader.see("已交接")
        visitor.go("/assignments/mine?state=all")
        visitor.see("1 户")
        visitor.go(f"/members/{cast.visitor.id}/leave")
        visitor.press("我回来了，销假")
        visitor.see("已销假")
        leader.go("/absences")
        leader.press("叶秀珍", "main")
        leader.press("看要交还的户")
        boxes = leader.page.locator(".pick-input")
        count = boxes.count()
        leader.touch(leader.page.locator(".picks .pick").first)
        leader.press("交还勾选的户")
        leader.see(f"已交还 {count - 1} 户给叶秀珍")


def test_handing_over_with_the_keyboard_alone(browser: Browser, own_town: tuple[Live, Seeded]) -> None:
    live, town = own_town
    with person(browser, live.base) as leader:
        town.enter(leader, "team_leader", f"/members/{town.cast.visitor.id}/leave")
        press(leader, "记下请假")
        leader.see("没走访的户请接着交接")
        tab_to(leader, "钟1妹")
        leader.page.keyboard.press("ArrowDown")
        press(leader, "交接这")
        leader.see("已交接")
        press(leader, "回来了，销假")
        press(leader, "交还勾选的户")
        leader.see("给叶秀珍")
        assert leader.taps == 0
