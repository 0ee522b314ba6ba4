"""What is shared out, to whom, and what makes one way better than another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

NO_DOOR = 10**7
"""Stands for a door without a number, after all others."""


class Wish(StrEnum):
    """What to look at first, where there is a choice."""

    WHOLE = "whole"
    NEAR = "near"
    AGAIN = "again"


@dataclass(frozen=True, order=True)
class House:
    """A household in the line: village by its position and id, street as it sorts, door. `id` is of its assignment,
    `last` are the members who called there last time."""

    village: tuple[int, int]
    street: str
    door_number: int
    door: str
    id: int
    weight: int = field(default=1, compare=False)
    last: frozenset[int] = field(default=frozenset(), compare=False)

    @property
    def parts(self) -> tuple[object, object, object]:
        """The village, street and building in which it is. Doors of one number are one building."""
        street = (self.village, self.street)
        return self.village, street, (*street, self.id if self.door_number == NO_DOOR else self.door_number)


@dataclass(frozen=True)
class Taker:
    """Who can go: a visitor, several who go together, or a team. `base` is the weight that they have already, `size`
    for how many they count, `cap` the most that they can carry in all. `near` are ids of the villages of which one of
    them is, `streets` (village, street) where they go already, `apart` the assignments that they shall not have."""

    members: tuple[int, ...]
    base: int = 0
    size: int = 1
    cap: int | None = None
    near: frozenset[int] = frozenset()
    streets: frozenset[tuple[tuple[int, int], str]] = frozenset()
    apart: frozenset[int] = frozenset()

    def is_near(self, house: House) -> bool:
        """Whether one of them is of that village."""
        return house.village[1] in self.near

    def was_there(self, house: House) -> bool:
        """Whether one of them called there last time."""
        return not house.last.isdisjoint(self.members)


class Window(NamedTuple):
    """The loads that count as even: from `floor` to `ceiling`, what somebody has already counted in."""

    floor: int
    ceiling: int


class Costs(NamedTuple):
    """How good a plan is; less is better, the first first (the wishes in the order asked for)."""

    left: int
    beyond: int
    whole: int
    near: int
    again: int
    even: int

    def in_order(self, order: Sequence[Wish]) -> tuple[int, ...]:
        """The costs in the order in which they are compared."""
        return (self.left, self.beyond, *(getattr(self, wish.value) for wish in order), self.even)


def beyond(taker: Taker, window: Window, got: int) -> int:
    """By how much a load lies outside the window, in weight. Nobody loses what they have."""
    after = taker.base + got
    return max(0, window.floor - after) + max(0, after - max(window.ceiling, taker.base))


def evenness(taker: Taker, window: Window, got: int) -> int:
    """The square of what lies above the window's floor: a sum of squares is least when all are alike."""
    return min(max(taker.base + got - window.floor, 0), window.ceiling - window.floor) ** 2


def own_parts(taker: Taker) -> frozenset[object]:
    """The villages and streets where somebody goes already: more of the same is no further part."""
    return frozenset({*taker.streets, *(village for village, _ in taker.streets)})


def costs_of(
    houses: Sequence[House], takers: Sequence[Taker], windows: Sequence[Window], plan: Mapping[int, int]
) -> Costs:
    """The costs of a plan: the taker (by number) of each assignment that has one."""
    given: list[list[House]] = [[] for _ in takers]
    for house in houses:
        if house.id in plan:
            given[plan[house.id]].append(house)
    pairs = [(house, taker) for taker, own in zip(takers, given, strict=True) for house in own]
    loads = [sum(house.weight for house in own) for own in given]
    return Costs(
        left=sum(house.weight for house in houses if house.id not in plan),
        beyond=sum(map(beyond, takers, windows, loads)),
        whole=sum(
            len({part for house in own for part in house.parts} - own_parts(taker))
            for taker, own in zip(takers, given, strict=True)
        ),
        near=sum(not taker.is_near(house) for house, taker in pairs),
        again=sum(bool(house.last) and not taker.was_there(house) for house, taker in pairs),
        even=sum(map(evenness, takers, windows, loads)),
    )
