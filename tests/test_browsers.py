"""The tests' own Chromium draws Chinese."""

import pytest
from playwright.sync_api import Browser

from tests.browsers import has_chinese_font


@pytest.mark.browser
def test_the_browser_shows_chinese_characters(browser: Browser) -> None:
    page = browser.new_page(locale="zh-CN")
    page.set_content("<h1>横沥走访</h1><p id=box>&#x10FFFD;</p>")
    assert page.inner_text("h1") == "横沥走访"
    assert page.evaluate("navigator.language") == "zh-CN"
    assert has_chinese_font()
    page.close()
