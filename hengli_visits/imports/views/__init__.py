"""Pages of imports."""

from hengli_visits.imports.views import preview, upload
from hengli_visits.imports.views.blueprint import bp

__all__ = ["bp", "preview", "upload"]
