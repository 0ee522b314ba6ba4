"""Pages of assignments."""

from hengli_visits.assignments.views import (
    board,
    household,
    mine,
    nudging,
    plans,
    share_out,
    spots,
    swapping,
    targets,
    tasks,
)
from hengli_visits.assignments.views.blueprint import bp

__all__ = ["board", "bp", "household", "mine", "nudging", "plans", "share_out", "spots", "swapping", "targets", "tasks"]
