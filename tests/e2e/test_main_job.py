"""The main job, on an empty database and the sample rosters, all through the pages: rosters in, households shared out,
a visit at the door, an issue from there to its answer, and the overview that shows it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser

from tests.e2e import field, office
from tests.e2e.person import Person, person
from tests.e2e.server import Live
from tests.e2e.signing_in import open_card


@contextmanager
def everybody(browser: Browser, base: str) -> Iterator[tuple[Person, Person, Person, Person]]:
    """Coordinator and handler at desks, leader and visitor with phones."""
    with ExitStack() as stack:
        coordinator, handler = (stack.enter_context(person(browser, base)) for _ in range(2))
        leader, visitor = (stack.enter_context(person(browser, base, phone=True)) for _ in range(2))
        yield coordinator, leader, visitor, handler


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_main_job(live: Live, browser: Browser) -> None:
    with everybody(browser, live.base) as (coordinator, leader, visitor, handler):
        office.make_first_administrator(live, coordinator)
        office.become_coordinator(coordinator)
        for roster in (office.HOUSEHOLDS, office.MEMBERS, office.ENTERPRISES):
            office.import_roster(coordinator, roster)
        office.count(coordinator, "党员册", "1,724 人")
        office.count(coordinator, "户籍册", "1,815")
        office.found_campaign(coordinator, "情系群众周", "情系群众周活动")
        office.import_roster(coordinator, office.GROUPS, "情系群众周")
        coordinator.see("共 20 个组、91 个小组")
        office.found_campaign(coordinator, "双千", "千名党员走访千户家庭")
        office.choose_families(coordinator)
        office.group_by_village(coordinator)
        name = office.name_leader(coordinator)
        office.start(coordinator)
        open_card(leader, field.make_card(coordinator, name))
        field.share_out(leader)
        open_card(visitor, field.make_card(leader, field.pick_visitor(leader, name)))
        field.log_visit(visitor)
        open_card(handler, office.appoint_handler(coordinator))
        field.dispatch(coordinator)
        field.work_on(handler)
        field.approve(coordinator)
        field.revisit(visitor)
        office.read_overview(coordinator)
