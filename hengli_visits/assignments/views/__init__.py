"""Pages of assignments."""

from hengli_visits.assignments.views import board, household, mine, share_out, swapping, targets, tasks
from hengli_visits.assignments.views.blueprint import bp

__all__ = ["board", "bp", "household", "mine", "share_out", "swapping", "targets", "tasks"]
