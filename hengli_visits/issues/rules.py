"""What follows from the table of moves: who may take which step now, what it asks for, what a revisit does. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from hengli_visits.actor import Actor
from hengli_visits.issues.fields import LEVEL
from hengli_visits.issues.steps import Field, Part, Step, Verb, Way
from hengli_visits.issues.table import BY_VERB, MOVES
from hengli_visits.issues.table.terms import (
    BARRED,
    EXTENSION_DAYS,
    FINAL,
    HIDDEN_FROM_UNITS,
    OPENING,
    REOPEN_DAYS,
    REVIEW_MONTHS,
    TRIES,
    UNDER_WAY,
    UNITS,
    WITH_UNIT,
)
from hengli_visits.models import Issue, IssueState, Solved, Supervision

__all__ = [
    "BARRED",
    "BY_VERB",
    "EXTENSION_DAYS",
    "FINAL",
    "HIDDEN_FROM_UNITS",
    "MOVES",
    "REOPEN_DAYS",
    "REVIEW_MONTHS",
    "TRIES",
    "UNDER_WAY",
    "UNITS",
    "WITH_UNIT",
]


def may_act_on_many(actor: Actor) -> bool:
    """Whether somebody may take a step for many issues at once, those that are theirs to take."""
    return actor.is_coordinator or actor.is_leader or actor.is_area_lead or actor.is_handler


def may_triage(actor: Actor) -> bool:
    """Whether the actor takes issues on: all of them, or those of the own groups."""
    return actor.is_coordinator or actor.is_leader


def may_see_list(actor: Actor) -> bool:
    """Whether the actor has to do with issues at all by what they are now."""
    return may_triage(actor) or actor.is_area_lead or actor.is_visitor or actor.is_handler


RESIDENT_FOR = frozenset({Part.VISITOR, Part.LEADER, Part.AREA_LEAD, Part.COORDINATOR})
"""Who needs a resident's name and phone; units only when they were released."""


def may_see_resident(issue: Issue, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` may know who the resident is."""
    parts = set(parts)
    return bool(parts & RESIDENT_FOR) or (issue.identity_released and bool(parts & set(UNITS)))


def may_call(issue: Issue, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` may have the resident's phone number. An area lead alone need not call."""
    return may_see_resident(issue, set(parts) - {Part.AREA_LEAD})


def is_unit_only(parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` reads an issue for a unit and nothing else."""
    opening = set(parts) & set(OPENING)
    return bool(opening) and opening <= set(UNITS)


def may(step: Step, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` to an issue may take a step (whatever its state)."""
    parts = set(parts)
    return bool(parts & set(step.who)) and not parts & set(step.barred)


def available(issue: Issue, parts: frozenset[Part], now: datetime) -> list[Step]:
    """The steps that are open now to somebody who is all of `parts`, the obvious next one first. The outcomes of a
    revisit count as one step."""
    steps = [
        step
        for step in MOVES
        if issue.state in step.sources
        and may(step, parts)
        and (not step.offered or parts & set(step.offered))
        and (step.condition is None or step.condition.holds(issue, now))
        and (step.way is not Way.REVISIT or step.verb is Verb.REVISIT_CLOSE)
    ]
    return sorted(steps, key=lambda step: not step.primary)


def obvious(issue: Issue, steps: Iterable[Step], today: date) -> Step | None:
    """The obvious next one of the steps that are open; none while a parked issue rests until its review."""
    if issue.state is IssueState.PARKED and issue.review_on is not None and today < issue.review_on:
        return None
    return next((step for step in steps if step.primary), None)


def fields_for(step: Step, issue: Issue) -> tuple[Field, ...]:
    """What a step asks for on this issue: the first contact only while there was none in this round, and of the levels of
    supervision those above the present one."""
    fields = (field for field in step.fields if not (field.first_only and issue.contacted_at is not None))
    return tuple(replace(one, words=levels_above(issue.supervision)) if one is LEVEL else one for one in fields)


def levels_above(present: Supervision | None) -> tuple[Supervision, ...]:
    """The levels to which an issue can be raised by hand: 书面督办 and 通报, as far as they are above the present one."""
    order = tuple(Supervision)
    return tuple(level for level in order[1:] if present is None or order.index(level) > order.index(present))


def step_of(verb: str) -> Step | None:
    """The step of a verb as an address or a row writes it; None for an unknown one."""
    return next((step for step in MOVES if step.verb == verb), None)


def revisit_verb(reached: bool, solved: Solved | None, missed_before: int, *, merged: bool = False) -> Verb:
    """What a recorded revisit does: `missed_before` failed tries of this round came before it. `merged`: the issue
    follows another, which is then done again."""
    if not reached:
        return Verb.REVISIT_UNREACHED if missed_before + 1 >= TRIES else Verb.REVISIT_MISSED
    if solved is Solved.NO:
        return Verb.REVISIT_FOLLOW if merged else Verb.REVISIT_REDO
    return Verb.REVISIT_CLOSE
