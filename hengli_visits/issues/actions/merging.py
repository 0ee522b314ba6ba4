"""Merged issues follow their main one: its answer, its end, and their residents' word back to it.

Locks are taken on a main issue before those that are merged into it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.issues.effects import Answer
from hengli_visits.issues.entries import written
from hengli_visits.issues.ledger import hold, take
from hengli_visits.issues.rules import BY_VERB
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Issue, IssueState


def _merged(session: Session, main: Issue) -> list[Issue]:
    """The issues that wait, merged into this one, locked."""
    wanted = (Issue.main_issue_id == main.id, Issue.state == IssueState.MERGED)
    return list(session.scalars(select(Issue).where(*wanted).order_by(Issue.id).with_for_update()))


def _go(session: Session, issue: Issue, verb: Verb, values: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """A step of the program itself: nobody's name stands on it."""
    take(session, SYSTEM, issue, BY_VERB[verb], values, written(told))


def answer_merged(session: Session, main: Issue) -> None:
    """The main issue has its answer: each one merged into it gets the same, and its resident is to be told."""
    answer = Answer(main.id, main.result, main.done, main.reply, main.answered_at, main.revisit_days)
    for issue in _merged(session, main):
        _go(session, issue, Verb.FOLLOW_ANSWER, {"answer": answer}, {"main_issue_id": main.id, "result": main.result})


def release_merged(session: Session, main: Issue) -> None:
    """The main issue ends without an answer: each one merged into it is taken on again by itself."""
    for issue in _merged(session, main):
        _go(session, issue, Verb.MAIN_ENDED, {}, {"main_issue_id": main.id})


def hold_with_main(session: Session, issue: Issue) -> None:
    """Lock an issue, and before it the one that it is merged into, as every step does that moves both."""
    if issue.main_issue_id is not None:
        hold(session, session.get_one(Issue, issue.main_issue_id))
    hold(session, issue)


def follows(session: Session, issue: Issue) -> bool:
    """Whether an issue's fate is that of a main one, which has not ended without an answer. The main one is locked."""
    if issue.main_issue_id is None:
        return False
    return session.get_one(Issue, issue.main_issue_id).state is not IssueState.WITHDRAWN


def send_main_back(session: Session, issue: Issue) -> None:
    """A merged issue's resident says that it is not solved: the main one is done again, unless it is already."""
    main = session.get_one(Issue, issue.main_issue_id)
    if main.state in BY_VERB[Verb.MERGED_REDO].sources:
        _go(session, main, Verb.MERGED_REDO, {}, {"merged_issue_id": issue.id})
