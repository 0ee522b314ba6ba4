"""A leader sees who has how much left and reminds two of them, with the keyboard alone; on the phone a member reads the
reminder and is one tap away from the round."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.test_keyboard import press, tab_to, write

pytestmark = pytest.mark.browser


def _remind_two(leader: Person) -> None:
    """From the tasks to the people, narrowed to those with something left; two are ticked and reminded."""
    press(leader, "走访员")
    press(leader, "还有剩的")
    for name in ("叶秀珍", "方光润"):
        tab_to(leader, f"选 {name}")
        leader.page.keyboard.press("Space")
    expect(leader.page.locator("[data-selection-count]")).to_have_text("2")
    press(leader, "提醒所选的人")
    leader.see("提醒 2 人", "h1")
    write(leader, "捎一句话", "晚上去，白天多半不在家。")
    press(leader, "发出提醒")


def test_two_are_reminded_and_each_is_one_tap_from_the_round(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base) as leader:
        town.enter(leader, "leader", "/assignments")
        _remind_two(leader)
        assert leader.taps == 0
        leader.see("已提醒 2 人")
        assert leader.path.startswith("/workload?")
        assert "which=left" in leader.path
        row = leader.page.locator("tr").filter(has_text="叶秀珍")
        expect(row).to_contain_text(re.compile(r"上次催办 .*温永然"))
        expect(row.locator(".workload-do a")).to_have_count(0)
        leader.press("提醒所有还有剩的", exact=False)
        leader.see("不提醒：一天内已经提醒过")
        expect(leader.page.get_by_role("button", name="发出提醒")).to_have_count(0)
    with person(browser, live.base, phone=True) as visitor:
        town.enter(visitor, "visitor", "/notices")
        visitor.see("温永然提醒您：还有")
        visitor.see("晚上去，白天多半不在家。")
        visitor.taps = 0
        visitor.press("走访提醒")
        assert visitor.taps == 1
        assert visitor.path.startswith("/assignments/mine")
        visitor.see("我的走访", "h1")


def test_by_group_and_by_name_on_a_desk_and_a_figure_leads_to_its_households(
    browser: Browser, served: tuple[Live, Seeded]
) -> None:
    live, town = served
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/workload")
        with coordinator.page.expect_navigation(wait_until="load"):
            coordinator.choose("小组", "石涌村组")
        names = coordinator.page.locator(".workload-name a")
        expect(names).to_have_text(["黄润"])
        coordinator.go("/workload")
        coordinator.fill("姓名或拼音首字母", "叶秀")
        coordinator.page.keyboard.press("Enter")
        expect(names).to_have_text(["叶秀珍"])
        figure = coordinator.page.locator("td[data-label=还剩] a")
        count = int(figure.get_attribute("data-count") or 0)
        coordinator.follow(figure)
        coordinator.see("还没走完的", ".chips")
        assert coordinator.page.locator(".task").count() == count


def test_without_script_the_ticks_and_the_filter_work(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True, script=False) as leader:
        town.enter(leader, "other_leader", "/workload?which=left")
        leader.touch(leader.page.locator("input[name=member]").first)
        leader.press("提醒所选的人", exact=False)
        leader.see("一天内已经提醒过")
        leader.press("返回", "main")
        assert leader.path.startswith("/workload")
