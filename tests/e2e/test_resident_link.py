"""A visitor passes a link on; the resident answers on a phone without script and without signing in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.inspection import sideways, small_targets
from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SMALLEST_TYPE = 18
SIZES = """(all) => all.filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
.map((one) => parseFloat(getComputedStyle(one).fontSize))"""


def smallest_type(page: Page) -> float:
    """The smallest letters of a page, in pixels."""
    return float(min(page.eval_on_selector_all("main *", SIZES)))


def test_from_the_revisit_to_thanks(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True, permissions=["clipboard-read", "clipboard-write"]) as visitor:
        town.enter(visitor, "visitor", "/issues?tab=revisit")
        visitor.follow(visitor.page.locator("main table a").first)
        visitor.press("回访住户")
        visitor.press("发链接请住户自己评")
        visitor.press("做一个链接")
        visitor.tap("复制这段话")
        expect(visitor.page.get_by_text("复制好了")).to_be_visible()
        message = visitor.page.evaluate("navigator.clipboard.readText()")
        assert visitor.taps == 5, "the issue, 回访, the link's page, 做一个链接, 复制"
    address = message.rsplit("：", 1)[1]
    with person(browser, live.base, phone=True) as looking:
        looking.page.goto(address)
        assert smallest_type(looking.page) >= SMALLEST_TYPE
        assert sideways(looking.page) == small_targets(looking.page) == []
    with person(browser, live.base, phone=True, script=False) as resident:
        page = resident.page
        page.goto(address)
        assert resident.context.cookies() == []
        for answer in ("解决了一部分", "基本满意"):
            page.get_by_label(answer).check()
        page.get_by_role("button", name="交上去").click()
        expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    with person(browser, live.base, phone=True, script=False) as again:
        again.page.goto(address)
        expect(again.page.get_by_text("您的评价已收到")).to_be_visible()
        again.complaints.clear()
