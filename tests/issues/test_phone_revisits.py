"""Revisits as a phone sends them: once, whatever happened meanwhile, and never lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import give, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.telling import Telling, read_telling
from hengli_visits.models import (
    Campaign,
    CampaignState,
    Contentment,
    GroupMember,
    Issue,
    IssueState,
    Manner,
    Revisit,
    Role,
    Solved,
)
from hengli_visits.reader import Unfit
from tests.cast import Cast
from tests.factories import grant
from tests.issues.making import actor_for, make_issue, step, tell
from tests.issues.telling import AWAY, due, rows, said, send, state_of, verbs
from tests.pages import SignIn

AT_ONCE = 4
LINE = "迟到的回访，没有改变状态"


def test_the_content_is_read() -> None:
    telling = read_telling(said(comment=" 多谢 ", extra=1))
    assert telling == Telling(clock.from_town(telling.at), Manner.PHONE, True, Solved.YES, Contentment.CONTENT, "多谢")
    missed = read_telling(said(reached=False, comment="没人接"))
    assert (missed.solved, missed.contentment, missed.comment) == (None, None, "没人接")
    assert read_telling(said()).digest() == read_telling(said(at="2026-06-29T01:30:00Z")).digest()
    assert read_telling(said()).digest() != read_telling(said(manner="door")).digest()


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"at": None}, {"at"}),
        ({"at": "soon"}, {"at"}),
        ({"manner": ""}, {"manner"}),
        ({"reached": None}, {"reached"}),
        ({"reached": "yes"}, {"reached"}),
        ({"solved": None, "contentment": None}, {"solved", "contentment"}),
        ({"solved": "perhaps"}, {"solved"}),
        ({"contentment": "discontent"}, {"comment"}),
        ({"comment": "长" * 1001}, {"comment"}),
        ({"comment": 7}, {"comment"}),
    ],
)
def test_what_is_wrong_is_told_by_its_field(change: dict[str, Any], paths: set[str]) -> None:
    with pytest.raises(Unfit) as refused:
        read_telling(said(**change))
    assert set(refused.value.problems) == paths


def test_made_and_the_same_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, client, uuid = due(session, cast), sign_in(cast.visitor), uuid4()
    status, answer = send(client, issue, said(), uuid)
    assert (status, answer["result"], answer["issue"], answer["state"]) == (201, "created", issue.id, "closed")
    status, answer = send(client, issue, said(at="2026-06-29T01:30:00Z"), uuid)
    assert (status, answer["result"]) == (200, "same")
    assert rows(session) == [(False, True, Solved.YES)]
    assert state_of(session, issue) is IssueState.CLOSED
    assert verbs(session, issue)[-1] == "revisit_close"
    revisit = session.scalars(select(Revisit)).one()
    assert (revisit.uuid, revisit.revisitor_id, revisit.at.hour) == (uuid, cast.visitor.id, 1)


def test_it_moves_the_issue_as_the_form_does(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, client = due(session, cast), sign_in(cast.partner)
    assert [send(client, issue, AWAY)[1]["state"] for _ in range(3)] == ["revisit_due", "revisit_due", "closed"]
    other = due(session, cast)
    assert send(client, other, said(solved="no"))[1]["state"] == "redo"


def test_a_wrong_clock_is_no_reason_to_refuse(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    ahead = said(at=(clock.now() + timedelta(days=3)).isoformat())
    assert send(sign_in(cast.visitor), issue, ahead, uuid)[0] == 201
    assert send(sign_in(cast.visitor), issue, ahead, uuid)[0] == 200


def test_somebody_was_faster(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    tell(session, cast, issue, "partner")
    session.commit()
    client = sign_in(cast.visitor)
    for _ in range(2):
        status, answer = send(client, issue, said(solved="no", contentment="discontent", comment="还在漏"), uuid)
        assert (status, answer["result"], answer["state"]) == (409, "late", "closed")
        assert "状态没有改变" in answer["message"]
    assert rows(session) == [(False, True, Solved.YES), (True, True, Solved.NO)]
    assert state_of(session, issue) is IssueState.CLOSED
    assert verbs(session, issue).count("revisit_late") == 1
    page = client.page(f"/issues/{issue.id}")
    for text in (LINE, "还在漏", "不满意", "联系上了", "叶秀珍"):
        assert text in page.text


def test_who_else_comes_is_told_who_moved_it_not_who_was_late(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    tell(session, cast, issue, "partner")
    session.commit()
    assert send(sign_in(cast.visitor), issue, AWAY)[0] == 409
    form = {"uuid": str(uuid4()), "at": "2026-06-29T10:00", "manner": "phone", "reached": "no"}
    response = sign_in(cast.leader).post(f"/issues/{issue.id}/revisits", data=form)
    assert response.status_code == 409
    assert "方光润刚刚做了“回访办结”" in response.get_data(as_text=True)


def test_it_was_reopened_meanwhile(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.CLOSED)
    step(session, cast, issue, "coordinator", Verb.REOPEN)
    session.commit()
    assert send(sign_in(cast.visitor), issue, said())[1]["result"] == "late"
    assert state_of(session, issue) is IssueState.REDO


def test_the_household_was_reassigned_meanwhile(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    leader = actor_for(session, cast.leader)
    give(session, leader, [cast.assignment.id], [cast.team_leader.id])
    session.commit()
    for person in (cast.partner, cast.visitor):
        status, answer = send(sign_in(person), issue, said())
        assert (status, answer["result"], answer["state"]) == (409, "late", "revisit_due")
    assert state_of(session, issue) is IssueState.REVISIT_DUE
    assert send(sign_in(cast.team_leader), issue, said())[0] == 201


def test_who_left_the_group_and_who_comes_after_the_archive(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    session.execute(update(GroupMember).where(GroupMember.member_id == cast.partner.id).values(left_at=clock.now()))
    session.commit()
    assert send(sign_in(cast.partner), issue, said())[1]["result"] == "late"
    session.execute(update(Campaign).values(state=CampaignState.ARCHIVED))
    session.commit()
    assert send(sign_in(cast.visitor), issue, said())[1]["result"] == "late"
    assert state_of(session, issue) is IssueState.REVISIT_DUE


def test_other_content_under_one_uuid_is_kept_beside_the_first(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, client, uuid = due(session, cast), sign_in(cast.visitor), uuid4()
    send(client, issue, AWAY, uuid)
    for _ in range(2):
        status, answer = send(client, issue, said(), uuid)
        assert (status, answer["result"], answer["state"]) == (409, "clash", "revisit_due")
    assert rows(session) == [(False, False, None), (True, True, Solved.YES)]
    second = session.scalars(select(Revisit.uuid).where(Revisit.late)).one()
    assert second == uuid5(uuid, read_telling(said()).digest())
    assert send(client, issue, AWAY, uuid)[0] == 200
    assert send(client, issue, said(solved="partly"), uuid)[1]["result"] == "clash"
    assert len(rows(session)) == 3


def test_late_tries_do_not_count(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, client = due(session, cast), sign_in(cast.visitor)
    take_back(session, actor_for(session, cast.leader), [cast.assignment.id])
    session.commit()
    for _ in range(3):
        assert send(client, issue, AWAY)[1]["result"] == "late"
    leader = sign_in(cast.leader)
    assert "次没联系上" not in leader.page(f"/issues/{issue.id}/revisits").text
    assert send(leader, issue, AWAY)[1]["state"] == "revisit_due"
    assert "已经有 1 次没联系上" in leader.page(f"/issues/{issue.id}/revisits").text


def test_the_form_does_not_save_again_what_came_late(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    tell(session, cast, issue, "partner")
    session.commit()
    client = sign_in(cast.visitor)
    send(client, issue, AWAY, uuid)
    form = {"uuid": str(uuid), "at": "2026-06-29T09:30", "manner": "phone", "reached": "no"}
    response = client.post(f"/issues/{issue.id}/revisits", data=form)
    assert response.status_code == 409
    assert "状态没有改变" in response.get_data(as_text=True)


def test_who_may_not_is_told_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    grant(session, cast.partner, Role.HANDLER, organisation_id=cast.unit.id)
    issue, uuid = due(session, cast), uuid4()
    people = (cast.partner, cast.handler, cast.other_visitor, cast.other_leader, cast.area_lead, cast.stranger)
    for person in people:
        assert send(sign_in(person), issue, said())[0] == 404
    assert rows(session) == []
    session.execute(update(Issue).values(state=IssueState.CLOSED))
    session.commit()
    for person in people:
        assert send(sign_in(person), issue, said())[0] == 404
    client = sign_in(cast.visitor)
    assert client.put(f"/revisits/{uuid4()}", json={"issue": 10**6, "content": said()}).status_code == 404
    assert send(client, issue, said(), uuid)[0] == 409
    assert send(sign_in(cast.leader), issue, said(), uuid)[0] == 404
    assert rows(session) == [(True, True, Solved.YES)]


def test_who_handled_it_once_is_barred_for_good(session: Session, cast: Cast, sign_in: SignIn) -> None:
    role = grant(session, cast.visitor, Role.HANDLER, organisation_id=cast.unit.id)
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    for verb in (Verb.SIGN, Verb.ANSWER):
        step(session, cast, issue, "visitor", verb)
    step(session, cast, issue, "coordinator", Verb.APPROVE)
    session.delete(role)
    session.commit()
    assert send(sign_in(cast.visitor), issue, said())[0] == 404


def test_the_retry_of_what_is_kept_is_answered_whatever_changed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid, client = due(session, cast), uuid4(), sign_in(cast.leader)
    assert send(client, issue, said(), uuid)[0] == 201
    session.execute(update(Issue).values(group_id=cast.other_group.id))
    session.commit()
    assert send(client, issue, said(), uuid)[0] == 200


def test_a_uuid_is_of_one_issue(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, other, uuid, client = due(session, cast), due(session, cast), uuid4(), sign_in(cast.visitor)
    send(client, issue, said(), uuid)
    status, answer = send(client, other, said(), uuid)
    assert (status, set(answer["errors"])) == (422, {"issue"})
    assert state_of(session, other) is IssueState.REVISIT_DUE


def test_the_envelope_is_read_strictly(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, client = due(session, cast), sign_in(cast.visitor)
    body = {"issue": "x", "content": said(reached=None, manner="")}
    answer = client.put(f"/revisits/{uuid4()}", json=body).get_json()
    assert set(answer["errors"]) == {"issue", "reached", "manner"}
    nothing: tuple[Any, ...] = (None, [], "x")
    for content in nothing:
        status, answer = send(client, issue, content)
        assert (status, set(answer["errors"])) == (422, {""})
    assert send(client, issue, said(), sender=cast.partner.id)[0] == 403
    assert send(client, issue, said(), sender=cast.visitor.id)[0] == 201
    address = f"/revisits/{uuid4()}"
    assert client.put(address, data="{", content_type="application/json").status_code == 400
    assert client.put(address, data="[" * 60_000, content_type="application/json").status_code == 400
    assert client.put(address, json={"x": "y" * 70_000}).status_code == 413
    assert sign_in(None).put(address, json={}).status_code == 401


def test_many_at_once_are_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, uuid = due(session, cast), uuid4()
    clients = [sign_in(cast.visitor) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(pool.map(lambda client: send(client, issue, AWAY, uuid)[0], clients))
    assert found == {201: 1, 200: AT_ONCE - 1}
    assert len(rows(session)) == 1


def test_of_many_people_at_once_one_moves_it_and_all_are_kept(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = due(session, cast)
    clients = [sign_in(person) for person in (cast.visitor, cast.partner, cast.leader, cast.team_leader)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(pool.map(lambda client: send(client, issue, said())[0], clients))
    assert found == {201: 1, 409: AT_ONCE - 1}
    session.rollback()
    assert session.scalar(select(func.count(Revisit.id)).where(Revisit.late)) == AT_ONCE - 1
    assert verbs(session, issue).count("revisit_late") == AT_ONCE - 1
