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
from hengli_visits.assignments.actions.applying import apply_share_out, order_apply, undo_share_out
from hengli_visits.assignments.actions.avoidances import avoid_household, avoid_member, lift_avoidance
from hengli_visits.assignments.actions.claiming import Claimed, claim, give_up
from hengli_visits.assignments.actions.giving import (
    Given,
    Seen,
    give,
    give_each,
    take_back,
    take_back_each,
    to_group,
    undo_batch,
)
from hengli_visits.assignments.actions.nudging import Nudged, nudge
from hengli_visits.assignments.actions.outcomes import confirm_unreachable, record_visit
from hengli_visits.assignments.actions.sharing import (
    come_to_nothing,
    discard_share_out,
    move_in_plan,
    order_share_out,
    think,
    work_out,
    write_down,
)
from hengli_visits.assignments.actions.swapping import swap
from hengli_visits.assignments.actions.targeting import place_in_groups, put_back, target_households, untarget

__all__ = [
    "Claimed",
    "Given",
    "Handed",
    "Nudged",
    "Seen",
    "apply_share_out",
    "avoid_household",
    "avoid_member",
    "claim",
    "come_to_nothing",
    "confirm_unreachable",
    "discard_share_out",
    "end_absence",
    "give",
    "give_each",
    "give_up",
    "hand_back",
    "hand_over",
    "lift_avoidance",
    "move_in_plan",
    "note_absence",
    "nudge",
    "order_apply",
    "order_share_out",
    "place_in_groups",
    "put_back",
    "record_visit",
    "swap",
    "take_back",
    "take_back_each",
    "target_households",
    "think",
    "to_group",
    "undo_batch",
    "undo_hand_over",
    "undo_share_out",
    "untarget",
    "work_out",
    "write_down",
]
