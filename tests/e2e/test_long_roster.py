"""A roster too long to wait for: read and imported aside, left and come back to, taken up again after a halt."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select, update

from hengli_visits import aside
from hengli_visits.imports import uploads
from hengli_visits.models import BatchState, Household, ImportBatch
from tests.bench.rosters import write
from tests.e2e.door import database
from tests.e2e.person import person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live
from tests.e2e.walk import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ROWS = 8_000


def test_a_long_roster_is_read_and_imported_aside(
    browser: Browser, served: tuple[Live, Seeded], tmp_path: Path
) -> None:
    live, town = served
    file = tmp_path / "走访户名册.xlsx"
    write(file, ROWS, [town.cast.village.name, town.cast.other_village.name])
    with person(browser, live.base) as coordinator:
        town.enter(coordinator, "coordinator", "/imports")
        coordinator.attach("名册文件", file)
        coordinator.press("上传并核对")
        coordinator.see("正在读取文件")
        expect(coordinator.page.locator("progress")).to_be_visible()
        address = coordinator.path
        coordinator.go("/overview")
        coordinator.go(address)
        coordinator.see("8,000 行资料")
        coordinator.press("导入 8,000 户")
        coordinator.see("原来就一样 0")
    with database(town) as session:
        assert session.scalar(select(func.count(Household.id)).where(Household.code.like("B-%"))) == ROWS


def test_work_that_came_to_a_halt_is_taken_up_again(
    browser: Browser, served: tuple[Live, Seeded], tmp_path: Path
) -> None:
    """The process was killed: the page says so after a while, and one tap begins anew."""
    live, town = served
    file = tmp_path / "走访户名册.xlsx"
    write(file, 40, [town.cast.village.name])
    with person(browser, live.base, phone=True) as coordinator:
        town.enter(coordinator, "coordinator", "/imports")
        coordinator.attach("名册文件", file)
        coordinator.press("上传并核对")
        batch_id = coordinator.path.rpartition("/")[2].partition("?")[0]
        with database(town) as session:
            batch = session.scalars(select(ImportBatch).order_by(ImportBatch.created_at.desc())).first()
            assert batch is not None
            assert str(batch.id) == batch_id
            session.execute(update(ImportBatch).where(ImportBatch.id == batch.id).values(state=BatchState.READING))
            session.commit()
        aside.note_progress(uploads.place(live.instance / "uploads"), batch.id, 0)
        coordinator.page.reload()
        coordinator.see("正在读取文件")
        found = list(look(coordinator, thorough=False))
        told = live.instance / "uploads" / uploads.FOLDER / f"{batch.id.hex}.done"
        long_ago = time.time() - 10 * aside.STARTING
        os.utime(told, (long_ago, long_ago))
        coordinator.see("做到一半停住了")
        found += look(coordinator, thorough=True)
        coordinator.press("再做一遍")
        coordinator.see("40 行资料")
        assert not found, "\n".join(found)
