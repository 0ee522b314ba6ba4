"""Who may do what with assignments."""

from tests.assignments.permissions import claims, leave, plans, targets, tasks
from tests.assignments.permissions.plans import ASKED

__all__ = ["ASKED", "ROWS"]

ROWS = [*leave.ROWS, *claims.ROWS, *tasks.ROWS, *plans.ROWS, *targets.ROWS]
