"""Revisits through the pages of an issue."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.issues.steps import Verb
from hengli_visits.models import IssueState, Move, Revisit
from tests.cast import Cast
from tests.issues.making import make_issue, tell
from tests.issues.permissions import revisit
from tests.pages import SignIn


def test_a_revisit_from_the_phone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.commit()
    client = sign_in(cast.visitor)
    page = client.page(f"/issues/{issue.id}/revisits")
    assert "渠已经疏通，下雨不会再浸了。" in page.text
    uuid = page.html.split('name="uuid"')[1].split('value="')[1].split('"')[0]
    data: dict[str, Any] = revisit(cast, issue) | {"uuid": uuid, "contentment": "discontent"}
    response = client.post(f"/issues/{issue.id}/revisits", data=data)
    assert response.status_code == 422
    assert "住户不满意的，请写下原因。" in response.get_data(as_text=True)
    untold = {key: value for key, value in data.items() if key not in ("solved", "contentment")}
    text = client.post(f"/issues/{issue.id}/revisits", data=untold).get_data(as_text=True)
    assert "问题解决了吗：请选择问题是否解决。" in text
    assert "住户满意吗：请选择住户是否满意。" in text
    for _ in range(2):
        response = client.post(f"/issues/{issue.id}/revisits", data=data | {"comment": "等了太久。"})
        assert response.status_code == 303
    session.rollback()
    assert len(session.scalars(select(Revisit)).all()) == 1
    page = client.page(f"/issues/{issue.id}")
    assert "等了太久。" in page.text
    assert "回访办结" in page.text


def test_missed_tries_are_counted_before_the_visitor(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    tell(session, cast, issue, reached=False)
    session.commit()
    client = sign_in(cast.visitor)
    assert "已经有 1 次没联系上" in client.page(f"/issues/{issue.id}/revisits").text
    data = {key: revisit(cast, issue)[key] for key in ("uuid", "at", "manner")} | {"reached": "no"}
    client.post(f"/issues/{issue.id}/revisits", data=data)
    session.rollback()
    last = session.scalars(select(Move).order_by(Move.id.desc())).first()
    assert last is not None
    assert last.verb == Verb.REVISIT_MISSED
