"""Pages of what people say: 查找, kept searches, 大家在说."""

from hengli_visits.voices.views import saved, searching, themes
from hengli_visits.voices.views.blueprint import bp

__all__ = ["bp", "saved", "searching", "themes"]
