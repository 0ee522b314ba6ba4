"""A plan in a real browser: asked for, looked at, changed, applied, undone; with a thumb, and with the keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.test_keyboard import press, tab_to
from tests.e2e.walk import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_with_a_thumb(browser: Browser, own_town: tuple[Live, Seeded]) -> None:
    live, town = own_town
    with person(browser, live.base, phone=True) as leader:
        town.enter(leader, "leader", "/assignments")
        leader.press("自动分派")
        leader.tap("一人一户")
        leader.tap("更多要求")
        leader.fill("满几岁不分", "7")
        leader.press("算一个方案")
        leader.see("请填18到120的整数。")
        leader.complaints.clear()
        assert leader.page.get_by_label("满几岁不分").input_value() == "7"
        leader.fill("满几岁不分", "70")
        leader.press("算一个方案")
        leader.see("还没有分派下去")
        leader.see("人在请假，没有分给他们：")
        plan = leader.page.url
        leader.follow(leader.page.locator(".plan-part").first)
        hands = leader.page.locator(".plan-shares > li")
        giver = hands.filter(has=leader.page.locator(".pick")).first
        name = giver.locator(".share-names").inner_text()
        leader.touch(giver.locator("summary"))
        household = giver.locator(".pick-title").first.inner_text()
        leader.touch(giver.locator(".pick").first)
        leader.see("已选 1 户")
        choice = leader.page.get_by_label("移给")
        other = choice.locator("option").filter(has_not_text=name).nth(1)
        choice.select_option(value=other.get_attribute("value"))
        leader.press("移动")
        leader.see("已移动 1 户")
        expect(leader.page.locator(".pick").filter(has_text="手工移动")).to_contain_text(household.split("\n")[0])
        assert not list(look(leader, thorough=True))
        leader.go(plan.removeprefix(live.base))
        leader.press("就这样分派")
        leader.see("已分派")
        leader.press("看走访任务")
        leader.press("未分派", ".chips", exact=False)
        leader.see("没有符合条件的走访户")
        leader.go(plan.removeprefix(live.base))
        leader.tap("整批撤销")
        leader.press("整批撤销", ".confirm-body")
        leader.see("已撤销")


def test_with_the_keyboard_alone(browser: Browser, own_town: tuple[Live, Seeded]) -> None:
    live, town = own_town
    with person(browser, live.base) as leader:
        town.enter(leader, "leader", "/assignments/share-out")
        press(leader, "算一个方案")
        leader.see("还没有分派下去")
        press(leader, "长巷村")
        leader.see("条形是每个人的户数")
        leader.page.go_back()
        press(leader, "就这样分派")
        leader.see("已分派")
        tab_to(leader, "整批撤销")
        leader.page.keyboard.press("Enter")
        press(leader, "整批撤销")
        leader.see("已撤销")
