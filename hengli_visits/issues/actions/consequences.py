"""What follows from a step elsewhere: co-units' parts, merged issues, audit entries."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.issues.actions import merging
from hengli_visits.issues.limits import at_close
from hengli_visits.issues.steps import Step, Verb
from hengli_visits.models import Issue, IssueState, IssueUnit

ANSWERS = (Verb.APPROVE, Verb.CLOSE_ON_THE_SPOT)
"""Steps with which a main issue has its answer."""
ENDS = (Verb.REFUSE, Verb.WITHDRAW, Verb.DROP)
"""Steps with which a main issue ends without one."""
AUDITED = {Verb.RELEASE_IDENTITY: "issue.release_identity", Verb.ABOUT: "issue.about"}


def follow_up(session: Session, actor: Actor, issue: Issue, step: Step, values: Mapping[str, Any]) -> None:
    """Do what a step that was just taken brings with it. The issue's row is locked."""
    if step.verb in AUDITED:
        audit.record(session, actor, AUDITED[step.verb], "issue", issue.id)
    if step.verb in ANSWERS:
        merging.answer_merged(session, issue)
    elif step.verb in ENDS:
        merging.release_merged(session, issue)
    elif step.verb is Verb.MERGE:
        main = session.get_one(Issue, values["main_issue_id"])
        if main.state is IssueState.REVISIT_DUE:
            merging.answer_merged(session, main)
    elif step.verb is Verb.REVISIT_FOLLOW:
        merging.send_main_back(session, issue)
    elif step.verb is Verb.SET_PART:
        _set_part(session, issue, values)
    elif step.verb is Verb.CLOSE_PART:
        _close_part(session, actor, issue, values)


def _set_part(session: Session, issue: Issue, values: Mapping[str, Any]) -> None:
    """A co-unit's part as it shall be from now on; what it did of an earlier one stays in the moves."""
    part = session.get_one(IssueUnit, (issue.id, values["co_unit_id"]))
    day = values.get("part_due_on")
    part.part, part.due_at = values["part"], at_close(day) if day is not None else issue.due_at
    part.done_at, part.done_by_id, part.done_note = None, None, ""
    session.flush()


def _close_part(session: Session, actor: Actor, issue: Issue, values: Mapping[str, Any]) -> None:
    part = session.get_one(IssueUnit, (issue.id, values["co_unit_id"]))
    part.done_at, part.done_by_id, part.done_note = clock.now(), actor.recorded_id, values["note"]
    session.flush()
