"""A leader takes in what a member exported: the file chosen on a phone, the preview, what became of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hengli_visits.models import Outcome
from tests.e2e.person import person
from tests.e2e.seed import LONG_NAME, Seeded
from tests.e2e.server import Live
from tests.e2e.walk import look
from tests.offline.making import outbox, photo, visit_record
from tests.visits.making import content, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_file_is_taken_in(browser: Browser, served: tuple[Live, Seeded], tmp_path: Path) -> None:
    live, town = served
    cast, file = town.cast, tmp_path / "待上传.json"
    good = visit_record(cast.assignment, content(Outcome.AWAY), title=LONG_NAME, photos=[photo(jpeg()), 5])
    foreign = visit_record(cast.other_assignment, title="黎桂兰 · 三巷 3号")
    file.write_bytes(outbox(cast.visitor, good, foreign, 7, member={"id": cast.visitor.id, "name": "叶秀真"}))
    with person(browser, live.base, phone=True) as leader:
        town.enter(leader, "leader", f"/groups/{cast.team.id}")
        leader.press("走访员的手机")
        leader.press("收下导出的记录")
        leader.attach("导出的文件", file)
        leader.press("看看里面有什么")
        found = list(look(leader, thorough=True))
        leader.press("收下这 2 条")
        leader.see("收下 1 条 · 2 条没有收下")
        found += look(leader, thorough=True)
        leader.press(LONG_NAME)
        leader.see("走访人")
        assert not found, "\n".join(found)
