"""Signing in, opening a household and logging a visit with the keyboard alone; one always sees where one is."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.signing_in import PASSWORD
from tests.imports.books import book

pytestmark = pytest.mark.browser

MOST_STEPS = 60

WHERE = """() => {
  const one = document.activeElement;
  const face = one.matches(".option-input, .pick-input, .file-input") ? one.parentElement : one;
  const marked = [face, ...face.querySelectorAll("*")].some((part) => ["", "::after", "::before"].some((side) => {
    const style = getComputedStyle(part, side);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow.includes("0px 0px 0px");
  }));
  const words = one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText || one.name || "";
  return [words.trim().replace(/\\s+/g, " "), marked];
}"""


def tab_to(who: Person, words: str) -> None:
    """Press the tab key until the focus is on what begins with these words; each stop on the way is visible."""
    stops = []
    for _ in range(MOST_STEPS):
        who.page.keyboard.press("Tab")
        said, marked = who.page.evaluate(WHERE)
        stops.append(said)
        assert marked or said == "", f"the focus does not show on {said!r} of {who.path}"
        if said.startswith(words):
            return
    raise AssertionError(f"{words!r} is not among {stops}")


def press(who: Person, words: str) -> None:
    """Go to a link or a button and press it."""
    tab_to(who, words)
    with who.page.expect_navigation(wait_until="load"):
        who.page.keyboard.press("Enter")


def write(who: Person, label: str, text: str) -> None:
    tab_to(who, label)
    who.page.keyboard.type(text)


def choose(who: Person, group: str, words: str) -> None:
    """Go to a group of options and, by the arrow keys, to the one with these words."""
    tab_to(who, group)
    who.page.keyboard.press("Space")
    for _ in range(8):
        if who.page.evaluate(WHERE)[0].startswith(words):
            return
        who.page.keyboard.press("ArrowRight")
    raise AssertionError(words)


def test_a_visit_with_the_keyboard_alone(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    phone = town.cast.visitor.phone or ""
    printed = live.flask("account", "card", phone, "--base", live.base)
    with person(browser, live.base) as visitor:
        visitor.go(printed.split()[-1])
        write(visitor, "设一个密码", PASSWORD)
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_url("**/assignments/mine")
        visitor.context.clear_cookies()
        visitor.go("/sign-in")
        visitor.complaints.clear()  # the page before may just have asked who is signed in, and nobody was any more
        write(visitor, "手机号或编号", phone)
        write(visitor, "密码", PASSWORD)
        press(visitor, "登录")
        household = visitor.page.locator(".card-title a").first.inner_text()
        press(visitor, household)
        press(visitor, "记录走访")
        choose(visitor, "已见面", "已见面")
        choose(visitor, "诉求", "意见")
        write(visitor, "群众的话", "路灯晚上不亮。")
        choose(visitor, "需要跟进", "需要跟进")
        tab_to(visitor, "保存")
        visitor.save_visit("路灯晚上不亮。")
        assert visitor.taps == 0


def test_a_column_corrected_with_the_keyboard_alone(
    browser: Browser, served: tuple[Live, Seeded], tmp_path: Path
) -> None:
    """Only the file itself is chosen otherwise: browsers leave that to the system's own window."""
    live, town = served
    rows: list[list[object]] = [
        ["户主", "村", "家庭住址", "联系电话", "老伴手机号码"],
        ["甲三", "长巷村", "九十巷1号", "19900000101", "19900000102"],
    ]
    path = tmp_path / "名册.xlsx"
    path.write_bytes(book(("名册", rows)))
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/imports")
        coordinator.attach("名册文件", path)
        press(coordinator, "上传并核对")
        press(coordinator, "改各列的意思")
        tab_to(coordinator, "“老伴手机号码”当作什么")
        for _step in range(20):
            coordinator.page.keyboard.press("ArrowDown")
            if coordinator.page.evaluate("document.activeElement.value") == "second_phone":
                break
        press(coordinator, "保存并重新读取")
        coordinator.see("下次表头一样的名册也这样读")
        press(coordinator, "改各列的意思")
        tab_to(coordinator, "“老伴手机号码”当作什么")
        assert coordinator.page.evaluate("document.activeElement.value") == "second_phone"
        assert coordinator.taps == 0


def test_the_skip_link(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/overview")
        tab_to(coordinator, "跳到正文")
        coordinator.page.keyboard.press("Enter")
        assert coordinator.page.evaluate("document.activeElement.id") == "main"
