"""Pages of campaigns, their categories and their dispatch catalogue."""

from hengli_visits.campaigns.views import catalogue, pages
from hengli_visits.campaigns.views.blueprint import bp

__all__ = ["bp", "catalogue", "pages"]
