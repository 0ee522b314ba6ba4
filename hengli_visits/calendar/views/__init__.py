"""Pages of the calendar and of the regular jobs."""

from hengli_visits.calendar.views import days, files, jobs
from hengli_visits.calendar.views.blueprint import bp

__all__ = ["bp", "days", "files", "jobs"]
