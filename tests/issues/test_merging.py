"""Merged issues follow their main one, and every reporter gets the answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Forbidden, Invalid
from hengli_visits.issues import actions
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import Issue, IssueState as S, Move, Result, Role, Solved
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.issues.making import MAIN_NUMBER, actor_for, make_issue, make_main, open_one, step, tell
from tests.pages import SignIn
from tests.racing import at_once, posting


def state(issue: Issue) -> S:
    return issue.state


def to_revisit(session: Session, cast: Cast, issue: Issue) -> None:
    for who, verb in (("handler", Verb.SIGN), ("handler", Verb.ANSWER), ("coordinator", Verb.APPROVE)):
        step(session, cast, issue, who, verb)


def test_every_reporter_gets_the_answer_and_a_revisit(session: Session, cast: Cast) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    to_revisit(session, cast, main)
    assert (state(issue), issue.result, issue.reply) == (S.REVISIT_DUE, Result.SOLVED, main.reply)
    assert issue.step_due_at == main.step_due_at
    tell(session, cast, issue)
    assert (state(issue), state(main)) == (S.CLOSED, S.REVISIT_DUE)


@pytest.mark.parametrize("told", [False, True])
def test_not_solved_for_one_sends_the_main_one_to_be_done_again(session: Session, cast: Cast, told: bool) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    to_revisit(session, cast, main)
    if told:
        tell(session, cast, main)
    tell(session, cast, issue, solved=Solved.NO)
    assert (state(issue), state(main)) == (S.MERGED, S.REDO)
    step(session, cast, main, "coordinator", Verb.REDO_DISPATCH)
    to_revisit(session, cast, main)
    assert (state(issue), issue.round, main.round) == (S.REVISIT_DUE, 2, 2)
    tell(session, cast, issue)
    assert state(issue) is S.CLOSED


def test_solved_on_the_spot_answers_the_merged_ones_too(session: Session, cast: Cast) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.SOLVE_ON_THE_SPOT)
    step(session, cast, main, "coordinator", Verb.CLOSE_ON_THE_SPOT)
    assert (state(issue), issue.done) == (S.REVISIT_DUE, "当场清走了杂物。")


@pytest.mark.parametrize("verb", [Verb.REFUSE, Verb.WITHDRAW])
def test_when_the_main_one_ends_each_is_taken_on_by_itself(session: Session, cast: Cast, verb: Verb) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", verb)
    assert (state(issue), issue.main_issue_id) == (S.TRIAGE, None)
    last = session.scalars(select(Move).where(Move.issue_id == issue.id).order_by(Move.id.desc())).first()
    assert last is not None
    assert (last.verb, last.actor_id, last.data["main_issue_id"]) == (Verb.MAIN_ENDED, None, main.id)


def test_what_is_merged_into_an_answered_one_follows_at_once(session: Session, cast: Cast) -> None:
    make_main(session, cast, S.REVISIT_DUE)
    issue = open_one(session, cast)
    step(session, cast, issue, "coordinator", Verb.MERGE)
    assert state(issue) is S.REVISIT_DUE
    with pytest.raises(Conflict):
        step(session, cast, issue, "coordinator", Verb.UNMERGE)


def test_a_merged_one_whose_main_was_withdrawn_later_stands_alone(session: Session, cast: Cast) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    to_revisit(session, cast, main)
    step(session, cast, main, "coordinator", Verb.WITHDRAW)
    tell(session, cast, issue, solved=Solved.NO)
    assert (state(issue), issue.main_issue_id) == (S.REDO, None)


def test_merging_is_undone(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, S.MERGED)
    step(session, cast, issue, "coordinator", Verb.UNMERGE)
    assert (state(issue), issue.main_issue_id, issue.round) == (S.TRIAGE, None, 1)
    assert issue.step_due_at is not None


def test_what_cannot_be_a_main_issue(session: Session, cast: Cast) -> None:
    merged, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    own, ended = open_one(session, cast), make_issue(session, cast, S.CLOSED)
    for wrong in ("", "HL-2026-7777", "drei", own.number, merged.number, ended.number):
        with pytest.raises(Invalid) as refusal:
            step(session, cast, own, "coordinator", Verb.MERGE, main_issue_id=wrong)
        assert refusal.value.field == "main_issue_id"
    with pytest.raises(Invalid):
        step(session, cast, main, "coordinator", Verb.MERGE, main_issue_id=own.number)
    for right in (str(main.id), "ｈｌ-2026-0900 "):
        step(session, cast, own, "coordinator", Verb.MERGE, main_issue_id=right)
        assert own.main_issue_id == main.id
        step(session, cast, own, "coordinator", Verb.UNMERGE)


def test_who_works_on_the_main_one_tells_no_merged_one(session: Session, cast: Cast) -> None:
    grant(session, cast.partner, Role.HANDLER, organisation_id=cast.unit.id)
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    to_revisit(session, cast, main)
    assert Part.HANDLED in parts_of(session, actor_for(session, cast.partner), issue.id)
    with pytest.raises(Forbidden):
        tell(session, cast, issue, "partner")


def test_a_closed_merged_one_is_opened_again_by_its_main_one(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    make_main(session, cast, S.REVISIT_DUE)
    issue = open_one(session, cast)
    step(session, cast, issue, "coordinator", Verb.MERGE)
    tell(session, cast, issue)
    standing_clock.time += timedelta(days=1)
    with pytest.raises(Conflict):
        step(session, cast, issue, "coordinator", Verb.REOPEN)


def test_both_pages_show_where_they_belong(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    session.commit()
    client = sign_in(cast.coordinator)
    assert (f"/issues/{issue.id}", issue.title) in client.page(f"/issues/{main.id}").links
    assert f"/issues/{main.id}" in dict(client.page(f"/issues/{issue.id}").links)
    page = sign_in(cast.handler).page(f"/issues/{main.id}")
    assert issue.number in page.text
    assert f"/issues/{issue.id}" not in dict(page.links), "the unit may not open it"
    page = client.page(f"/issues/{open_for(session, cast)}/moves/merge?main_issue_id={MAIN_NUMBER}")
    assert page.value("main_issue_id") == MAIN_NUMBER


def open_for(session: Session, cast: Cast) -> int:
    issue = open_one(session, cast)
    session.commit()
    return issue.id


def test_merged_into_each_other_at_once_one_wins(session: Session, cast: Cast, sign_in: SignIn) -> None:
    one, two = open_one(session, cast), open_one(session, cast, cast.second_assignment)
    session.commit()
    first, second = sign_in(cast.coordinator), sign_in(cast.coordinator)
    answers = at_once(
        [
            posting(first, f"/issues/{one.id}/moves/merge", main_issue_id=two.number),
            posting(second, f"/issues/{two.id}/moves/merge", main_issue_id=one.number),
        ]
    )
    assert answers == {303: 1, 422: 1}
    session.rollback()
    states = set(session.scalars(select(Issue.state)))
    assert states == {S.TRIAGE, S.MERGED}


def test_dropped_with_its_visit_a_main_one_lets_go(session: Session, cast: Cast) -> None:
    issue, main = make_issue(session, cast, S.MERGED), make_main(session, cast)
    actions.withdraw_reported(session, actor_for(session, cast.visitor), main.id, "记错了户")
    session.refresh(issue)
    assert (state(main), state(issue)) == (S.WITHDRAWN, S.TRIAGE)
    assert issue.step_due_at is not None
    assert issue.step_due_at > clock.now()
