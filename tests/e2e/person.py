"""Somebody at a screen: finds things by what they say, taps, types, reads. Every tap is counted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PRESSED = "a, button:not([aria-hidden]), summary, label"
WAIT = 60_000
"""Milliseconds that somebody waits for a page to do what it should: machines may be slow."""
expect.set_options(timeout=WAIT / 2)


class Person:
    """One browser in one person's hands. `taps` counts every touch or click; typing is not counted. `complaints` are
    what the browser had to say: errors of scripts, refusals by the content security policy, answers 500."""

    def __init__(self, context: BrowserContext, base: str, phone: bool) -> None:
        self.context, self.base, self.phone = context, base, phone
        self.taps = 0
        self.complaints: list[str] = []
        context.set_default_timeout(WAIT)
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.path}: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.path}: {message.text}")

    @property
    def path(self) -> str:
        """Where they are: the address without the server's name."""
        return self.page.url.removeprefix(self.base)

    def go(self, path: str) -> None:
        """Open an address of this server, or a whole one."""
        self.page.goto(path if "://" in path else self.base + path)

    def find(self, text: str, within: str = "body", *, exact: bool = True) -> Locator:
        """What can be pressed and says `text`: all of it, or with `exact=False` so that it begins with it."""
        end = r"\s*$" if exact else ""
        pattern = re.compile(rf"^\s*{re.escape(text)}{end}")
        return self.page.locator(within).locator(PRESSED).filter(has_text=pattern).filter(visible=True).first

    def touch(self, what: Locator) -> None:
        """One tap with a finger, or one click with a mouse."""
        self.taps += 1
        if self.phone:
            what.tap()
        else:
            what.click()

    def tap(self, text: str, within: str = "body", *, exact: bool = True) -> None:
        """Press what stays on this page: an option, something folded."""
        self.touch(self.find(text, within, exact=exact))

    def press(self, text: str, within: str = "body", *, exact: bool = True) -> None:
        """Press what leads to a page, and wait for it."""
        self.follow(self.find(text, within, exact=exact))

    def turn_to(self, text: str) -> None:
        """Go to a page by the main navigation; on a phone by way of 更多 where it is not in the bottom bar."""
        ways = self.page.locator(".nav .nav-link").filter(has=self.page.get_by_text(text, exact=True))
        if not ways.locator("visible=true").count():
            self.tap("更多", ".nav")
        self.follow(ways.locator("visible=true").first)

    def follow(self, what: Locator) -> None:
        """Press something that leads to a page, and wait for it."""
        with self.page.expect_navigation(wait_until="load"):
            self.touch(what)

    def fill(self, label: str, text: str, within: str = "body") -> None:
        """Type into the field with this label."""
        self.page.locator(within).get_by_label(label).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Take an option of a select by its words."""
        self.page.get_by_label(label).first.select_option(label=option)

    def attach(self, label: str, file: Path) -> None:
        """Choose a file."""
        self.page.get_by_label(label).first.set_input_files(file)

    def see(self, text: str, within: str = "body") -> None:
        """The words are on the page, for anybody to see."""
        expect(self.page.locator(within).get_by_text(text).filter(visible=True).first).to_be_visible()

    def save_visit(self, *words: str) -> None:
        """Save the visit form, by the button that has the focus or else a tap, and see what was written: on the visit's
        page, or, when a busy server takes longer than a phone waits, on the household's."""
        household = self.path.split("/visits/")[0]
        if self.page.evaluate("document.activeElement.type") == "submit":
            self.page.keyboard.press("Enter")
        else:
            self.tap("保存")
        self.page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$|/assignments/mine"))
        if not self._await_upload(household):
            self.see("已保存")
        for text in words:
            self.see(text, "main")

    def save_revisit(self, *words: str) -> None:
        """Save the form for a revisit, and see what the issue's page says then, on a busy server too."""
        issue = self.path.removesuffix("/revisits")
        self.press("保存回访")
        self._await_upload(issue)
        for text in words:
            self.see(text)

    def _await_upload(self, page: str) -> bool:
        """When the phone kept what was saved, for a busy server took longer than a phone waits: see it sent, go there."""
        if self.path != "/assignments/mine":
            return False
        self.see("已存在手机里")
        expect(self.page.locator("[data-waiting]")).to_be_hidden(timeout=WAIT)
        self.go(page)
        return True

    def words(self, selector: str) -> str:
        """What one part of the page says, on one line."""
        return " ".join(self.page.locator(selector).first.inner_text().split())


@contextmanager
def person(browser: Browser, base: str, *, phone: bool = False, script: bool = True, **more: Any) -> Iterator[Person]:
    """A person with a browser of their own: a desk, or a phone that is touched. Fails at the end when the browser had
    anything to complain of."""
    given = (PHONE if phone else DESK) | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | more
    context = browser.new_context(base_url=base, java_script_enabled=script, **given)
    somebody = Person(context, base, phone)
    try:
        yield somebody
        assert not somebody.complaints, somebody.complaints
    finally:
        context.close()
