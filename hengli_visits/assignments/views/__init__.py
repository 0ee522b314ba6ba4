"""Pages of assignments."""

from hengli_visits.assignments.views import absences, avoidances, claims, household, mine, share_out, targets, tasks
from hengli_visits.assignments.views.blueprint import bp

__all__ = ["absences", "avoidances", "bp", "claims", "household", "mine", "share_out", "targets", "tasks"]
