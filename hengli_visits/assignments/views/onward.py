"""The way on from a household of one's round."""

from dataclasses import dataclass

from flask import g

from hengli_visits.assignments import rules, walks
from hengli_visits.gate import actor, session
from hengli_visits.models import Assignment


@dataclass(frozen=True)
class Onward:
    """From where in which campaign somebody goes on, and to which household: None when there is none left today. Not
    `known` on the page of a household that a phone keeps: there the script chooses, from the list that it keeps as well
    and what waits on it (each visit would change all of these pages else)."""

    campaign_id: int
    here: int | None
    call: walks.Call | None
    known: bool = True


def onward_from(assignment: Assignment) -> Onward | None:
    """The way on for a visitor of this household (campaign and visitors loaded); None for who does not visit it now.
    One query."""
    if not rules.visits_now(actor(), assignment):
        return None
    if "packed" in g:
        return Onward(assignment.campaign_id, assignment.id, None, known=False)
    calls = walks.my_walk(session(), actor(), assignment.campaign_id)
    return Onward(assignment.campaign_id, assignment.id, walks.next_from(calls, assignment.id))
