"""Writes of issues: opened, moved on, told to the resident."""

from hengli_visits.issues.actions.checking import draw_sample, record_check
from hengli_visits.issues.actions.links import answer_link, make_link, revoke_link
from hengli_visits.issues.actions.moving import (
    correct_reported,
    move,
    open_issue,
    want_again,
    withdraw_reported,
)
from hengli_visits.issues.actions.pressing import press_late
from hengli_visits.issues.actions.reading import note_export, note_print, note_view, reveal_phone
from hengli_visits.issues.actions.revisits import put_revisit, record_revisit

__all__ = [
    "answer_link",
    "correct_reported",
    "draw_sample",
    "make_link",
    "move",
    "note_export",
    "note_print",
    "note_view",
    "open_issue",
    "press_late",
    "put_revisit",
    "record_check",
    "record_revisit",
    "reveal_phone",
    "revoke_link",
    "want_again",
    "withdraw_reported",
]
