"""Pages of assignments."""

from hengli_visits.assignments.views import (
    absences,
    avoidances,
    board,
    claims,
    household,
    mine,
    nudging,
    plans,
    share_out,
    sheets,
    spots,
    swapping,
    targets,
    tasks,
)
from hengli_visits.assignments.views.blueprint import bp

__all__ = [
    "absences",
    "avoidances",
    "board",
    "bp",
    "claims",
    "household",
    "mine",
    "nudging",
    "plans",
    "share_out",
    "sheets",
    "spots",
    "swapping",
    "targets",
    "tasks",
]
