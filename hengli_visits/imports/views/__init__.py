"""Pages of imports."""

from hengli_visits.imports.views import columns, preview, upload, villages
from hengli_visits.imports.views.blueprint import bp

__all__ = ["bp", "columns", "preview", "upload", "villages"]
