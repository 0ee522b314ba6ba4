"""Writes of imports: reading a roster into a batch, importing the batch, discarding it, undoing the import."""

from hengli_visits.imports.actions.applying import Counts, apply_batch, discard_batch, settle
from hengli_visits.imports.actions.correcting import change_kind, correct_columns, forget_columns, learn_villages
from hengli_visits.imports.actions.ordering import come_to_nothing, order_apply
from hengli_visits.imports.actions.reading import read, read_roster
from hengli_visits.imports.actions.receiving import discard_forgotten, receive
from hengli_visits.imports.actions.twinning import choose_twins
from hengli_visits.imports.actions.undoing import undo_batch

__all__ = [
    "Counts",
    "apply_batch",
    "change_kind",
    "choose_twins",
    "come_to_nothing",
    "correct_columns",
    "discard_batch",
    "discard_forgotten",
    "forget_columns",
    "learn_villages",
    "order_apply",
    "read",
    "read_roster",
    "receive",
    "settle",
    "undo_batch",
]
