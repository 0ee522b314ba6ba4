"""A coordinator triages twenty issues by the keyboard in under two minutes, at the pace of a person; keys do nothing while
somebody types and can be switched off; the same on a phone by touch, and without scripts."""

import csv
import time
from functools import cache
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.campaigns.catalogue import SUBJECTS
from hengli_visits.demo.sayings import sayings
from hengli_visits.extensions import db
from hengli_visits.models import Category, Issue, IssueState, Organisation
from tests import bench
from tests.cast import Cast
from tests.e2e.inspection import sideways, small_targets, violations
from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.factories import make_unit
from tests.issues.making import open_one

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ISSUES, SECONDS, MOST_KEYS = 20, 120, 3
READING = (0.8, 2.0)
"""Seconds in which somebody reads a saying and looks at what is proposed."""
STRIKE = (0.12, 0.3)
"""Seconds between two keys."""


@cache
def _labelled() -> dict[str, str]:
    """What is said, with the category that it belongs to: half out of the town's own sample, by whose words the
    categories are known, half in words of which nothing is known."""
    town = [one for one in sayings() if one.category not in ("表扬感谢", "村务公开") and not one.needs_street]
    with (Path(bench.__file__).parent / "sayings.csv").open(encoding="utf-8", newline="") as file:
        others = [row for row in csv.DictReader(file) if row["类别"] not in ("表扬感谢", "村务公开")]
    found = {one.said("长巷村", ""): one.category for one in town[:: len(town) // (ISSUES // 2)][: ISSUES // 2]}
    return found | {row["内容"]: row["类别"] for row in others[:: len(others) // (ISSUES // 2)][: ISSUES // 2]}


@pytest.fixture
def busy(served: tuple[Live, Seeded]) -> tuple[Live, Seeded]:
    """A town where twenty residents have just said something, each something else; nobody noted a category."""
    live, town = served
    with town.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        _empty_queue(session)
        _categories(session, town.cast)
        for number, words in enumerate(_labelled()):
            assignment = town.cast.second_assignment if number % 2 else town.cast.assignment
            open_one(session, town.cast, assignment, words=words, category_id=None)
        session.commit()
    return live, town


def _empty_queue(session: Session) -> None:
    for issue in session.scalars(select(Issue).where(Issue.state == IssueState.TRIAGE)):
        issue.state, issue.step_due_at = IssueState.WITHDRAWN, None


def _categories(session: Session, cast: Cast) -> None:
    """The usual categories with their words and units."""
    units = {unit.name: unit for unit in session.scalars(select(Organisation))}
    own = {one.name: one for one in session.scalars(select(Category).where(Category.campaign_id == cast.campaign.id))}
    for position, subject in enumerate(SUBJECTS):
        category = own.get(subject.name) or Category(campaign_id=cast.campaign.id, name=subject.name)
        category.words, category.position, category.by_area = list(subject.words), position, subject.unit is None
        if subject.unit is not None:
            unit = units.setdefault(subject.unit, units.get(subject.unit) or make_unit(session, subject.unit))
            category.unit_id = unit.id
        session.add(category)
    session.flush()


class Hands:
    """Somebody's hands on a keyboard; counts the keys, and the seconds that a person would have taken between them. They
    are not waited for: nothing happens meanwhile."""

    def __init__(self, who: Person) -> None:
        self.who, self.keys, self._chance = who, 0, Random(20)
        self.paused = 0.0

    def read(self) -> None:
        """Take the time to read."""
        self.paused += self._chance.uniform(*READING)

    def strike(self, key: str) -> None:
        """Press one key."""
        self.keys += 1
        self.paused += self._chance.uniform(*STRIKE)
        self.who.page.keyboard.press(key)


def _triage_one(hands: Hands) -> int:
    """Dispatch the issue at hand, its category put right by its digit when it is not; gives the keys that it took."""
    before, page = hands.keys, hands.who.page
    hands.read()
    wanted = _labelled()[page.locator(".desk-said blockquote").inner_text().strip("“”\n ")]
    chosen = page.locator("input[name=category_id]:checked").locator("xpath=..").locator(".option-text").inner_text()
    if chosen != wanted:
        box = page.locator("label.option", has=page.locator(f".option-text:text-is('{wanted}')")).locator("input")
        hands.strike(box.get_attribute("data-digit") or "")
    with page.expect_navigation(wait_until="load"):
        hands.strike("Enter")
    return hands.keys - before


def test_twenty_issues_by_the_keyboard(browser: Browser, busy: tuple[Live, Seeded]) -> None:
    live, town = busy
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/issues/triage")
        coordinator.see(f"{ISSUES} 个问题待受理")
        hands, begun = Hands(coordinator), time.monotonic()
        keys = [_triage_one(hands) for _ in range(ISSUES)]
        took = time.monotonic() - begun + hands.paused
        coordinator.see("都受理完了")
        print(f"\n{ISSUES} issues in {took:.0f} s, {sum(keys)} keys, at most {max(keys)} for one")
        assert coordinator.taps == 0
        assert max(keys) <= MOST_KEYS
        assert took < SECONDS
    with town.app.app_context(), Session(db.engine) as session:
        sent = select(Issue.words, Category.name).join(Category).where(Issue.words.in_(_labelled()))
        told = session.execute(sent.where(Issue.state == IssueState.DISPATCHED)).all()
        assert dict(told) == _labelled()


def test_keys_wait_while_somebody_types(browser: Browser, busy: tuple[Live, Seeded]) -> None:
    live, town = busy
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/issues/triage")
        page = coordinator.page
        here = coordinator.path
        first = page.locator("input[name=category_id]:checked").get_attribute("value")
        coordinator.tap("交办意见")
        note = page.get_by_label("交办意见")
        note.click()
        page.keyboard.type("jkmsx?2 请 3 日内去看")
        page.keyboard.press("Enter")
        page.keyboard.type("谢谢")
        assert note.input_value() == "jkmsx?2 请 3 日内去看\n谢谢"
        assert coordinator.path == here
        assert page.locator("input[name=category_id]:checked").get_attribute("value") == first
        page.keyboard.press("Escape")
        page.keyboard.press("2")
        second = page.locator("[data-digit='2']")
        expect(second).to_be_checked()
        page.keyboard.press("?")
        expect(page.locator("[data-desk-help]")).to_have_attribute("open", "")
        coordinator.see("正在写字时，单个的键只会打字。")
        coordinator.tap("使用单键快捷键")
        page.keyboard.press("j")
        page.wait_for_timeout(200)
        assert coordinator.path == here
        page.reload()
        page.keyboard.press("1")
        page.keyboard.press("2")
        assert not page.locator("[data-digit='2']").is_checked()
        page.keyboard.press("?")
        coordinator.tap("键盘快捷键")
        coordinator.tap("使用单键快捷键")
        page.locator("h1").click()
        for key, words in (("j", "第 2"), ("ArrowRight", "第 3"), ("k", "第 2"), ("ArrowLeft", "第 1")):
            with page.expect_navigation(wait_until="load"):
                page.keyboard.press(key)
            coordinator.see(words)
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("s")
        coordinator.see("当场办结", "h1")


def test_another_category_changes_unit_co_units_and_limit(browser: Browser, busy: tuple[Live, Seeded]) -> None:
    live, town = busy
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", f"/campaigns/{town.cast.campaign.id}/catalogue/new")
        coordinator.choose("类别", "噪音与污染")
        coordinator.choose("区域", "长巷村")
        coordinator.choose("主办单位", "生态环境分局")
        coordinator.tap("协办单位")
        coordinator.tap("长巷村民委员会")
        coordinator.fill("办理天数", "8")
        coordinator.press("保存", "main")
        coordinator.go("/issues/triage")
        page = coordinator.page
        for digit in "123456789":
            page.keyboard.press(digit)
            box = page.locator(f"[data-digit='{digit}']")
            if "噪音与污染" in box.locator("xpath=..").inner_text():
                break
        else:
            coordinator.tap("其他类别")
            coordinator.tap("噪音与污染")
        coordinator.see("派单目录：噪音与污染 × 长巷村")
        expect(page.get_by_label("办理期限（工作日）")).to_have_value("8")
        expect(page.get_by_label("主办单位").locator("option:checked")).to_have_text("生态环境分局")
        helping = page.locator("input[name=co_unit_ids]:checked").evaluate_all("all => all.map(one => one.value)")
        assert helping == [str(town.cast.committee.id)]
        page.get_by_label("办理期限（工作日）").fill("3")
        page.locator("h1").click()
        page.keyboard.press("1" if digit != "1" else "2")
        expect(page.get_by_label("办理期限（工作日）")).to_have_value("3")


@pytest.mark.parametrize("script", [True, False], ids=["touch", "no script"])
def test_on_a_phone_by_touch(browser: Browser, busy: tuple[Live, Seeded], script: bool) -> None:
    live, town = busy
    with person(browser, live.base, phone=True, script=script) as coordinator:
        town.enter(coordinator, "coordinator", "/issues")
        coordinator.press("受理台")
        if script:
            assert violations(coordinator.page) == []
        assert sideways(coordinator.page) == []
        assert small_targets(coordinator.page) == []
        coordinator.press("下一个")
        coordinator.see(f"第 2 / {ISSUES} 个")
        coordinator.press("交办", "main")
        coordinator.see(f"{ISSUES - 1} 个问题待受理")


def test_many_at_once(browser: Browser, busy: tuple[Live, Seeded]) -> None:
    live, town = busy
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/issues?tab=triage")
        coordinator.tap("全选本页")
        coordinator.press("一起办…")
        assert violations(coordinator.page) == []
        coordinator.see("一起办：交办", "h1")
        ticked = coordinator.page.locator("input[data-pick]:checked").count()
        assert ticked > ISSUES / 2
        coordinator.press("交办", "main")
        coordinator.see(f"{ticked} 个已办，0 个没有办成")
        assert violations(coordinator.page) == []
        coordinator.press("回到列表")
        assert coordinator.path == "/issues?tab=triage&page=1"
