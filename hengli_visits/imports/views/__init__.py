"""Pages of imports."""

from hengli_visits.imports.views import mending, preview, twins, undoing, upload
from hengli_visits.imports.views.blueprint import bp

__all__ = ["bp", "mending", "preview", "twins", "undoing", "upload"]
