"""Writes of assignments, by what they decide. What touches many is written in bulk: a village costs as many statements as
a household."""

from hengli_visits.assignments.actions.giving import Given, Seen, give, give_each, take_back, to_group, undo_batch
from hengli_visits.assignments.actions.nudging import Nudged, nudge
from hengli_visits.assignments.actions.outcomes import confirm_unreachable, record_visit
from hengli_visits.assignments.actions.targeting import place_in_groups, put_back, target_households, untarget

__all__ = [
    "Given",
    "Nudged",
    "Seen",
    "confirm_unreachable",
    "give",
    "give_each",
    "nudge",
    "place_in_groups",
    "put_back",
    "record_visit",
    "take_back",
    "target_households",
    "to_group",
    "undo_batch",
    "untarget",
]
