"""Revisits in an exported file: they stay the member's, move the issue when it waits for them, and never twice."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.models import AuditEntry, Issue, IssueState, Revisit, Role, Solved
from hengli_visits.offline.outbox import read_outbox
from hengli_visits.offline.queries.files import preview
from hengli_visits.offline.rules import Standing
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant
from tests.issues.making import tell
from tests.issues.telling import AWAY, due, rows, said, send, state_of, verbs
from tests.offline.making import outbox, revisit_record, visit_record
from tests.offline.taking import bring, take
from tests.pages import SignIn

KEPT = "已收下，留在问题的经过里，没有改变状态"
INSIDE = ("issue", "sender", "content", "sent_at")


def test_the_revisit_is_the_members_and_moves_the_issue(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    record = revisit_record(issue, said(), uuid, title="回访 钟林锡")
    data, client = outbox(cast.visitor, record), sign_in(cast.leader)
    text = client.page(bring(client, cast.team, data)).text
    for words in ("回访 钟林锡", "新的", "收下这 1 条"):
        assert words in text, words
    assert state_of(session, issue) is IssueState.REVISIT_DUE
    assert "收下 1 条" in take(client, cast.team, data).text
    assert state_of(session, issue) is IssueState.CLOSED
    revisit = session.scalars(select(Revisit)).one()
    assert (revisit.uuid, revisit.revisitor_id, revisit.solved) == (uuid, cast.visitor.id, Solved.YES)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "outbox.take")).one()
    told = {"sha256": read_outbox(data).sha256, "member_id": cast.visitor.id, "fate": "taken"}
    assert (entry.actor_id, entry.object_kind, entry.object_id, entry.data) == (
        cast.leader.id,
        "revisit",
        str(uuid),
        told,
    )


def test_twice_changes_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    data = outbox(cast.visitor, revisit_record(due(session, cast), AWAY))
    client = sign_in(cast.leader)
    take(client, cast.team, data)
    assert "已经有了" in client.page(bring(client, cast.team, data)).text
    assert "1 条以前已收到" in take(client, cast.team, data).text
    assert rows(session) == [(False, False, None)]


def test_somebody_was_faster(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    tell(session, cast, issue, "partner")
    session.commit()
    data = outbox(cast.visitor, revisit_record(issue, said(solved="no")))
    client = sign_in(cast.leader)
    for _ in range(2):
        page = take(client, cast.team, data)
        assert KEPT in page.text
        assert "收下 1 条" in page.text
    assert rows(session) == [(False, True, Solved.YES), (True, True, Solved.NO)]
    assert state_of(session, issue) is IssueState.CLOSED


def test_another_wording_is_kept_beside_the_first(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    assert send(sign_in(cast.visitor), issue, AWAY, uuid)[0] == 201
    data = outbox(cast.visitor, revisit_record(issue, said(), uuid))
    client = sign_in(cast.leader)
    assert "与服务器上的不同" in client.page(bring(client, cast.team, data)).text
    assert KEPT in take(client, cast.team, data).text
    assert "已经有了" in client.page(bring(client, cast.team, data)).text
    assert rows(session) == [(False, False, None), (True, True, Solved.YES)]
    assert state_of(session, issue) is IssueState.REVISIT_DUE
    assert verbs(session, issue)[-1] == "revisit_late"


def test_whose_the_issue_never_was(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, theirs, uuid = due(session, cast), due(session, cast), uuid4()
    send(sign_in(cast.partner), theirs, AWAY, uuid)
    records = [revisit_record(issue, said()), revisit_record(theirs, AWAY, uuid)]
    client = sign_in(cast.coordinator)
    page = take(client, cast.other_group, outbox(cast.other_visitor, *records))
    assert page.text.count("这个问题不归这位走访员回访，或者这条回访不是他写的。") == 2
    page = take(client, cast.team, outbox(cast.visitor, *records, revisit_record(Issue(id=10**6), said())))
    assert "收下 1 条 · 2 条没有收下" in page.text


def test_a_handler_is_barred_by_file_too(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Neither the member who handles the issue nor a leader who does gets a revisit of it in through a file."""
    issue = due(session, cast)
    data = outbox(cast.visitor, revisit_record(issue, said()))
    grant(session, cast.visitor, Role.HANDLER, organisation_id=cast.unit.id)
    grant(session, cast.team_leader, Role.HANDLER, organisation_id=cast.unit.id)
    session.commit()
    assert "不归这位走访员回访" in take(sign_in(cast.leader), cast.team, data).text
    other = outbox(cast.partner, revisit_record(issue, said()))
    assert "它的回访请别人来收" in take(sign_in(cast.team_leader), cast.team, other).text
    assert rows(session) == []


def test_what_is_wrong_is_said_and_the_next_goes_on(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    foreign = revisit_record(issue, AWAY)
    foreign["envelope"]["sender"] = cast.partner.id
    records = [
        revisit_record(issue, said(contentment="discontent")),
        foreign,
        visit_record(cast.assignment),
        revisit_record(issue, AWAY),
    ]
    data, client = outbox(cast.visitor, *records), sign_in(cast.leader)
    for page in (client.page(bring(client, cast.team, data)), take(client, cast.team, data)):
        assert "这条记录是另一位走访员的" in page.text
        assert "住户不满意" in page.text
    assert "收下 2 条 · 2 条没有收下" in page.text
    assert rows(session) == [(False, False, None)]


def test_costs_the_same_for_one_record_and_for_three(session: Session, cast: Cast) -> None:
    issue, member, seen = due(session, cast), actor_of(session, cast.visitor.id), []
    for many in (1, 3):
        records = [revisit_record(issue, said()) for _ in range(many)]
        with counted_queries() as queries:
            stood = preview(session, member, read_outbox(outbox(cast.visitor, *records)))
        assert {one.standing for one in stood} == {Standing.NEW}
        seen.append(len(queries))
    assert seen == [2, 2]


@pytest.mark.parametrize("value", [None, True, -1, 2**63, "a\x00b", "\ud800", [], {}, [[]], [1] * 3000])
def test_hostile_records_end_in_a_sentence(value: Any, session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    sound = revisit_record(issue, said())["envelope"]
    records = [revisit_record(issue, said(), envelope=sound | {key: value}) for key in INSIDE]
    records += [revisit_record(issue, said(**{key: value})) for key in said()]
    told = json.loads(outbox(cast.visitor)) | {"records": records}
    client, data = sign_in(cast.leader), json.dumps(told).encode()
    client.page(bring(client, cast.team, data))
    assert "条没有收下" in take(client, cast.team, data).text
