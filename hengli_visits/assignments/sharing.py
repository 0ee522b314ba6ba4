"""The plain even share-out: who of a group gets which of its households. Pure: same input, same result.

Rule. Households stand in line, village by village, street by street, by door number. Each pair of hands (a visitor, or
several who go together) gets one stretch of that line, so that neighbours stay together and a street is cut only where
one stretch ends and the next begins. Stretches are as long as it takes to even out the loads: what somebody has already
stays and counts. Afterwards nobody who got a household has more than one household above anybody else.

Source of the rule: fair contiguous division of a line of equal pieces ("linear partition", Skiena, The Algorithm Design
Manual, 10.7), which for pieces of weight one is levelling: each next piece goes where the load is smallest. Weights,
distance, wishes and kinship are not looked at.
"""

import heapq
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where a household stands in the line: village by its position, street as it sorts, door. `id` is of its assignment."""

    village: tuple[int, int]
    street: str
    door_number: int
    door: str
    id: int


@dataclass(frozen=True)
class Hands:
    """A visitor or several who go together, with the number of households that they have already."""

    members: tuple[int, ...]
    load: int = 0


def quotas(count: int, loads: Sequence[int]) -> list[int]:
    """How many of `count` equal pieces each gets so that the smallest loads rise first; ties go to who stands first.
    O((n + count) log n)."""
    heap = [(load, index) for index, load in enumerate(loads)]
    heapq.heapify(heap)
    got = [0] * len(loads)
    for _ in range(count if heap else 0):
        load, index = heap[0]
        got[index] += 1
        heapq.heapreplace(heap, (load + 1, index))
    return got


def share_evenly(places: Sequence[Place], hands: Sequence[Hands]) -> dict[int, tuple[int, ...]]:
    """The members for each assignment, each assignment once; nothing when there are no hands. The order of `places`
    does not matter; that of `hands` decides who gets which stretch."""
    line = sorted(places)
    plan: dict[int, tuple[int, ...]] = {}
    start = 0
    for own, quota in zip(hands, quotas(len(line), [h.load for h in hands]), strict=True):
        plan.update((place.id, own.members) for place in line[start : start + quota])
        start += quota
    return plan


def in_pairs(members: Sequence[int]) -> list[tuple[int, ...]]:
    """Members two by two as they stand in the roster; with an odd number the last three go together. One alone goes
    alone."""
    pairs = [tuple(members[i : i + 2]) for i in range(0, len(members), 2)]
    if len(pairs) > 1 and len(pairs[-1]) == 1:
        pairs[-2:] = [pairs[-2] + pairs[-1]]
    return pairs


@dataclass(frozen=True)
class Pool:
    """Households of one group or team that wait for visitors, and who may get them."""

    places: tuple[Place, ...]
    hands: tuple[tuple[int, ...], ...]


def share_pools(pools: Sequence[Pool], tasks: Mapping[int, frozenset[Hashable]]) -> dict[int, tuple[int, ...]]:
    """Share out pool after pool; what a member got in one counts in the next. `tasks` holds what each member has
    already: a pair's load is what any of the two has. A pool without hands stays as it is."""
    plan: dict[int, tuple[int, ...]] = {}
    held: dict[int, set[Hashable]] = {member_id: set(own) for member_id, own in tasks.items()}
    for pool in pools:
        hands = [
            Hands(members, len(set().union(*(held.get(member_id, set()) for member_id in members))))
            for members in pool.hands
        ]
        part = share_evenly(pool.places, hands)
        for id_, members in part.items():
            for member_id in members:
                held.setdefault(member_id, set()).add(id_)
        plan |= part
    return plan
