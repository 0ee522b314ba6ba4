"""What a phone asks for: the worker, its pages, a word whether the server is there; and what leaders see of phones."""

from hengli_visits.offline.views import contact, files, outbox, pack, phones, worker
from hengli_visits.offline.views.blueprint import bp

__all__ = ["bp", "contact", "files", "outbox", "pack", "phones", "worker"]
