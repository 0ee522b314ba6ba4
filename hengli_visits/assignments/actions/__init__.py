"""Writes of assignments, by what they decide. What touches many is written in bulk: a village costs as many statements as
a household."""

from hengli_visits.assignments.actions.absences import (
    Handed,
    end_absence,
    hand_back,
    hand_over,
    note_absence,
    undo_hand_over,
)
from hengli_visits.assignments.actions.avoidances import avoid_household, avoid_member, lift_avoidance
from hengli_visits.assignments.actions.claiming import Claimed, claim, give_up
from hengli_visits.assignments.actions.giving import Given, Seen, give, give_each, take_back, to_group, undo_batch
from hengli_visits.assignments.actions.outcomes import confirm_unreachable, record_visit
from hengli_visits.assignments.actions.targeting import place_in_groups, put_back, target_households, untarget

__all__ = [
    "Claimed",
    "Given",
    "Handed",
    "Seen",
    "avoid_household",
    "avoid_member",
    "claim",
    "confirm_unreachable",
    "end_absence",
    "give",
    "give_each",
    "give_up",
    "hand_back",
    "hand_over",
    "lift_avoidance",
    "note_absence",
    "place_in_groups",
    "put_back",
    "record_visit",
    "take_back",
    "target_households",
    "to_group",
    "undo_batch",
    "undo_hand_over",
    "untarget",
]
