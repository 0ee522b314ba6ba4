"""A handler with a phone: takes an issue on, asks for more time, answers with thumbs alone; the office decides at a desk."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from hengli_visits import clock
from hengli_visits.models import Issue, IssueState, Move
from tests.e2e.door import database
from tests.e2e.inspection import sideways, small_targets
from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.issues.making import make_issue

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAID = "村口的水泵坏了，田里放不了水。"
REPLY = "水泵已经换好，今晚就能放水。"


@pytest.fixture
def issue(served: tuple[Live, Seeded]) -> int:
    """An issue that waits for the unit's signature."""
    town = served[1]
    clock.set_source(None)  # the server's present, not the tests'
    with database(town) as session:
        made = make_issue(session, town.cast, IssueState.DISPATCHED, words=SAID)
        session.commit()
        return made.id


def fits(who: Person) -> bool:
    return sideways(who.page) == small_targets(who.page) == []


def test_a_handler_on_a_phone(browser: Browser, served: tuple[Live, Seeded], issue: int) -> None:
    live, town = served
    with (
        person(browser, live.base, phone=True) as handler,
        person(browser, live.base) as office,
    ):
        town.enter(handler, "handler", f"/issues/{issue}")
        handler.see(SAID)
        assert town.cast.household.name not in handler.words("main")
        handler.press("签收")
        handler.see("办理中")
        handler.press("申请延期")
        handler.press("申请延期", "form")
        handler.see("请写明")
        handler.complaints.clear()
        assert fits(handler)
        handler.page.get_by_label("理由").fill("要等配件。")
        later = handler.page.locator("input[type=date]")
        later.fill(str(handler.page.evaluate("new Date(Date.now() + 14 * 864e5).toISOString().slice(0, 10)")))
        handler.press("申请延期", "form")
        handler.see("申请")
        town.enter(office, "coordinator", f"/issues/{issue}")
        office.press("同意延期")
        office.press("同意延期", "form")
        office.see("延期")
        handler.page.reload()
        handler.press("登记首次联系")
        handler.tap("电话")
        handler.press("登记首次联系", "form")
        handler.press("提交办理结果")
        handler.tap("已解决")
        handler.fill("做了什么", "换了一台水泵。")
        handler.fill("给住户的话", REPLY)
        assert fits(handler)
        handler.press("提交办理结果", "form")
        handler.see("待审核")
        assert fits(handler)
    with database(town) as session:
        assert session.get_one(Issue, issue).extensions == 1
        verbs = session.scalars(select(Move.verb).where(Move.issue_id == issue).order_by(Move.id)).all()
    assert verbs[2:] == ["sign", "ask_extension", "grant_extension", "contact", "answer"]
