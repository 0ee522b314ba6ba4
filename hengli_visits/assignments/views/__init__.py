"""Pages of assignments."""

from hengli_visits.assignments.views import household, mine, share_out, sheets, targets, tasks
from hengli_visits.assignments.views.blueprint import bp

__all__ = ["bp", "household", "mine", "share_out", "sheets", "targets", "tasks"]
