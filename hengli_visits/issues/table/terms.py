"""Groups of people and of states in which the table of moves speaks, and its numbers."""

from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Part
from hengli_visits.models import IssueState as S

REOPEN_DAYS = 30
"""A closed issue may be opened again within so many days."""
TRIES = 3
"""So many failed tries to reach the resident close an issue as 未联系上."""
EXTENSION_DAYS = 30
"""The unit's due date may be put off by at most so many working days at a time."""
REVIEW_MONTHS = 3
"""A parked issue is looked at again after at most so many months."""
SUPERVISED_FROM_ROUND = 3
"""The round that the second redo begins, from which on an issue is pressed on in writing."""

FINAL = (S.CLOSED, S.NOT_ACCEPTED, S.WITHDRAWN, S.MERGED)
"""States in which nobody has to do anything any more."""
HIDDEN_FROM_UNITS = (S.TRIAGE, S.ON_THE_SPOT, S.NOT_ACCEPTED, S.MERGED)
"""States in which a unit does not see an issue, even when it is named on it."""
UNDER_WAY = (
    S.TRIAGE,
    S.ON_THE_SPOT,
    S.DISPATCHED,
    S.RETURN_REVIEW,
    S.IN_PROGRESS,
    S.ANSWER_REVIEW,
    S.PARKED,
    S.REVISIT_DUE,
    S.REDO,
)
WITH_UNIT = (S.DISPATCHED, S.IN_PROGRESS)
"""States in which it is the unit's turn: there it is pressed on when it is late."""
WITH_UNIT_OR_JUDGED = (S.DISPATCHED, S.RETURN_REVIEW, S.IN_PROGRESS, S.ANSWER_REVIEW)
ENDS_SUPERVISION = (S.REVISIT_DUE, S.PARKED, S.REDO, *FINAL)
"""States in which the unit is done: what pressed on it ends by itself."""

OPENING = (Part.COORDINATOR, Part.AREA_LEAD, Part.LEADER, Part.VISITOR, Part.RAISER, Part.HANDLER, Part.CO_HANDLER)
"""What opens an issue to somebody; the judges and the like are among these."""
OFFICE = (Part.COORDINATOR,)
OWN_GROUP = (Part.COORDINATOR, Part.LEADER)
UNIT = (Part.HANDLER,)
UNITS = (Part.HANDLER, Part.CO_HANDLER)
OVERSEERS = (Part.COORDINATOR, Part.AREA_LEAD)
TOLD = (f.TOLD_MANNER, f.SOLVED, f.CONTENTMENT)
BARRED = (*UNITS, Part.HANDLED)
REVISITORS = (Part.VISITOR, Part.LEADER, Part.COORDINATOR)
