"""Sharing out by hand on the board of a group: with a mouse, with a thumb, with the keyboard alone, without script."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.test_keyboard import tab_to
from tests.e2e.walk import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TALL = {"width": 1280, "height": 2400}
"""All of the board at once: a page that scrolls between pressing and moving makes the browser drag something else."""
NOBODY, PAIR, SINGLE = "未分派", "叶秀珍、方光润", "苏慧"


def open_board(somebody: Person, town: Seeded, who: str = "leader") -> None:
    town.enter(somebody, who, f"/assignments/board?group={town.cast.team.id}")


def column(somebody: Person, title: str) -> Locator:
    return somebody.page.locator(f"[data-title='{title}']")


def card(somebody: Person, title: str, position: int = 0) -> tuple[Locator, str]:
    """A card in a column, and whose it is."""
    found = column(somebody, title).locator("[data-item]").nth(position)
    number = found.get_attribute("data-item")
    return somebody.page.locator(f"[data-item='{number}']"), found.locator("[data-name]").inner_text()


def lies_in(somebody: Person, title: str, one: Locator) -> None:
    """The card is in that column once the server has said so."""
    expect(somebody.page.locator("[data-board-zone]")).not_to_have_attribute("aria-busy", "true")
    expect(column(somebody, title).locator(one)).to_be_visible()


def test_with_a_mouse(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, viewport=TALL) as leader:
        town.enter(leader, "leader", "/assignments")
        leader.press("分派板")
        leader.choose("小组", "\u3000长巷村第1小组")
        leader.page.wait_for_url(f"**/board?group={town.cast.team.id}")
        one, name = card(leader, NOBODY)
        one.drag_to(column(leader, SINGLE).locator(".board-head"))
        lies_in(leader, SINGLE, one)
        leader.see("已分派 1 户。", ".flashes")
        leader.page.reload()
        lies_in(leader, SINGLE, one)
        leader.press("撤销上一步")
        leader.see("已撤销，1 户恢复原样。")
        lies_in(leader, NOBODY, one)
        other, _name = card(leader, NOBODY, 2)
        one.locator("input").check()
        other.locator("input").click(modifiers=["Shift"])
        leader.see("已选 3 户")
        one.drag_to(column(leader, PAIR).locator(".board-head"))
        lies_in(leader, PAIR, one)
        lies_in(leader, PAIR, other)
        leader.see("已分派 3 户。", ".flashes")
        one.drag_to(column(leader, NOBODY).locator(".board-head"))
        lies_in(leader, NOBODY, one)
        leader.go(f"/assignments?q={name}")
        leader.see(NOBODY, ".task-who")


def test_who_was_slower_sees_what_the_other_did(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, viewport=TALL) as slow, person(browser, live.base, viewport=TALL) as quick:
        open_board(slow, town)
        open_board(quick, town, "team_leader")
        one, name = card(slow, NOBODY)
        card(quick, NOBODY)[0].drag_to(column(quick, PAIR).locator(".board-head"))
        quick.see("已分派 1 户。", ".flashes")
        one.drag_to(column(slow, SINGLE).locator(".board-head"))
        slow.see(f"{name} 等 1 户刚被别人调整过", ".flashes")
        lies_in(slow, PAIR, one)


def test_without_a_network_nothing_moves(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base) as leader:
        open_board(leader, town)
        one, _name = card(leader, NOBODY)
        leader.context.set_offline(True)
        one.drag_to(column(leader, SINGLE).locator(".board-head"))
        leader.see("没有保存成功，请再试一次。", ".flashes")
        lies_in(leader, NOBODY, one)
        leader.context.set_offline(False)
        leader.complaints.clear()


def test_with_a_thumb(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as leader:
        open_board(leader, town)
        (one, _), (other, _) = card(leader, NOBODY), card(leader, NOBODY, 1)
        leader.touch(one)
        leader.touch(other)
        leader.see("已选 2 户")
        found = list(look(leader, thorough=True))
        leader.touch(column(leader, SINGLE).get_by_role("button"))
        lies_in(leader, SINGLE, one)
        lies_in(leader, SINGLE, other)
        leader.touch(one)
        leader.page.get_by_label("交给谁").select_option(label="收回，先不分派")
        leader.tap("交给", ".board-bar")
        lies_in(leader, NOBODY, one)
        leader.see("已收回 1 户", ".board-bar")
        leader.touch(one)
        leader.page.get_by_label("交给谁").select_option(label="另选几个人…")
        leader.press("交给", ".board-bar")
        leader.see("分派 1 户")
        assert not found, "\n".join(found)


def test_with_the_keyboard_alone(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base) as leader:
        open_board(leader, town)
        said = leader.page.locator("[data-board-said]")
        one, name = card(leader, NOBODY)
        other, next_name = card(leader, NOBODY, 1)
        tab_to(leader, name)
        leader.page.keyboard.press("Enter")
        expect(said).to_contain_text(f"拿起了 {name}")
        leader.page.keyboard.press("ArrowRight")
        leader.page.keyboard.press("Escape")
        expect(said).to_have_text("已取消，没有改动。")
        lies_in(leader, NOBODY, one)
        leader.page.keyboard.press("Space")
        tab_to(leader, next_name)
        leader.page.keyboard.press("Space")
        leader.page.keyboard.press("Enter")
        expect(said).to_contain_text("拿起了 2 户")
        for _ in range(60):
            if said.inner_text().startswith(SINGLE):
                break
            leader.page.keyboard.press("ArrowDown")
        leader.page.keyboard.press("Space")
        lies_in(leader, SINGLE, one)
        lies_in(leader, SINGLE, other)
        assert leader.page.evaluate("document.activeElement.closest('[data-item]') !== null")
        assert leader.taps == 0


def test_without_script(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, script=False) as leader:
        open_board(leader, town)
        column_of = leader.page.locator("#hand-free").locator("xpath=ancestor::section")
        name = column_of.locator("[data-name]").first.inner_text()
        column_of.locator("input").first.check()
        leader.page.get_by_label("交给谁").select_option(value=str(town.cast.team_leader.id))
        leader.press("交给", ".board-bar")
        leader.see("已分派 1 户。")
        lies_in(leader, SINGLE, leader.page.locator("[data-item]", has_text=name))
        leader.press("撤销上一步")
        leader.see("已撤销，1 户恢复原样。")


def test_two_sides_change_places(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as leader:
        open_board(leader, town)
        pair, single = (column(leader, title).locator("[data-item]") for title in (PAIR, SINGLE))
        counts = pair.count(), single.count()
        assert counts[0] != counts[1]
        leader.tap("两方对调")
        for label, title in (("一方", PAIR), ("另一方", SINGLE)):
            select = leader.page.get_by_label(label, exact=True)
            select.select_option(value=column(leader, title).get_attribute("data-hand"))
        leader.press("看看会怎样对调")
        leader.see(f"{counts[0]} 户交给{SINGLE}")
        leader.press("对调", ".save-bar")
        leader.see(f"已对调 {sum(counts)} 户。")
        assert (single.count(), pair.count()) == counts


def test_a_range_in_the_list(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as leader:
        town.enter(leader, "leader", "/assignments?only=unassigned")
        rows = leader.page.locator(".pick")
        leader.touch(rows.nth(1))
        leader.tap("选到…")
        leader.see("请点最后一户，中间的一起选上")
        leader.touch(rows.nth(4))
        leader.see("已选 4 户")
        leader.press("分派…", ".selection-bar")
        leader.see("分派 4 户")
    with person(browser, live.base) as desk:
        town.enter(desk, "leader", "/assignments")
        desk.fill("从几号", "1")
        desk.fill("到几号", "100000")
        desk.press("按门牌号找")
        assert "from=1&to=100000" in desk.path
        boxes = desk.page.locator("input[data-pick]")
        boxes.nth(0).check()
        boxes.nth(3).click(modifiers=["Shift"])
        desk.see("已选 4 户")
