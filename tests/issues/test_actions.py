"""Numbers, limits, revisits, and two at once."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Forbidden, Invalid, Missing
from hengli_visits.extensions import db
from hengli_visits.issues import actions, queries
from hengli_visits.issues.numbering import title_of
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Account,
    Contentment,
    Issue,
    IssueState,
    IssueUnit,
    Move,
    Role,
    RoleGrant,
    Solved,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.issues.making import WORDS, actor_for, good_data, make_issue, open_one, step, tell


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("排水渠给杂物堵了，一下大雨水就浸到屋里来。", "排水渠给杂物堵了"),
        ("唉，路灯坏了半年", "路灯坏了半年"),
        ("我妈八十二岁，高龄津贴断了三个月没有发。", "我妈八十二岁，高龄津贴断了三个月没有发"),
        ("老屋屋顶漏水，" + "雨" * 30, "老屋屋顶漏水"),
        ("吵", "吵"),
        ("一" * 40, "一" * 27 + "…"),
    ],
)
def test_a_title_is_the_first_clause_that_says_something(words: str, title: str) -> None:
    assert title_of(words) == title


def test_numbers_count_within_the_year_of_the_town(session: Session, cast: Cast, standing_clock: Clock) -> None:
    assert [open_one(session, cast).number for _ in range(2)] == ["HL-2026-0001", "HL-2026-0002"]
    session.scalars(select(Issue)).first().number = "HL-2026-9999"  # type: ignore[union-attr]
    session.flush()
    assert [open_one(session, cast).number for _ in range(2)] == ["HL-2026-10000", "HL-2026-10001"]
    standing_clock.time += timedelta(days=200)
    assert open_one(session, cast).number == "HL-2027-0001"


def test_numbers_given_at_once_are_different(app: Flask, session: Session, cast: Cast) -> None:
    actor_for(session, cast.visitor)
    session.commit()
    numbers, engine = [], db.engine

    def opener() -> None:
        with Session(engine) as own:
            numbers.append(open_one(own, cast).number)
            own.commit()

    threads = [threading.Thread(target=opener) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"HL-2026-{n:04d}" for n in range(1, 7)]


def test_dispatch_sets_owner_and_co_units_and_tells_the_limits(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    assert issue.lead_unit_id == cast.unit.id
    helping = select(IssueUnit.organisation_id).where(IssueUnit.issue_id == issue.id)
    assert session.scalars(helping).all() == [cast.committee.id]
    move = session.scalars(select(Move).order_by(Move.id.desc())).first()
    assert move is not None
    assert move.data["due_at"] == issue.due_at.isoformat()  # type: ignore[union-attr]
    assert move.data["lead_unit_id"] == cast.unit.id
    assert move.data["as"] == "coordinator"
    assert move.note == "请尽快到现场看看。"
    with pytest.raises(Invalid) as refusal:
        step(session, cast, open_one(session, cast), "coordinator", Verb.DISPATCH, co_unit_ids=[cast.unit.id])
    assert refusal.value.field == "co_unit_ids"


@pytest.mark.parametrize(("name", "value"), [("category_id", 10_000), ("lead_unit_id", 10_000), ("urgency", "soon")])
def test_only_what_is_offered_may_be_chosen(session: Session, cast: Cast, name: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        step(session, cast, open_one(session, cast), "coordinator", Verb.DISPATCH, **{name: value})
    assert refusal.value.field == name


def test_the_second_return_needs_the_area_lead(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REFUSE_RETURN)
    step(session, cast, issue, "handler", Verb.RETURN)
    with pytest.raises(Forbidden):
        step(session, cast, issue, "coordinator", Verb.AGREE_RETURN)
    step(session, cast, issue, "area_lead", Verb.AGREE_RETURN, lead_unit_id=cast.committee.id)
    assert issue.lead_unit_id == cast.committee.id
    assert not session.scalars(select(IssueUnit)).all(), "who leads does not help"
    with pytest.raises(Forbidden):
        step(session, cast, issue, "handler", Verb.SIGN)


def test_where_nobody_answers_for_the_village_the_coordinator_judges_every_return(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REFUSE_RETURN)
    step(session, cast, issue, "handler", Verb.RETURN)
    assert session.scalar(queries.needing(actor_for(session, cast.coordinator))) == 0
    session.get_one(Account, cast.area_lead.id).disabled_at = clock.now()
    session.flush()
    assert session.scalar(queries.needing(actor_for(session, cast.coordinator))) == 1
    step(session, cast, issue, "coordinator", Verb.AGREE_RETURN)
    assert issue.state is IssueState.DISPATCHED


def test_a_return_comes_within_the_limit_and_names_another_unit(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    with pytest.raises(Invalid):
        step(session, cast, issue, "handler", Verb.RETURN, to_unit_id=cast.unit.id)
    standing_clock.time += timedelta(days=2)
    with pytest.raises(Conflict):
        step(session, cast, issue, "handler", Verb.RETURN)


def test_a_redo_begins_a_new_round(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.REDO)
    standing_clock.time += timedelta(days=3)
    step(session, cast, issue, "coordinator", Verb.REDO_DISPATCH)
    assert (issue.round, issue.state) == (2, IssueState.DISPATCHED)
    assert (issue.result, issue.done, issue.contacted_at, issue.answered_at) == (None, "", None, None)
    assert issue.dispatched_at == clock.now()
    answers = select(Move).where(Move.verb == Verb.ANSWER.value)
    first = session.scalars(answers).one()
    assert first.round == 1
    assert first.data["reply"] == "渠已经疏通，下雨不会再浸了。"


def test_a_revisit_sent_twice_is_one(session: Session, cast: Cast) -> None:
    issue, uuid = make_issue(session, cast, IssueState.REVISIT_DUE), uuid4()
    first = tell(session, cast, issue, uuid=uuid, solved=Solved.PARTLY)
    assert issue.state is IssueState.CLOSED
    assert tell(session, cast, issue, uuid=uuid) is first
    with pytest.raises(Conflict):
        tell(session, cast, issue, "partner", uuid=uuid)


def test_three_failed_tries_close_as_not_reached(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    due = issue.step_due_at
    for _ in range(2):
        tell(session, cast, issue, reached=False)
        assert (issue.state, issue.step_due_at) == (IssueState.REVISIT_DUE, due)
    tell(session, cast, issue, "leader", reached=False)
    assert issue.state is IssueState.CLOSED
    last = session.scalars(select(Move).order_by(Move.id.desc())).first()
    assert last is not None
    assert last.verb == Verb.REVISIT_UNREACHED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"solved": None}, "solved"),
        ({"contentment": None}, "contentment"),
        ({"contentment": Contentment.DISCONTENT}, "comment"),
    ],
)
def test_a_revisit_tells_what_was_found(session: Session, cast: Cast, values: dict[str, Any], field: str) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    with pytest.raises(Invalid) as refusal:
        tell(session, cast, issue, **values)
    assert refusal.value.field == field


def test_a_handler_never_revisits_their_own_work(session: Session, cast: Cast) -> None:
    grant(session, cast.visitor, Role.HANDLER, organisation_id=cast.unit.id)
    grant(session, cast.partner, Role.HANDLER, organisation_id=cast.committee.id)
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    for person in ("visitor", "partner", "handler", "other_visitor", "area_lead", "stranger"):
        with pytest.raises(Forbidden):
            tell(session, cast, issue, person)
    tell(session, cast, issue, "team_leader")
    assert issue.state is IssueState.CLOSED


def test_who_handled_an_issue_never_revisits_it_even_after_leaving_the_unit(session: Session, cast: Cast) -> None:
    role = grant(session, cast.visitor, Role.HANDLER, organisation_id=cast.unit.id)
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    for verb in (Verb.SIGN, Verb.ANSWER):
        step(session, cast, issue, "visitor", verb)
    step(session, cast, issue, "coordinator", Verb.APPROVE)
    session.delete(role)
    session.flush()
    with pytest.raises(Forbidden):
        tell(session, cast, issue, "visitor")
    handler = session.scalars(select(RoleGrant).where(RoleGrant.member_id == cast.handler.id)).one()
    session.delete(handler)
    session.flush()
    with pytest.raises(Missing):
        queries.get_issue(session, actor_for(session, cast.handler), issue.id)


def test_the_second_of_two_is_told_who_did_what(session: Session, cast: Cast) -> None:
    issue = open_one(session, cast)
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        stale = other.get_one(Issue, issue.id)
        other.commit()
        step(session, cast, issue, "coordinator", Verb.DISPATCH)
        session.commit()
        with pytest.raises(Conflict) as refusal:
            actions.move(other, actor_for(other, cast.leader), stale, Verb.DISPATCH, good_data(cast, Verb.DISPATCH))
    assert refusal.value.params == {"who": "统建文", "what": Verb.DISPATCH, "state": IssueState.DISPATCHED}


def test_words_and_title_may_be_given(session: Session, cast: Cast) -> None:
    assert open_one(session, cast, title="渠道堵塞").title == "渠道堵塞"
    assert open_one(session, cast).words == WORDS
