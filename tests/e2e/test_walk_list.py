"""The walk list: from door to door in one tap, with and without a network; on paper and back by keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hengli_visits.assignments import keycodes
from hengli_visits.assignments.story import KEYED_IN
from hengli_visits.models import Outcome, Visit
from tests.e2e.door import Visitor, at_door, count_visits, database, until
from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.factories import make_assignment, make_household

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NEXT = "下一户："
KEYS_OF_A_LINE = 8
"""Five signs of the code, Tab, one key for the outcome, Enter."""


def _round(somebody: Person) -> list[int]:
    """The households of the list that is open, in their order."""
    return [
        int(one)
        for one in somebody.page.locator("[data-rank='0']").evaluate_all(
            "(all) => all.map((one) => one.dataset.assignment)"
        )
    ]


def _here(somebody: Person) -> int:
    match = re.fullmatch(r"/assignments/(\d+)", somebody.path)
    assert match, somebody.path
    return int(match[1])


def _go_on(somebody: Person) -> int:
    somebody.press(NEXT, exact=False)
    return _here(somebody)


def test_from_door_to_door(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """One tap leads from the list to a door, one more to the next: in the order of the list."""
    live, town = served
    with person(browser, live.base, phone=True) as visitor:
        town.enter(visitor, "visitor", "/assignments/mine?state=all")
        waiting = _round(visitor)
        visitor.taps = 0
        first = _go_on(visitor)
        second = _go_on(visitor)
        assert visitor.taps == 2
        assert waiting[waiting.index(first) + 1] == second


def _record(visitor: Visitor, remark: str) -> None:
    visitor.press("记录走访")
    visitor.ready()
    visitor.tap("已见面")
    visitor.remark(remark)
    visitor.save()


def test_without_a_network_what_waits_is_passed_over(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Three visits wait on the phone, and each time the way leads on to a household that has none; once they are sent,
    the server leads to the same."""
    live, town = served
    with at_door(browser, live.base) as visitor:
        visitor.enter(town)
        before = count_visits(town)
        visitor.offline()
        been: list[int] = []
        for number in range(3):
            visitor.see(NEXT)
            here = _go_on(visitor)
            assert here not in been
            been.append(here)
            _record(visitor, f"离线第{number}户")
            visitor.waits(f"{number + 1} 条待上传")
        visitor.see(NEXT)
        onward = _go_on(visitor)
        assert onward not in been
        visitor.go(f"/assignments/{been[0]}")
        assert _go_on(visitor) == onward, "the two in between wait on this phone"
        visitor.offline(False)
        visitor.go("/assignments/mine")
        visitor.told()
        until(lambda: count_visits(town) == before + 3)
        visitor.go(f"/assignments/{been[0]}")
        visitor.see(NEXT)
        assert _go_on(visitor) == onward


def test_after_a_visit_one_tap_leads_on(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, phone=True, script=False) as visitor:
        town.enter(visitor, "visitor", "/assignments/mine")
        here = _go_on(visitor)
        visitor.press("记录走访")
        visitor.tap("已见面")
        visitor.press("保存", ".save-bar")
        visitor.taps = 0
        assert _go_on(visitor) != here
        assert visitor.taps == 1


def _print(leader: Person, town: Seeded) -> list[str]:
    """Make the sheet of the pair, print it, and read the codes off it."""
    pair = "-".join(str(one) for one in sorted((town.cast.visitor.id, town.cast.partner.id)))
    leader.go("/assignments/sheets")
    leader.page.locator(f"input[name=pair][value='{pair}']").check()
    leader.press("生成走访单")
    pages = leader.page.locator(".sheet").count()
    pdf = leader.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == pages
    assert re.search(rb"/MediaBox \[0 0 84\d\.\d+ 59\d\.\d+\]", pdf), "A4 on its side"
    return [code for code in leader.page.locator("td.sheet-code").all_inner_texts() if code]


def _new_street(town: Seeded) -> list[str]:
    """Five households more for the pair, on a street of their own; their key codes."""
    cast = town.cast
    with database(town) as session:
        made = [
            make_assignment(
                session,
                cast.campaign,
                make_household(session, cast.village, f"莫{door}妹", street="十巷", door=f"{door}号", door_number=door),
                cast.team,
                (cast.visitor, cast.partner),
            )
            for door in range(1, 6)
        ]
        session.commit()
        return [keycodes.write(one.id) for one in made]


def test_printed_sheets_fit_their_pages(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Each page of a sheet is a page of paper, whatever names are on it; text is 10.5 pt or larger."""
    live, town = served
    with person(browser, live.base) as leader:
        town.enter(leader, "leader")
        assert len(_print(leader, town)) > 5
        leader.page.set_viewport_size({"width": 1047, "height": 725})
        leader.page.emulate_media(media="print")
        tall = "(all) => Math.max(...all.map((one) => one.getBoundingClientRect().height))"
        assert leader.page.locator(".sheet").evaluate_all(tall) < 725
        sizes = "(all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize)))"
        assert leader.page.locator(".sheet th, .sheet td, .sheet p").evaluate_all(sizes) >= 14
        leader.page.emulate_media(media="screen")


class Clerk:
    """Somebody at a desk with a sheet beside the keyboard. Counts the keys."""

    def __init__(self, person: Person) -> None:
        self.person, self.keys = person, 0

    def type(self, text: str) -> None:
        """Type signs one by one."""
        for sign in text:
            self.person.page.keyboard.press(sign)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        """Press keys that are no signs."""
        for key in keys:
            self.person.page.keyboard.press(key)
        self.keys += len(keys)

    def save(self, *words: str) -> None:
        """Enter, and the next line is open with the cursor in its first field."""
        with self.person.page.expect_navigation(wait_until="load"):
            self.press("Enter")
        for text in words:
            self.person.see(text)


def test_a_sheet_is_entered_by_keyboard_alone(browser: Browser, served: tuple[Live, Seeded]) -> None:
    """Five lines: three with an outcome alone in eight keys each, one with words to follow up, one mistyped and mended."""
    live, town = served
    with person(browser, live.base) as leader:
        town.enter(leader, "leader")
        codes = _new_street(town)
        assert set(codes) <= set(_print(leader, town))
        leader.go(f"/campaigns/{town.cast.campaign.id}/key-in")
        clerk, code = Clerk(leader), leader.page.locator("input[name=code]")
        for number, outcome in enumerate("126"):
            expect(code).to_be_focused()
            clerk.keys = 0
            clerk.type(codes[number].lower())
            clerk.press("Tab")
            clerk.type(outcome)
            clerk.save("已录")
            assert clerk.keys == KEYS_OF_A_LINE
        clerk.type(codes[3])
        expect(leader.page.locator("[data-keying-who]")).to_contain_text("待访")
        clerk.press("Tab")
        clerk.type("1")
        clerk.press("Tab", "Tab")
        leader.page.keyboard.insert_text("路灯坏了三盏")
        clerk.press("Tab")
        clerk.type("1")
        clerk.press("Tab", "Space")
        clerk.save("已录", "路灯坏了三盏 · 需跟进")
        wrong = codes[4][:-1] + ("2" if codes[4][-1] != "2" else "3")
        clerk.type(wrong)
        expect(leader.page.locator("[data-keying-who]")).to_contain_text("识别码不对")
        clerk.press("Tab")
        clerk.type("1")
        clerk.save("识别码不对，可能抄错或打错了一个字")
        expect(code).to_be_focused()
        clerk.type(codes[4])
        clerk.save("已录")
        expect(leader.page.get_by_role("link", name="改正")).to_have_count(5)
        leader.complaints[:] = [one for one in leader.complaints if "422" not in one]
    with database(town) as session:
        entered = session.scalars(select(Visit).where(Visit.author_id == town.cast.leader.id).order_by(Visit.id)).all()
        assert [one.outcome for one in entered] == [Outcome.MET, Outcome.AWAY, Outcome.EMPTY, Outcome.MET, Outcome.MET]
        assert all(one.answers == {KEYED_IN: True} for one in entered)
