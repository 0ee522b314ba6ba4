"""A visit at the door: how many taps it takes, and that it works where no script runs."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live

pytestmark = pytest.mark.browser

SAID = "排水渠给杂物堵了，一下大雨水就浸到屋里来。"


def open_household(visitor: Person, town: Seeded) -> None:
    """Open the first household of the round that waits; taps count from here."""
    town.enter(visitor, "visitor", "/assignments/mine")
    visitor.follow(visitor.page.locator(".card-title a").first)
    visitor.taps = 0


def test_a_visit_takes_five_taps(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as visitor:
        open_household(visitor, town)
        visitor.press("记录走访")
        visitor.tap("已见面")
        visitor.tap("诉求")
        expect(visitor.page.get_by_label("群众的话")).to_be_focused()
        visitor.page.keyboard.type(SAID)
        visitor.tap("需要跟进")
        visitor.save_visit(SAID, "待受理")
        assert visitor.taps <= 5


def test_not_at_home_takes_three_taps(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as visitor:
        open_household(visitor, town)
        visitor.press("记录走访")
        visitor.tap("不在家")
        visitor.save_visit("不在家")
        assert visitor.taps <= 3


def test_a_visit_without_script(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Two things said: the second card comes from the server, and what was typed in the first is still there."""
    live, town = served
    with person(browser, live.base, phone=True, script=False) as visitor:
        open_household(visitor, town)
        visitor.press("记录走访")
        visitor.tap("已见面")
        visitor.tap("诉求")
        visitor.fill("群众的话", SAID)
        visitor.tap("需要跟进")
        visitor.press("再加一条")
        second = "[data-said]:nth-child(2)"
        expect(visitor.page.get_by_label("群众的话").first).to_have_value(SAID)
        visitor.tap("咨询", second)
        visitor.fill("群众的话", "医保卡怎么激活？", second)
        visitor.tap("当场答复", second)
        visitor.fill("怎样答复的", "教了她。", second)
        visitor.press("保存")
        for words in ("已保存", SAID, "待受理", "医保卡怎么激活？", "教了她。"):
            visitor.see(words)


def test_bad_input_keeps_what_was_typed(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """A sentence beside the field, a summary on top that has the focus, and everything still there."""
    live, town = served
    with person(browser, live.base, phone=True) as visitor:
        open_household(visitor, town)
        visitor.press("记录走访")
        visitor.tap("已见面")
        visitor.tap("诉求")
        visitor.tap("需要跟进")
        visitor.tap("保存")
        expect(visitor.page).to_have_title(re.compile("^有误"))
        expect(visitor.page.locator(".error-summary")).to_be_focused()
        expect(visitor.page.get_by_role("radio", name="诉求")).to_be_checked()
        expect(visitor.page.get_by_label("群众的话")).to_have_attribute("aria-invalid", "true")
