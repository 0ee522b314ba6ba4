"""What each step changes on the issue besides its state: moments, limits, answer, owner. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hengli_visits.issues.steps import Limit, Step, Verb
from hengli_visits.issues.workdays import Calendar, add_working_days, amber_moment
from hengli_visits.models import Campaign, Issue, Result, Urgency

Changes = dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """When a step is taken, by whom, and by which calendar and campaign its limits are counted."""

    now: datetime
    calendar: Calendar
    campaign: Campaign
    actor_id: int | None = None


Effect = Callable[[Issue, Mapping[str, Any], Terms], Changes]


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
    """To a unit: the unit's clock starts."""
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
    }


def _dispatch(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    return _send(issue, entered, terms) | {"category_id": entered["category_id"], "urgency": entered["urgency"]}


def _redo(issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    return _send(issue, entered, terms) | {
        "round": issue.round + 1,
        "contacted_at": None,
        "answered_at": None,
        "approved_at": None,
        "closed_at": None,
        "result": None,
        "done": "",
        "reply": "",
    }


def _answer(_issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    told = {name: entered[name] for name in ("result", "done", "reply")}
    contact = {"contacted_at": entered["contacted_at"]} if "contacted_at" in entered else {}
    return told | contact | {"answered_at": terms.now}


EFFECTS: dict[Verb, Effect] = {
    Verb.DISPATCH: _dispatch,
    Verb.REFUSE: lambda _issue, entered, _terms: {
        name: entered[name] for name in ("not_accepted", "proper_route", "resident_told_on")
    },
    Verb.SOLVE_ON_THE_SPOT: lambda _issue, entered, terms: {
        "done": entered["done"],
        "result": Result.SOLVED,
        "answered_at": terms.now,
    },
    Verb.TRIAGE_AGAIN: lambda _issue, _entered, _terms: {"done": "", "result": None, "answered_at": None},
    Verb.CLOSE_ON_THE_SPOT: lambda _issue, _entered, terms: {"approved_at": terms.now, "closed_at": terms.now},
    Verb.SIGN: lambda _issue, _entered, terms: {"signed_at": terms.now, "handler_id": terms.actor_id},
    Verb.RETURN: lambda issue, _entered, _terms: {"returns": issue.returns + 1},
    Verb.AGREE_RETURN: _send,
    Verb.CONTACT: lambda _issue, entered, _terms: {"contacted_at": entered["contacted_at"]},
    Verb.ANSWER: _answer,
    Verb.APPROVE: lambda _issue, _entered, terms: {"approved_at": terms.now},
    Verb.REWORK: lambda _issue, _entered, _terms: {"answered_at": None},
    Verb.REVISIT_CLOSE: lambda _issue, _entered, terms: {"closed_at": terms.now},
    Verb.REVISIT_UNREACHED: lambda _issue, _entered, terms: {"closed_at": terms.now},
    Verb.REDO_DISPATCH: _redo,
    Verb.REOPEN: lambda _issue, _entered, _terms: {"closed_at": None},
    Verb.RELEASE_IDENTITY: lambda _issue, _entered, _terms: {"identity_released": True},
}
"""Steps that are not named change the state alone."""


def _starts(limit: Limit, issue: Issue, changes: Changes, terms: Terms) -> tuple[datetime, datetime, bool]:
    """From when to when a limit runs, and whether in natural hours."""
    after = {name: changes.get(name, getattr(issue, name)) for name in ("dispatched_at", "due_at", "limit_hours")}
    if limit is Limit.UNIT:
        return after["dispatched_at"], after["due_at"], after["limit_hours"] is not None
    campaign = terms.campaign
    days = {
        Limit.OFFICE: campaign.triage_days,
        Limit.SIGN: campaign.sign_days,
        Limit.REVISIT: issue.revisit_days or campaign.revisit_days,
    }[limit]
    due = add_working_days(terms.now, days, terms.calendar)
    if limit is Limit.SIGN and after["limit_hours"] is not None:
        return terms.now, min(due, after["due_at"]), True
    return terms.now, due, False


def clocks(limit: Limit, issue: Issue, changes: Changes, terms: Terms) -> Changes:
    """The present step's end and when it turns amber. OFFICE, the coordinator's and leader's own steps, have the
    campaign's limit for triage; SIGN is never longer than an urgent issue's own limit."""
    if limit is Limit.KEEP:
        return {}
    if limit is Limit.NONE:
        return {"step_due_at": None, "amber_at": None}
    start, due, natural = _starts(limit, issue, changes, terms)
    return {"step_due_at": due, "amber_at": amber_moment(start, due, None if natural else terms.calendar)}


def changes_of(step: Step, issue: Issue, entered: Mapping[str, Any], terms: Terms) -> Changes:
    """Everything that a step changes on the issue: its effect, the state and the clocks."""
    effect = EFFECTS.get(step.verb)
    changes = effect(issue, entered, terms) if effect else {}
    changes |= clocks(step.limit, issue, changes, terms)
    return changes | {"state": step.target or issue.state}
