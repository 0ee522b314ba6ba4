"""Pages of notices: what happened, and the ways by which it is told outside."""

from hengli_visits.notices.views import channels, deliveries, feed
from hengli_visits.notices.views.blueprint import bp

__all__ = ["bp", "channels", "deliveries", "feed"]
