"""What somebody typed is never lost: not when somebody else was faster, not when they signed in again meanwhile."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits.errors import Conflict, Missing
from hengli_visits.issues import actions as issue_actions, queries as issue_queries
from hengli_visits.issues.steps import Verb
from hengli_visits.members import actions as member_actions
from hengli_visits.models import Device, Issue, IssueState, Member, Visit
from hengli_visits.orm import Base
from tests.cast import Cast
from tests.issues.making import make_issue, step
from tests.pages import SignIn
from tests.permissions import Row
from tests.test_permissions import ROWS

WORDS = "渠口的淤泥昨天已经清走，铁栅也换了新的。"
OTHERS = (Device.__tablename__,)
"""Tables that a refused request may write: that the device was here."""


def keeping(app: Flask) -> list[Row]:
    """The rows of the endpoints that promise to keep what was typed."""
    views = app.view_functions
    return [row for row in ROWS if row.method == "POST" and getattr(views[row.endpoint], "keeps_input", False)]


def value_of(name: str, html: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]+)"', html)
    assert found is not None, name
    return found[1]


def token_in(html: str) -> str:
    return value_of("csrf_token", html)


def row_counts(session: Session) -> dict[str, int]:
    session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OTHERS]
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.fixture
def with_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms want their token, as they do in use."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


ANSWER: dict[str, Any] = {
    "contacted_at": "2026-06-29T09:30", "contact_manner": "phone", "result": "solved", "done": WORDS, "reply": "渠通了。",
}  # fmt: skip


def test_who_was_too_late_gets_the_form_back_with_everything(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.handler)
    step(session, cast, issue, "coordinator", Verb.WITHDRAW)
    session.commit()
    response = client.post(f"/issues/{issue.id}/moves/answer", data=ANSWER)
    assert response.status_code == 409
    assert WORDS in response.text
    assert "统建文刚刚做了“撤回”" in response.text
    assert session.scalar(select(Issue.done).where(Issue.id == issue.id)) == ""


def test_who_may_not_see_it_any_more_gets_the_bare_sentence(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()

    def gone(*_args: Any) -> Issue:
        raise Missing

    def overtaken(*_args: Any) -> Issue:
        monkeypatch.setattr(issue_queries, "get_issue", gone)
        raise Conflict("这个问题已经交给别的单位。")

    monkeypatch.setattr(issue_actions, "move", overtaken)
    response = sign_in(cast.handler).post(f"/issues/{issue.id}/moves/answer", data=ANSWER)
    assert response.status_code == 409
    assert "这个问题已经交给别的单位。" in response.text


@pytest.mark.usefixtures("with_tokens")
def test_who_signed_in_again_meanwhile_submits_once_more(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.handler)
    address = f"/issues/{issue.id}/moves/answer"
    old = token_in(client.get(address).text)
    with client.session_transaction() as cookie:
        cookie.pop("csrf_token")
    response = client.post(address, data=ANSWER | {"csrf_token": old})
    assert response.status_code == 422
    assert WORDS in response.text
    assert "填写的内容都在" in response.text
    response = client.post(address, data=ANSWER | {"csrf_token": token_in(response.text)})
    assert response.status_code == 303


@pytest.mark.usefixtures("with_tokens")
def test_who_is_signed_out_signs_in_elsewhere_and_reloads(session: Session, cast: Cast, sign_in: SignIn) -> None:
    address = f"/assignments/{cast.assignment.id}/visits"
    client = sign_in(cast.visitor)
    page = client.page(f"{address}/new")
    data = {"uuid": value_of("uuid", page.html), "outcome": "met", "visited_at": "2026-06-29T09:00", "remarks": WORDS}
    data["csrf_token"] = token_in(page.html)
    with client.session_transaction() as cookie:
        device = cookie.pop("device")
        cookie.clear()
    response = client.post(address, data=data)
    assert response.status_code == 401
    assert "请在新标签页登录" in response.text
    with client.session_transaction() as cookie:
        cookie["device"] = device
    response = client.post(address, data=data)
    assert response.status_code == 422
    assert WORDS in response.text
    assert session.scalar(select(func.count(Visit.id))) == 0
    response = client.post(address, data=data | {"csrf_token": token_in(response.text)})
    assert response.status_code == 303
    session.rollback()
    assert session.scalars(select(Visit.remarks)).all() == [WORDS]


@pytest.mark.usefixtures("with_tokens")
def test_what_keeps_its_input_writes_nothing_without_a_token(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    rows = keeping(app)
    assert {"visits.create", "visits.edit", "issues.move", "issues.revisit", "members.new"} <= {
        r.endpoint for r in rows
    }
    made = [row.prepare(session, cast) for row in rows]
    session.commit()
    before = row_counts(session)
    for row, thing in zip(rows, made, strict=True):
        client = sign_in(getattr(cast, min(row.allowed)))
        data = row.data(cast, thing) if row.data else {}
        response = client.post(row.address(cast, thing), data=data)
        assert response.status_code == 422, f"{row.endpoint}: {response.status_code}"
        assert "填写的内容都在" in response.text, row.endpoint
    assert row_counts(session) == before


def test_two_who_save_the_same_at_once(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(*_args: Any, **_fields: Any) -> Member:
        raise IntegrityError("INSERT", {}, ValueError("unique"))

    monkeypatch.setattr(member_actions, "save_member", collide)
    response = sign_in(cast.coordinator).post("/members/new", data={"name": "欧阳娜", "remarks": WORDS, "active": "y"})
    assert response.status_code == 409
    assert WORDS in response.text
    assert "请核对后再提交一次" in response.text
