"""Pages of issues, and the address to which a phone sends revisits."""

from hengli_visits.issues.views import pages, revisits, together, triage
from hengli_visits.issues.views.blueprint import bp

__all__ = ["bp", "pages", "revisits", "together", "triage"]
