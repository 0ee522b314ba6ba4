"""Pages of issues, and the address to which a phone sends revisits."""

from hengli_visits.issues.views import links, pages, reading, revisits, spot_checks, together, triage
from hengli_visits.issues.views.blueprint import bp

__all__ = ["bp", "links", "pages", "reading", "revisits", "spot_checks", "together", "triage"]
