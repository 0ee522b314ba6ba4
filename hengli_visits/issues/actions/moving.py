"""Issues opened and moved on, and what their visits say of them later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.errors import Forbidden, Missing
from hengli_visits.issues.actions.consequences import follow_up
from hengli_visits.issues.checking import checked, named_issue
from hengli_visits.issues.entries import entered, written
from hengli_visits.issues.ledger import hold, refuse_state, take, terms_of, write_move
from hengli_visits.issues.limits import clocks
from hengli_visits.issues.numbering import next_number, title_of
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.rules import BY_VERB, fields_for, may, step_of
from hengli_visits.issues.steps import Limit, Part, Step, Verb, Way
from hengli_visits.models import Campaign, Issue, IssueState
from hengli_visits.wording import N_


def open_issue(
    session: Session,
    actor: Actor,
    *,
    campaign: Campaign,
    area_id: int,
    household_id: int | None,
    group_id: int | None,
    raised_by_id: int,
    raised_at: datetime,
    words: str,
    category_id: int | None,
    title: str | None = None,
) -> Issue:
    """Open an issue in 待受理 with the next number of the year (HL-2026-0001) and the campaign's limit for triage;
    leaves the first move. The title is taken from the words when there is none. The caller has checked that the actor
    may speak for the resident."""
    terms = terms_of(session, actor, campaign)
    issue = Issue(
        number=next_number(session),
        campaign_id=campaign.id,
        area_id=area_id,
        household_id=household_id,
        group_id=group_id,
        raised_by_id=raised_by_id,
        raised_at=raised_at,
        opened_at=terms.now,
        title=title or title_of(words),
        words=words,
        category_id=category_id,
        state=IssueState.TRIAGE,
        round=1,
    )
    for name, value in clocks(Limit.OFFICE, issue, {}, terms).items():
        setattr(issue, name, value)
    session.add(issue)
    session.flush()
    write_move(session, issue, BY_VERB[Verb.OPEN], terms, before=None, data=written({"category_id": category_id}))
    return issue


def move(session: Session, actor: Actor, issue: Issue, verb: str, data: Mapping[str, Any]) -> Issue:
    """Take one step of the table of moves: checks who, state and what is entered, moves the issue on with a guarded
    UPDATE, and leaves a move with everything that was entered and the limits that follow.

    Refuses an unknown verb or one that has no form (`Missing`), a person whose step it is not (`Forbidden`), a state
    that does not allow it or has changed meanwhile (`Conflict`, naming who moved it to what), and what is missing or
    wrong (`Invalid`, named after the field)."""
    step = step_of(verb)
    if step is None or step.way is not Way.FORM:
        raise Missing
    _hold_all(session, actor, issue, step, data)
    parts = parts_of(session, actor, issue.id)
    if not may(step, parts):
        raise Forbidden(N_("这一步不由您来办。"))
    refuse_state(session, issue, step)
    values = checked(session, actor, issue, step, entered(fields_for(step, issue), data))
    take(session, actor, issue, step, values, written(values) | {"as": acting_as(step, parts)})
    follow_up(session, actor, issue, step, values)
    return issue


def _hold_all(session: Session, actor: Actor, issue: Issue, step: Step, data: Mapping[str, Any]) -> None:
    """Lock the issue, and with it the one into which it shall be merged, in the order of their ids: two that are merged
    into each other at once do not wait for each other."""
    rows = [issue]
    if step.verb is Verb.MERGE:
        main = named_issue(session, actor, str(data.get("main_issue_id") or ""))
        rows += [main] if main is not None and main is not issue else []
    for row in sorted(rows, key=lambda one: one.id):
        hold(session, row)


def acting_as(step: Step, parts: frozenset[Part]) -> str:
    """As what of all that they are to an issue somebody takes a step."""
    return next(part.value for part in step.who if part in parts)


def _held(session: Session, issue_id: int) -> Issue:
    """The issue behind a feedback, locked: a visit is never refused because a unit moved its issue meanwhile."""
    issue = session.get_one(Issue, issue_id)
    hold(session, issue)
    return issue


def _report(session: Session, actor: Actor, issue: Issue, verb: Verb, note: str, values: Mapping[str, Any]) -> None:
    take(session, actor, issue, BY_VERB[verb], {"note": note}, written(values))
    follow_up(session, actor, issue, BY_VERB[verb], values)


def withdraw_reported(session: Session, actor: Actor, issue_id: int, reason: str) -> None:
    """The feedback behind an issue is gone (its visit was voided, it was dropped or needs no follow-up): an issue still
    in 待受理 is withdrawn, any other gets a line on its time line for the coordinator. The caller has checked that the
    actor may change the visit."""
    issue = _held(session, issue_id)
    verb = Verb.DROP if issue.state is IssueState.TRIAGE else Verb.NOT_WANTED
    _report(session, actor, issue, verb, reason, {})


def want_again(session: Session, actor: Actor, issue_id: int) -> bool:
    """The feedback behind an issue needs follow-up again: leaves a line on the time line. False, and nothing done, when
    the issue was withdrawn, so that a new one is wanted. The caller has checked that the actor may change the visit."""
    issue = _held(session, issue_id)
    if issue.state is IssueState.WITHDRAWN:
        return False
    _report(session, actor, issue, Verb.STILL_WANTED, "", {})
    return True


def correct_reported(session: Session, actor: Actor, issue_id: int, words: str, category_id: int | None) -> None:
    """The feedback behind an issue was revised: in 待受理 the issue takes over words, title and category, later they
    only stand on the time line, and nothing is left on one that has ended. The caller has checked that the actor may
    change the visit."""
    issue = _held(session, issue_id)
    if issue.state not in BY_VERB[Verb.CORRECT].sources:
        return
    _report(session, actor, issue, Verb.CORRECT, words, {"category_id": category_id})
    if issue.state is IssueState.TRIAGE:
        issue.words, issue.title, issue.category_id = words, title_of(words), category_id
        session.flush()
