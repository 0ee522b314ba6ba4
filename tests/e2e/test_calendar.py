"""An administrator enters next year's holidays from a file and takes them back; one without script changes a day."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.calendar.permissions import FILE
from tests.e2e.inspection import violations
from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.walk import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_file_is_looked_at_taken_in_and_back(browser: Browser, served: tuple[Live, Seeded], tmp_path: Path) -> None:
    live, town = served
    file = tmp_path / "节假日.ics"
    file.write_text(FILE)
    with person(browser, live.base, phone=True) as admin:
        town.enter(admin, "administrator", "/calendar?year=2027")
        admin.press("导入 .ics")
        admin.page.locator("input[type=file]").set_input_files(file)
        admin.press("看看会改什么")
        admin.see("没有采用的")
        found = list(look(admin, thorough=True))
        admin.press("导入这 2 天")
        admin.see("2027年由镇里录入。")
        admin.go("/calendar/file")
        found += look(admin, thorough=True)
        admin.tap("撤销这次导入")
        admin.press("撤销这次导入", "form.form-button")
        admin.see("2 天恢复原样")
        assert not found, "\n".join(found)
        assert not admin.complaints


def test_a_day_is_changed_without_script(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, script=False) as admin:
        town.enter(admin, "administrator", "/calendar?year=2026")
        admin.page.locator("a.calendar-day[href$='2026-10-10']").click()
        admin.page.get_by_label("休息").check(force=True)
        admin.fill("名称", "镇运动会")
        admin.press("保存")
        admin.see("镇里自己定的")
        admin.see("镇运动会")
        assert admin.page.locator("a.calendar-own[href$='2026-10-10']").count() == 1


def test_the_calendar_in_the_dark(browser: Browser, served: tuple[Live, Seeded]) -> None:
    live, town = served
    with person(browser, live.base, color_scheme="dark") as admin:
        town.enter(admin, "administrator")
        for path in ("/calendar", "/calendar/days/2026-10-01", "/jobs"):
            admin.go(path)
            assert violations(admin.page) == [], path
