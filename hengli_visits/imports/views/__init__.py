"""Pages of imports."""

from hengli_visits.imports.views import columns, mending, preview, twins, undoing, upload, villages
from hengli_visits.imports.views.blueprint import bp

__all__ = ["bp", "columns", "mending", "preview", "twins", "undoing", "upload", "villages"]
