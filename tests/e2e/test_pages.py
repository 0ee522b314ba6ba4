"""Every page that anybody can reach, on phones and desks: nothing sideways, nothing too small to tap, nothing for axe or
the browser's console."""

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.inspection import violations
from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.walk import NO_PAGES, Walker, look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROLES = ("coordinator", "leader", "team_leader", "visitor", "handler", "area_lead", "administrator", "stranger")
BEHIND_BUTTONS = {
    "accounts.card",
    "accounts.sign_in",
    "assignments.look_at_swap",
    "assignments.plan",
    "assignments.plan_part",
    "issues.resident",
    "issues.together",
    "issues.told_together",
    "offline.away",
    "papers.show",
}
DARK = ("/overview", "/issues", "/assignments", "/assignments/{assignment}", "/campaigns/{campaign}", "/imports")


@pytest.fixture(scope="module")
def walker(browser: Browser, served: tuple[Live, Seeded]) -> Walker:
    """Somebody to walk as each role."""
    return Walker(browser, *served)


@pytest.mark.parametrize("who", ROLES)
def test_everything_one_can_reach(walker: Walker, who: str) -> None:
    walk = walker.walk(who)
    assert not walk.problems, "\n".join(walk.problems)
    assert walk.pages > 3


def test_every_page_can_be_reached(walker: Walker) -> None:
    reached = set[str]().union(*(walker.walk(who).reached for who in ROLES))
    pages = {rule.endpoint for rule in walker.town.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGES - BEHIND_BUTTONS - reached == set()


def test_pages_behind_buttons(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Pages that answer to a button: cards, phone numbers, a share-out; and those for who is not signed in."""
    live, town = served
    group, assignment = town.cast.group.id, town.cast.assignment.id
    with person(browser, live.base, phone=True) as leader:
        found = list[str]()

        def note(where: str) -> None:
            found.extend(f"{where}: {problem}" for problem in look(leader, thorough=True))

        town.enter(leader, "leader", f"/groups/{group}")
        leader.press("打印登录卡")
        note("cards")
        leader.go(f"/assignments/{assignment}")
        leader.press("打电话")
        note("phone")
        leader.go(f"/assignments/board?group={town.cast.team.id}")
        leader.tap("两方对调")
        leader.page.get_by_label("一方", exact=True).select_option(index=1)
        leader.page.get_by_label("另一方").select_option(index=2)
        note("board")
        leader.press("看看会怎样对调")
        note("swap")
        leader.go("/assignments")
        leader.press("自动分派")
        note("wishes")
        leader.press("算一个方案")
        note("plan")
        leader.follow(leader.page.locator(".plan-part").first)
        note("part of a plan")
        leader.press("返回")
        leader.press("就这样分派")
        note("applied plan")
        leader.go("/assignments/sheets")
        leader.page.locator("input[name=pair]").first.check()
        leader.press("生成走访单")
        note("sheet")
        leader.go(f"/members/{town.cast.visitor.id}")
        leader.press("开登录卡")
        note("card")
        link = leader.page.get_by_label("把这个链接只发给本人").input_value()
        due = leader.page.request.get(f"{live.base}/issues?tab=revisit").text()
        issue = re.findall(r'href="(/issues/\d+)"', due)[0]
        leader.go(f"{issue}/links")
        leader.press("做一个链接")
        note("link for a resident")
        resident = leader.page.get_by_label("发给住户的话").input_value().rsplit("：", 1)[1]
        leader.go(issue)
        leader.press("打印", "[action$='/papers/assignment']")
        note("paper")
        leader.context.clear_cookies()
        leader.go(resident)
        note("resident")
        leader.page.get_by_label("没有解决").check()
        leader.page.get_by_label("基本满意").check()
        leader.press("交上去")
        note("thanks")
        for address in (link, resident, "/sign-in", "/nowhere", "/away", "/away?why=step", "/away?why=out"):
            leader.go(address)
            note(address)
        leader.complaints[:] = [one for one in leader.complaints if "404" not in one and "410" not in one]
        assert not found, "\n".join(found)


@pytest.mark.parametrize("who", ["coordinator", "visitor"])
def test_dark(browser: Browser, served: tuple[Live, Seeded], who: str) -> None:
    live, town = served
    cast = town.cast
    visitor = ("/assignments/mine", f"/assignments/{cast.assignment.id}/visits/new", "/me")
    desk = [path.format(assignment=cast.assignment.id, campaign=cast.campaign.id) for path in DARK]
    with person(browser, live.base, color_scheme="dark") as somebody:
        town.enter(somebody, who)
        for path in visitor if who == "visitor" else desk:
            somebody.go(path)
            assert violations(somebody.page) == [], path
