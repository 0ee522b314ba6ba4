"""Pages of assignments."""

from hengli_visits.assignments.views import household, mine, nudging, share_out, targets, tasks
from hengli_visits.assignments.views.blueprint import bp

__all__ = ["bp", "household", "mine", "nudging", "share_out", "targets", "tasks"]
