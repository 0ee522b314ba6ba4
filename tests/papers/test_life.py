"""The life of a paper's file: made aside, come to a halt, failed, died after a day, deleted."""

import os
import time
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.models import PaperKind, PaperState
from hengli_visits.papers import actions, rules, shelf
from hengli_visits.papers.views import working
from hengli_visits.papers.views.blueprint import uploads
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import SignIn
from tests.papers.making import ask, entries, order
from tests.visits.making import content, put


def test_long_ones_are_made_aside(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = list[UUID]()
    monkeypatch.setattr(rules, "MANY", 1)
    monkeypatch.setattr(working, "start", started.append)
    for assignment in (cast.assignment, cast.second_assignment):
        put(session, cast.visitor, assignment, content())
    session.commit()
    client = sign_in(cast.coordinator)
    address = ask(client, "visits", cast)
    (paper_id,) = started
    aside.note_progress(working.place(), paper_id, 1)
    page = client.page(address)
    assert "正在生成" in page.text
    assert "已写 1 / 2 行" in page.text
    assert client.get(f"{address}/progress").json == {
        "state": "working",
        "done": 1,
        "total": 2,
        "said": "已写 1 / 2 行",
    }
    assert client.get(f"{address}/file").status_code == 409
    working.work(session, paper_id)
    told = client.get(f"{address}/progress").json or {}
    assert told["state"] == "ready"
    assert "报表" in client.page("/overview").text


def test_the_program_makes_one_by_its_command(session: Session, cast: Cast, app: Flask) -> None:
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.VISITS, make=False)
    with aside.working(working.place(), paper.id) as free:
        assert free
        working.work(session, paper.id)
        session.refresh(paper)
        assert paper.done_at is None, "somebody else is at it"
    working.work(session, paper.id)
    session.refresh(paper)
    assert paper.state is PaperState.READY
    assert shelf.path_of(uploads(), paper.id).stat().st_mode & 0o777 == 0o600
    before = paper.done_at
    working.work(session, paper.id)
    session.refresh(paper)
    assert paper.done_at == before
    assert "papers" in app.cli.commands


def test_what_came_to_a_halt_is_begun_anew(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = list[UUID]()
    monkeypatch.setattr(working, "start", started.append)
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.VISITS, make=False)
    client = sign_in(cast.coordinator)
    assert "停住了" in client.page(f"/papers/{paper.id}").text
    assert "停住了" in client.page("/papers").text
    assert client.post(f"/papers/{paper.id}/resume").status_code == 303
    assert started == [paper.id]
    aside.note_progress(working.place(), paper.id, 0)
    assert client.post(f"/papers/{paper.id}/resume").status_code == 303
    assert started == [paper.id], "it is under way"


def test_what_fails_says_why(session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(actions, "write", full)
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)
    assert paper.state is PaperState.FAILED
    assert "请缩小范围" in sign_in(cast.coordinator).page(f"/papers/{paper.id}").text


def test_files_die_after_a_day(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.DAILY)
    standing_clock.time += timedelta(hours=23, minutes=59)
    client = sign_in(cast.coordinator)
    with client.get(f"/papers/{paper.id}/file") as answer:
        assert answer.status_code == 200
    standing_clock.time += timedelta(minutes=1)
    assert client.get(f"/papers/{paper.id}/file").status_code == 409
    assert "已经删除" in client.page(f"/papers/{paper.id}").text
    path = shelf.path_of(uploads(), paper.id)
    assert path.is_file()
    yesterday = time.time() - 86_401
    os.utime(path, (yesterday, yesterday))
    client.page("/papers")
    assert not path.exists(), "whoever looks at the list clears the folder"


def test_removing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.DAILY)
    id_, path = paper.id, shelf.path_of(uploads(), paper.id)
    client = sign_in(cast.coordinator)
    assert client.post(f"/papers/{id_}/removal").status_code == 303
    assert not path.exists()
    assert client.post(f"/papers/{id_}/removal").status_code == 404
    assert len(entries(session, "paper.remove")) == 1
