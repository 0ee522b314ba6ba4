"""Pages about the phones of a group, and about the files that they hand over."""

from hengli_visits.offline.views import files, phones
from hengli_visits.offline.views.blueprint import bp

__all__ = ["bp", "files", "phones"]
