"""Pages of visits and photos, and the two addresses to which a phone sends them."""

from hengli_visits.visits.views import doorstep, index, keying, pages, phone, photos, recording
from hengli_visits.visits.views.blueprint import bp

__all__ = ["bp", "doorstep", "index", "keying", "pages", "phone", "photos", "recording"]
