"""谁看过: who opened an issue, saw the phone number, printed it or took it away."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hengli_visits.extensions import db
from hengli_visits.issues import readers
from hengli_visits.issues.actions import reading
from hengli_visits.issues.steps import Verb
from hengli_visits.models import AuditEntry, IssueState
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import make_issue, step
from tests.pages import SignIn


def entries(session: Session, action: str = "issue.view") -> list[tuple[int | None, str, dict[str, object]]]:
    """Who did this to which issue, and what is told of it."""
    session.rollback()
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [(row.actor_id, row.object_id, row.data) for row in rows]


def test_a_look_is_noted_once_in_half_an_hour(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    for person in (cast.coordinator, cast.handler):
        client = sign_in(person)
        for _ in range(3):
            client.page(f"/issues/{issue.id}")
    told = [
        (cast.coordinator.id, str(issue.id), {"part": "coordinator", "resident": True}),
        (cast.handler.id, str(issue.id), {"part": "handler", "resident": False}),
    ]
    assert entries(session) == told
    standing_clock.time += timedelta(minutes=29)
    client = sign_in(cast.coordinator)
    client.page(f"/issues/{issue.id}/moves/release_identity")
    assert len(entries(session)) == 2
    standing_clock.time += timedelta(minutes=1)
    client.page(f"/issues/{issue.id}/moves/release_identity")
    assert len(entries(session)) == 3
    assert sign_in(cast.stranger).get(f"/issues/{issue.id}").status_code == 404
    assert len(entries(session)) == 3


def test_it_costs_one_query_and_one_insert(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.coordinator)
    with counted_queries() as first:
        client.page(f"/issues/{issue.id}")
    with counted_queries() as again:
        client.page(f"/issues/{issue.id}")
    assert len(first) == len(again) + 1
    looks = [query for query in again if "audit_entries" in query and "UNION" not in query]
    assert len(looks) == 1
    assert next(query for query in first if query not in again).startswith("INSERT INTO audit_entries")


def test_a_busy_database_does_not_keep_the_page(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(reading, "MOST_WAIT", 50)
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.coordinator)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("UPDATE issues SET title = title"))
            held.set()
            done.wait(20)

    writer = threading.Thread(target=hold)
    writer.start()
    held.wait(20)
    try:
        client.page(f"/issues/{issue.id}")
    finally:
        done.set()
        writer.join()
    waits = db.engine.dialect.name == "sqlite"
    assert len(entries(session)) == (0 if waits else 1)
    assert (f"issue={issue.id} member={cast.coordinator.id}" in caplog.text) is waits
    client.page(f"/issues/{issue.id}")
    assert len(entries(session)) == 1


def test_everything_stands_on_the_page(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    sign_in(cast.handler).page(f"/issues/{issue.id}")
    visitor = sign_in(cast.visitor)
    visitor.page(f"/issues/{issue.id}")
    visitor.post(f"/issues/{issue.id}/phone")
    sign_in(cast.handler).post(f"/issues/{issue.id}/papers/assignment")
    sign_in(cast.leader).post(f"/issues/{issue.id}/papers/assignment", data={"form": "docx"})
    sign_in(cast.area_lead).post("/exports/issues?tab=all", data={"format": "csv"}).close()
    step(session, cast, issue, "coordinator", Verb.RELEASE_IDENTITY)
    session.commit()
    sign_in(cast.area_lead).page(f"/issues/{issue.id}")
    for person in (cast.coordinator, cast.area_lead):
        page = sign_in(person).page(f"/issues/{issue.id}/readers")
        for line in ("打开看过", "打开看过，看到住户是谁", "看了电话", "打印 · 交办单", "打印 · 交办单（Word）", "随列表导出",
                     "告知单位联系方式", "主办单位承办人", "走访员", "组长", "挂点领导", "何工", "叶秀珍", "温永然"):  # fmt: skip
            assert line in page.text, line
    assert [data for *_who, data in entries(session, "issue.print")] == [
        {"part": "handler", "paper": "assignment", "form": "page"},
        {"part": "leader", "paper": "assignment", "form": "docx"},
    ]
    assert [(who, what) for who, what, _ in entries(session, "issue.export")] == [(cast.area_lead.id, str(issue.id))]
    assert len(entries(session, "household.reveal_phone")) == len(entries(session, "issue.reveal_phone")) == 1


def test_it_is_paged_and_costs_the_same(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    address, client = f"/issues/{issue.id}/readers", sign_in(cast.coordinator)
    assert "还没有人看过" in client.page(address).text
    client.page(f"/issues/{issue.id}")
    with counted_queries() as one:
        client.page(address)
    for _ in range(readers.PAGE_SIZE):
        standing_clock.time += readers.REST
        session.add(
            AuditEntry(at=standing_clock.time, actor_id=cast.leader.id, action="issue.view", object_kind="issue",
                       object_id=str(issue.id), data={"part": "leader"})
        )  # fmt: skip
    session.commit()
    client = sign_in(cast.coordinator)
    with counted_queries() as many:
        page = client.page(address)
    assert len(one) == len(many)
    assert page.text.count("打开看过") == readers.PAGE_SIZE
    assert "统建文" in client.page(f"{address}?page=2").text


def test_an_export_notes_each_issue_in_few_statements(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for _ in range(3):
        make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.coordinator)
    with counted_queries() as queries:
        client.post("/exports/issues?tab=all", data={"format": "csv"}).close()
    assert sum(query.startswith("INSERT INTO audit_entries") for query in queries) == 2
    assert len(entries(session, "issue.export")) == 3
