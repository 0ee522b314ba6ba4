"""Pages of papers."""

from hengli_visits.papers.views import ordering, orders, templates
from hengli_visits.papers.views.blueprint import bp

__all__ = ["bp", "ordering", "orders", "templates"]
