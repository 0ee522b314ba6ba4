"""A visit's feedback and the issues behind it."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.feedback.actions import FeedbackItem, save_feedback
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Assignment, Feedback, Handling, Issue, IssueState, Move, Nature, Outcome, Visit
from tests.cast import Cast
from tests.issues.making import WORDS, actor_for, step


def make_visit(session: Session, cast: Cast, assignment: Assignment | None = None, **values: Any) -> Visit:
    assignment = assignment or cast.assignment
    given = {
        "author_id": cast.visitor.id,
        "outcome": Outcome.MET,
        "visited_at": clock.now(),
        "received_at": clock.now(),
    } | values
    visit = Visit(uuid=uuid4(), assignment_id=assignment.id, campaign_id=assignment.campaign_id, **given)
    session.add(visit)
    session.flush()
    return visit


def item(cast: Cast, **values: Any) -> FeedbackItem:
    given: dict[str, Any] = {
        "uuid": uuid4(),
        "nature": Nature.APPEAL,
        "category_id": cast.category.id,
        "words": WORDS,
        "handling": Handling.FOLLOW_UP,
    } | values
    return FeedbackItem(**given)


def rows(session: Session) -> list[Feedback]:
    return list(session.scalars(select(Feedback).order_by(Feedback.id)))


def verbs(session: Session, issue: Issue) -> list[str]:
    return list(session.scalars(select(Move.verb).where(Move.issue_id == issue.id).order_by(Move.id)))


def test_follow_up_opens_an_issue_once(session: Session, cast: Cast) -> None:
    visit, actor = make_visit(session, cast), actor_for(session, cast.visitor)
    items = [item(cast), item(cast, handling=Handling.ANSWERED, nature=Nature.PRAISE, answer="已转达谢意")]
    save_feedback(session, actor, visit, items)
    save_feedback(session, actor, visit, items)
    first, second = rows(session)
    assert (first.position, second.position) == (0, 1)
    assert second.issue_id is None
    issue = session.get_one(Issue, first.issue_id)
    assert issue.number == "HL-2026-0001"
    assert issue.title == "排水渠给杂物堵了"
    assert (issue.words, issue.category_id) == (WORDS, cast.category.id)
    assert (issue.area_id, issue.household_id) == (cast.village.id, cast.household.id)
    assert (issue.group_id, issue.raised_by_id) == (cast.team.id, cast.visitor.id)
    assert issue.raised_at == visit.visited_at
    assert verbs(session, issue) == ["open"]


def test_no_longer_follow_up_withdraws_in_triage_and_a_new_wish_opens_anew(session: Session, cast: Cast) -> None:
    visit, actor, one = make_visit(session, cast), actor_for(session, cast.visitor), item(cast)
    save_feedback(session, actor, visit, [one])
    issue = session.get_one(Issue, rows(session)[0].issue_id)
    noted = item(cast, uuid=one.uuid, handling=Handling.NOTED)
    save_feedback(session, actor, visit, [noted])
    assert issue.state is IssueState.WITHDRAWN
    assert verbs(session, issue) == ["open", "drop"]
    save_feedback(session, actor, visit, [one])
    assert rows(session)[0].issue_id != issue.id


def test_an_issue_under_way_is_only_told(session: Session, cast: Cast) -> None:
    visit, actor, one = make_visit(session, cast), actor_for(session, cast.visitor), item(cast)
    save_feedback(session, actor, visit, [one])
    issue = session.get_one(Issue, rows(session)[0].issue_id)
    step(session, cast, issue, "coordinator", Verb.DISPATCH)
    corrected = item(cast, uuid=one.uuid, words="是村口那条渠。")
    save_feedback(session, actor, visit, [corrected])
    assert issue.words == WORDS
    visit.voided_at = clock.now()
    save_feedback(session, actor, visit, [])
    assert issue.state is IssueState.DISPATCHED
    assert rows(session)[0].removed_at == clock.now()
    save_feedback(session, actor, visit, [corrected])
    assert rows(session)[0].issue_id == issue.id
    assert verbs(session, issue) == ["open", "dispatch", "correct", "not_wanted", "still_wanted"]


def test_corrected_words_reach_an_issue_in_triage(session: Session, cast: Cast) -> None:
    visit, actor, one = make_visit(session, cast), actor_for(session, cast.visitor), item(cast)
    save_feedback(session, actor, visit, [one])
    save_feedback(session, actor, visit, [item(cast, uuid=one.uuid, words="是村口那条渠。", category_id=None)])
    issue = session.get_one(Issue, rows(session)[0].issue_id)
    assert (issue.words, issue.title, issue.category_id) == ("是村口那条渠。", "是村口那条渠", None)
    assert verbs(session, issue) == ["open", "correct"]


def test_refusals_change_nothing(session: Session, cast: Cast) -> None:
    visit, actor, one = make_visit(session, cast), actor_for(session, cast.visitor), item(cast)
    save_feedback(session, actor, visit, [one])
    other = make_visit(session, cast, cast.second_assignment)
    with pytest.raises(Conflict):
        save_feedback(session, actor, other, [one])
    with pytest.raises(Conflict):
        save_feedback(session, actor, visit, [one, one])
    with pytest.raises(Invalid) as refusal:
        save_feedback(session, actor, other, [item(cast, words=" ")])
    assert refusal.value.field == "words"
    assert session.scalar(select(func.count(Issue.id))) == 1


def test_a_foreign_category_is_dropped(session: Session, cast: Cast) -> None:
    visit, actor = make_visit(session, cast), actor_for(session, cast.visitor)
    save_feedback(session, actor, visit, [item(cast, category_id=999_999)])
    assert rows(session)[0].category_id is None
