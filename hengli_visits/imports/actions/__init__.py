"""Writes of imports: reading a roster into a batch, importing the batch, discarding it, undoing the import."""

from hengli_visits.imports.actions.applying import Counts, apply_batch, discard_batch
from hengli_visits.imports.actions.reading import read, read_roster, reread
from hengli_visits.imports.actions.receiving import receive
from hengli_visits.imports.actions.twinning import choose_twins
from hengli_visits.imports.actions.undoing import undo_batch

__all__ = [
    "Counts",
    "apply_batch",
    "choose_twins",
    "discard_batch",
    "read",
    "read_roster",
    "receive",
    "reread",
    "undo_batch",
]
