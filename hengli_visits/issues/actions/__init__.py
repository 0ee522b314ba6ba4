"""Writes of issues: opened, moved on, told to the resident."""

from hengli_visits.issues.actions.moving import (
    correct_reported,
    move,
    open_issue,
    want_again,
    withdraw_reported,
)
from hengli_visits.issues.actions.pressing import press_late
from hengli_visits.issues.actions.revisits import put_revisit, record_revisit

__all__ = [
    "correct_reported",
    "move",
    "open_issue",
    "press_late",
    "put_revisit",
    "record_revisit",
    "want_again",
    "withdraw_reported",
]
