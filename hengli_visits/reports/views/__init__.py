"""Pages of figures, each with the lists behind its numbers."""

from hengli_visits.reports.views import maps, overview, own, rows, standing, workload
from hengli_visits.reports.views.blueprint import bp

__all__ = ["bp", "maps", "overview", "own", "rows", "standing", "workload"]
