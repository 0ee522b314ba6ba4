"""What other systems read, and pages of keys."""

from hengli_visits.api.views import keys, reading
from hengli_visits.api.views.blueprint import bp

__all__ = ["bp", "keys", "reading"]
