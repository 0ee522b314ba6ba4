"""Writes of keys, of what is told to other systems, and of each use."""

from hengli_visits.api.actions.events import put_events_on_the_way
from hengli_visits.api.actions.hooks import add_hook, remove_hook
from hengli_visits.api.actions.keys import make, note_residents_read, revoke, use

__all__ = [
    "add_hook",
    "make",
    "note_residents_read",
    "put_events_on_the_way",
    "remove_hook",
    "revoke",
    "use",
]
