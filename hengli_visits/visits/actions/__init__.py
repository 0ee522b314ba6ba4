"""Writes of visits: saved, revised, voided, a clash decided; and at doors that are in no book."""

from hengli_visits.visits.actions.deciding import choose_revision, void_visit
from hengli_visits.visits.actions.doorstep import put_visit_at_door
from hengli_visits.visits.actions.envelopes import put_envelope
from hengli_visits.visits.actions.saving import Saved, put_visit

__all__ = ["Saved", "choose_revision", "put_envelope", "put_visit", "put_visit_at_door", "void_visit"]
