"""What each step changes on the issue besides its state: moments, limits, answer, owner, overlays. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hengli_visits.issues.limits import Terms, at_close, clocks, due_after_parking
from hengli_visits.issues.steps import Step, Verb
from hengli_visits.issues.table.terms import ENDS_SUPERVISION, SUPERVISED_FROM_ROUND
from hengli_visits.issues.workdays import add_working_days
from hengli_visits.models import Campaign, Issue, IssueState, Result, Supervision, Urgency

Changes = dict[str, Any]
Effect = Callable[[Issue, Mapping[str, Any], Terms], Changes]

NO_ANSWER: Changes = {"answered_at": None, "approved_at": None, "result": None, "done": "", "reply": ""}
NOT_PARKED: Changes = {"park_cause": None, "interim": "", "review_on": None}
NOT_SUPERVISED: Changes = {"supervision": None, "supervised_at": None}


@dataclass(frozen=True)
class Answer:
    """The answer of a main issue, as those merged into it get it."""

    main_issue_id: int
    result: Result | None
    done: str
    reply: str
    answered_at: datetime | None
    revisit_days: int | None


def _frozen_limits(issue: Issue, urgency: Urgency, campaign: Campaign, days_given: int | None = None) -> Changes:
    """The limits that stand on the issue, or when there are none yet `days_given` (the dispatch catalogue's, as it was
    entered) or the campaign's, copied. What is urgent counts in hours whatever was given."""
    if issue.limit_days is not None or issue.limit_hours is not None:
        return {"limit_days": issue.limit_days, "limit_hours": issue.limit_hours, "revisit_days": issue.revisit_days}
    days = {Urgency.ORDINARY: campaign.ordinary_days, Urgency.COMPLEX: campaign.complex_days, Urgency.URGENT: None}
    return {
        "limit_days": None if urgency is Urgency.URGENT else days_given or days[urgency],
        "limit_hours": campaign.urgent_hours if urgency is Urgency.URGENT else None,
        "revisit_days": campaign.revisit_days,
    }


def _send(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    """To a unit: the unit's clock starts, extensions count anew."""
    limits = _frozen_limits(issue, entered.get("urgency", issue.urgency), terms.campaign, entered.get("limit_days"))
    if limits["limit_hours"] is not None:
        due = terms.now + timedelta(hours=limits["limit_hours"])
    else:
        due = add_working_days(terms.now, limits["limit_days"], terms.calendar)
    return limits | {
        "lead_unit_id": entered["lead_unit_id"],
        "dispatched_at": terms.now,
        "due_at": due,
        "handler_id": None,
        "signed_at": None,
        "extensions": 0,
        "original_due_at": None,
    }


def _to_another(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    """To another unit, which answers for nothing that was late before it."""
    return _send(issue, entered, terms) | NOT_SUPERVISED


def _dispatch(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    return _send(issue, entered, terms) | {"category_id": entered["category_id"], "urgency": entered["urgency"]}


def _redo(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    begun: Changes = {"round": issue.round + 1, "contacted_at": None, "closed_at": None}
    pressed: Changes = {}
    if issue.round + 1 >= SUPERVISED_FROM_ROUND:
        pressed = {"supervision": Supervision.WRITTEN, "supervised_at": terms.now}
    return _send(issue, entered, terms) | NO_ANSWER | begun | pressed


def _answer(_issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    told = {name: entered[name] for name in ("result", "done", "reply")}
    contact = {"contacted_at": entered["contacted_at"]} if "contacted_at" in entered else {}
    parking = {name: entered.get(name) or nothing for name, nothing in NOT_PARKED.items()}
    return told | contact | parking | {"answered_at": terms.now}


def _resume(issue: Issue, _entered: Mapping[str, Any], terms: Terms) -> Changes:
    due = {name: due_after_parking(issue, getattr(issue, name), terms) for name in ("due_at", "original_due_at")}
    return due | NOT_PARKED | {"answered_at": None, "result": None}


def _grant_extension(issue: Issue, _entered: Mapping[str, Any], terms: Terms) -> Changes:
    return {
        "due_at": at_close(issue.extension_until or terms.now.date()),
        "original_due_at": issue.original_due_at or issue.due_at,
        "extensions": issue.extensions + 1,
        "extension_until": None,
    }


def _again(issue: Issue) -> int:
    """The round in which a merged issue is answered or taken on: the next one when this one had an answer already."""
    return issue.round + (issue.approved_at is not None)


def _follow(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    answer: Answer = entered["answer"]
    told = {name: getattr(answer, name) for name in ("result", "done", "reply", "answered_at", "revisit_days")}
    return told | {"approved_at": terms.now, "round": _again(issue), "closed_at": None}


def _alone(issue: Issue, _entered: Mapping[str, Any], _terms: Terms) -> Changes:
    return NO_ANSWER | {"main_issue_id": None, "round": _again(issue)}


def _raise(level: Supervision | None, now: datetime) -> Changes:
    return {"supervision": level, "supervised_at": now} if level is not None else {}


def _remind(issue: Issue, _entered: Mapping[str, Any], terms: Terms) -> Changes:
    return _raise(issue.supervision or Supervision.REMINDED, terms.now)


def _taken(*names: str) -> Effect:
    return lambda _issue, entered, _terms: {name: entered[name] for name in names}


def _set(**changes: Any) -> Effect:
    return lambda _issue, _entered, _terms: changes


def _at(*names: str) -> Effect:
    return lambda _issue, _entered, terms: dict.fromkeys(names, terms.now)


EFFECTS: dict[Verb, Effect] = {
    Verb.DISPATCH: _dispatch,
    Verb.REFUSE: _taken("not_accepted", "proper_route", "resident_told_on"),
    Verb.SOLVE_ON_THE_SPOT: lambda _issue, entered, terms: {
        "done": entered["done"],
        "result": Result.SOLVED,
        "answered_at": terms.now,
    },
    Verb.TRIAGE_AGAIN: _set(done="", result=None, answered_at=None),
    Verb.CLOSE_ON_THE_SPOT: _at("approved_at", "closed_at"),
    Verb.MERGE: _taken("main_issue_id"),
    Verb.UNMERGE: _alone,
    Verb.MAIN_ENDED: _alone,
    Verb.FOLLOW_ANSWER: _follow,
    Verb.SIGN: lambda _issue, _entered, terms: {"signed_at": terms.now, "handler_id": terms.actor_id},
    Verb.RETURN: lambda issue, _entered, _terms: {"returns": issue.returns + 1},
    Verb.AGREE_RETURN: _to_another,
    Verb.REDIRECT: lambda issue, entered, terms: (
        _to_another(issue, entered, terms) | NO_ANSWER | NOT_PARKED | {"contacted_at": None}
    ),
    Verb.CONTACT: _taken("contacted_at"),
    Verb.ANSWER: _answer,
    Verb.APPROVE: _at("approved_at"),
    Verb.REWORK: _set(answered_at=None, **NOT_PARKED),
    Verb.PARK: _taken("review_on"),
    Verb.PARK_ON: _taken("review_on"),
    Verb.REFUSE_PARK: _set(answered_at=None, result=None, **NOT_PARKED),
    Verb.RESUME: _resume,
    Verb.ASK_EXTENSION: _taken("extension_until"),
    Verb.GRANT_EXTENSION: _grant_extension,
    Verb.REFUSE_EXTENSION: _set(extension_until=None),
    Verb.REMIND: _remind,
    Verb.SUPERVISE: lambda _issue, entered, terms: _raise(entered["supervision"], terms.now),
    Verb.ESCALATE: lambda _issue, entered, terms: _raise(entered["supervision"], terms.now),
    Verb.OVERDUE: lambda _issue, entered, terms: (
        {"overdue_told_at": terms.now} | _raise(entered.get("supervision"), terms.now)
    ),
    Verb.NEAR_DUE: _at("amber_told_at"),
    Verb.LIFT: _set(**NOT_SUPERVISED),
    Verb.ABOUT: _taken("about_unit_id", "about_member_id"),
    Verb.REVISIT_CLOSE: _at("closed_at"),
    Verb.REVISIT_UNREACHED: _at("closed_at"),
    Verb.REVISIT_REDO: _set(main_issue_id=None),
    Verb.REDO_DISPATCH: _redo,
    Verb.MERGED_REDO: _set(closed_at=None),
    Verb.REOPEN: _set(closed_at=None),
    Verb.RELEASE_IDENTITY: _set(identity_released=True),
}
"""Steps that are not named change the state alone."""


def _endings(step: Step, issue: Issue) -> Changes:
    """Overlays that end by themselves: what was asked for and not decided when an issue leaves 办理中, supervision when
    the unit is done."""
    left: Changes = {}
    if issue.state is IssueState.IN_PROGRESS and step.target not in (None, IssueState.IN_PROGRESS):
        left["extension_until"] = None
    if step.target in ENDS_SUPERVISION and issue.supervision is not None:
        left |= NOT_SUPERVISED
    return left


def changes_of(step: Step, issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    """Everything that a step changes on the issue: its effect, the state, the clocks, and overlays that end with it."""
    effect = EFFECTS.get(step.verb)
    changes = dict(effect(issue, entered, terms)) if effect else {}
    changes |= _endings(step, issue)
    changes |= clocks(step.limit, issue, changes, terms)
    return changes | {"state": step.target or issue.state}
