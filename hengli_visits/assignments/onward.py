"""Where to go next on one's round. Pure; `frontend/offline/onward.ts` chooses by the same rule on a phone, where it knows
what was saved there and has not been sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from hengli_visits import clock
from hengli_visits.models import AssignmentState


class Standing(Protocol):
    """What decides whether a household is gone to next."""

    @property
    def id(self) -> int:
        """The assignment's."""

    @property
    def state(self) -> AssignmentState:
        """How it stands."""

    @property
    def appointment_at(self) -> datetime | None:
        """When one is expected."""

    @property
    def last_visit_at(self) -> datetime | None:
        """When somebody was there."""


FIRST, LATER = 0, 1


def rank(one: Standing, today: date) -> int | None:
    """FIRST: nobody was there yet. LATER: to be tried again today, because it was agreed so for today or before, or
    because nobody was met on an earlier day. None: not to be proposed today."""
    if one.state == AssignmentState.WAITING:
        return FIRST
    if one.state != AssignmentState.AGAIN:
        return None
    if one.appointment_at is not None:
        return LATER if clock.town_time(one.appointment_at).date() <= today else None
    been_today = one.last_visit_at is not None and clock.town_time(one.last_visit_at).date() >= today
    return None if been_today else LATER


def following(round_: Sequence[tuple[int, int | None]], here: int | None) -> int | None:
    """The id of the household to go to from `here` (None, or one that is not of the round: from the start), the round
    being (id, rank) in walking order: the next one where nobody was yet, from the end on again from the start; when
    there is none, the next one to be tried again. None when there is nothing left to do today."""
    place = next((number for number, (id_, _rank) in enumerate(round_) if id_ == here), -1)
    ahead = [*round_[place + 1 :], *round_[: max(place, 0)]]
    for wanted in (FIRST, LATER):
        for id_, found in ahead:
            if found == wanted:
                return id_
    return None


def last_place(round_: Sequence[Standing], today: date) -> int | None:
    """Where one stands: the household of the round that was visited last today; None before the first one."""
    been = [one for one in round_ if one.last_visit_at and clock.town_time(one.last_visit_at).date() == today]
    return max(been, key=lambda one: (one.last_visit_at, one.id)).id if been else None
