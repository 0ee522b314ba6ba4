"""A leader takes the own list away, a coordinator a register: the page, the file that the browser keeps, and once more."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.walk import look
from tests.exports.files import cells, lines

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def take(somebody: Person, folder: Path) -> Path:
    """Press the button and keep what comes."""
    with somebody.page.expect_download() as download:
        somebody.tap("导出", "main form")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_lists_are_taken_away(browser: Browser, served: tuple[Live, Seeded], tmp_path: Path) -> None:
    live, town = served
    with person(browser, live.base, phone=True) as leader:
        town.enter(leader, "leader", "/assignments")
        leader.press("导出")
        found = list(look(leader, thorough=True))
        first = take(leader, tmp_path)
        assert first.name.startswith("走访任务")
        assert town.cast.household.code in str(cells(first.read_bytes()))
        leader.tap("文本表格（.csv）", exact=False)
        second = take(leader, tmp_path)
        assert second.suffix == ".csv"
        assert len(lines(second.read_bytes())) == len(cells(first.read_bytes()))
        leader.see("导出走访任务")
        assert not found, "\n".join(found)
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/members")
        coordinator.press("导出")
        coordinator.tap("带完整电话", exact=False)
        coordinator.press("导出", "main form")
        coordinator.see("要带完整电话，请选择用途。")
        coordinator.complaints[:] = [one for one in coordinator.complaints if "422" not in one]
        coordinator.tap("留底存档")
        phones = str(cells(take(coordinator, tmp_path).read_bytes()))
        assert str(town.cast.visitor.phone) in phones
