"""Cutting the line of households into stretches and handing them out, in one step.

The line is a path from before its first household to behind its last. A stretch that somebody could take is an arc over
its households; a household that is left over is an arc over itself. A plan is a way along the path on which nobody is
used twice. Takers who are alike in all that counts form a class: their arcs stand in the programme once, with a row
that counts them; who was there last time, or goes to one of its streets already, has arcs of their own over these
households, and who shall not meet one of them is a class of their own. Exact: the arcs left out (outside the windows)
can be in no best plan, since every plan with them lies further beyond the windows than the one found.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from hengli_visits.assignments.distribute.problem import House, Taker, Window, Wish, beyond, evenness, own_parts
from hengli_visits.assignments.distribute.programme import Programme, Solution

PRECISE = 2**32
"""Costs are added up in one number as long as it stays below this; a solver counts in floating point."""
RANKS = ("left", "beyond", *Wish, "even")
Cost = Mapping[str, int]


@dataclass(frozen=True)
class Stretches:
    """Who takes which: the number of the taker of each assignment that has one; and whether that is proved to be the
    best."""

    plan: dict[int, int]
    proved: bool


@dataclass(frozen=True)
class _Arc:
    """A stretch of the line from `start` to before `end`: for a taker, for anybody of a class, or for nobody."""

    start: int
    end: int
    kind: int | None
    taker: int | None
    cost: Cost


def share_line(
    houses: Sequence[House], takers: Sequence[Taker], windows: Sequence[Window], order: Sequence[Wish]
) -> Stretches:
    """The best plan (see the package's words). The order of `houses` does not matter; that of `takers` decides between
    plans that are equally good. O(arcs) memory: about households × lengths within the windows × classes."""
    line = _Line(tuple(sorted(houses)), takers, windows)
    if not line.houses or not takers:
        return Stretches({}, proved=True)
    loose = line.heaviest > 1 or line.tight or any(taker.apart for taker in takers)
    if not loose:
        found = _solve(line, order, 0, soft=False)
        if found is not None:
            return found[0]
    slack = line.heaviest - 1
    while soft := _solve(line, order, slack, soft=True):
        stretches, left, outside = soft
        if left > line.least_left and slack < line.weight:
            slack = line.weight
        elif outside > slack and slack < line.weight:
            slack = min(outside, line.weight)
        else:
            return stretches
    return Stretches({}, proved=False)


class _Line:
    """The line with its sums, and the takers by class."""

    def __init__(self, houses: tuple[House, ...], takers: Sequence[Taker], windows: Sequence[Window]) -> None:
        self.houses, self.takers, self.windows = houses, takers, windows
        self.weights = [0, *accumulate(house.weight for house in houses)]
        self.weight = self.weights[-1]
        self.heaviest = max((house.weight for house in houses), default=1)
        self.places = {house.id: place for place, house in enumerate(houses)}
        fresh = [3] + [sum(a != b for a, b in zip(one.parts, two.parts, strict=True)) for one, two in pairwise(houses)]
        self.fresh = [0, *accumulate(fresh)]
        self.remembered = [0, *accumulate(int(bool(house.last)) for house in houses)]
        self.villages = {house.village[1] for house in houses}

    @cached_property
    def least_left(self) -> int:
        """The weight that nobody can carry in any way."""
        if any(taker.cap is None for taker in self.takers):
            return 0
        return max(0, self.weight - sum(max(0, (taker.cap or 0) - taker.base) for taker in self.takers))

    @property
    def tight(self) -> bool:
        """Whether there are more households than the windows hold."""
        return self.weight > sum(
            max(0, window.ceiling - taker.base) for taker, window in zip(self.takers, self.windows, strict=True)
        )

    @cached_property
    def classes(self) -> list[list[int]]:
        """The takers who are alike, by number; the wishes of single households and streets are not looked at."""
        found: dict[object, list[int]] = {}
        for number, (taker, window) in enumerate(zip(self.takers, self.windows, strict=True)):
            own = number if taker.apart & self.places.keys() else None
            villages = frozenset(village for village, _ in taker.streets if village[1] in self.villages)
            key = (taker.base, taker.size, taker.cap, window, taker.near & self.villages, villages, own)
            found.setdefault(key, []).append(number)
        return list(found.values())

    def parts(self, start: int, end: int) -> int:
        """How many villages, streets and buildings a stretch has."""
        return 3 + self.fresh[end] - self.fresh[start + 1]

    def ends(self, start: int, low: int, high: int) -> Iterator[int]:
        """Where stretches from here end whose weight lies between these, in order."""
        first = self.weights[start]
        for end in range(start + 1, len(self.houses) + 1):
            weight = self.weights[end] - first
            if weight > high:
                return
            if weight >= low:
                yield end

    def arcs(self, slack: int) -> Iterator[_Arc]:
        """All stretches that anybody might take, with their costs."""
        for kind, numbers in enumerate(self.classes):
            some = numbers[0]
            strangers, forbidden, known = self._sums(some)
            by_place: dict[int, list[int]] = defaultdict(list)
            for number in numbers:
                for place in self._wanted(number):
                    by_place[place].append(number)
            for start, end in self._spans(some, slack):
                if forbidden[end] > forbidden[start]:
                    continue
                cost = self._cost(some, start, end)
                cost["near"] = strangers[end] - strangers[start]
                cost["whole"] -= known[end] - known[start + 1] + int(self._known_village(some, start))
                yield _Arc(start, end, kind, None, cost)
                for number in dict.fromkeys(one for place in range(start, end) for one in by_place.get(place, ())):
                    yield _Arc(start, end, kind, number, self._own_cost(cost, number, start, end))

    def _sums(self, number: int) -> tuple[list[int], list[int], list[int]]:
        """Running sums over the line for a taker: households of other villages, those that they shall not have, and
        villages that begin here where they go already."""
        taker = self.takers[number]
        begins = [
            place > 0 and self.houses[place - 1].village != house.village for place, house in enumerate(self.houses)
        ]
        return (
            [0, *accumulate(int(not taker.is_near(house)) for house in self.houses)],
            [0, *accumulate(int(house.id in taker.apart) for house in self.houses)],
            [0, *accumulate(int(new and self._known_village(number, place)) for place, new in enumerate(begins))],
        )

    def _known_village(self, number: int, place: int) -> bool:
        return any(village == self.houses[place].village for village, _ in self.takers[number].streets)

    def _spans(self, number: int, slack: int) -> Iterator[tuple[int, int]]:
        taker, window = self.takers[number], self.windows[number]
        high = window.ceiling - taker.base + slack
        if taker.cap is not None:
            high = min(high, taker.cap - taker.base)
        low = max(1, window.floor - taker.base - slack)
        for start in range(len(self.houses)):
            for end in self.ends(start, low, high):
                yield start, end

    def _wanted(self, number: int) -> list[int]:
        taker = self.takers[number]
        if not taker.streets and not any(house.last for house in self.houses):
            return []
        return [
            place
            for place, house in enumerate(self.houses)
            if taker.was_there(house) or (house.village, house.street) in taker.streets
        ]

    def _cost(self, number: int, start: int, end: int) -> dict[str, int]:
        taker, window = self.takers[number], self.windows[number]
        got = self.weights[end] - self.weights[start]
        return {
            "left": 0,
            "beyond": beyond(taker, window, got) - beyond(taker, window, 0),
            "whole": self.parts(start, end),
            "near": 0,
            "again": self.remembered[end] - self.remembered[start],
            "even": evenness(taker, window, got) - evenness(taker, window, 0),
        }

    def _own_cost(self, cost: Mapping[str, int], number: int, start: int, end: int) -> dict[str, int]:
        taker = self.takers[number]
        stretch = self.houses[start:end]
        known = taker.streets & {(house.village, house.street) for house in stretch}
        there = sum(taker.was_there(house) for house in stretch)
        return {**cost, "whole": cost["whole"] - len(known), "again": cost["again"] - there}


def _solve(line: _Line, order: Sequence[Wish], slack: int, *, soft: bool) -> tuple[Stretches, int, int] | None:
    """The best plan with stretches that lie at most `slack` outside the windows, with what it leaves over and how far it
    lies beyond them. Not `soft`: nothing is left over, and all loads lie within."""
    arcs = list(line.arcs(slack))
    if soft:
        arcs += [
            _Arc(place, place + 1, None, None, {**dict.fromkeys(RANKS, 0), "left": house.weight})
            for place, house in enumerate(line.houses)
        ]
    programme = _programme(line, arcs, soft=soft)
    best: Solution | None = None
    proved = True
    for stage in _stages(line, order, soft=soft):
        costs = [sum(arc.cost[rank] * times for rank, times in stage) for arc in arcs]
        best = programme.solve(costs, best)
        if best is None:
            return None
        proved = proved and best.proved
        programme.bind(costs, programme.cost(costs, best.amounts))
    chosen = [arcs[number] for number in best.chosen] if best else []
    outside = sum(arc.cost["beyond"] for arc in chosen) + sum(
        beyond(taker, window, 0) for taker, window in zip(line.takers, line.windows, strict=True)
    )
    return Stretches(_handed_out(line, chosen), proved), sum(arc.cost["left"] for arc in chosen), outside


def _programme(line: _Line, arcs: Sequence[_Arc], *, soft: bool) -> Programme:
    programme = Programme()
    last = len(line.houses)
    for place in range(last + 1):
        flow = 1 if place == 0 else -1 if place == last else 0
        programme.row(flow, flow)
    classes = [programme.row(*_used(line, numbers, soft=soft)) for numbers in line.classes]
    own = {number: programme.row(None, 1) for number in sorted({arc.taker for arc in arcs if arc.taker is not None})}
    for arc in arcs:
        entries = [(arc.start, 1), (arc.end, -1)]
        if arc.kind is not None:
            entries.append((classes[arc.kind], 1))
        if arc.taker is not None:
            entries.append((own[arc.taker], 1))
        programme.column(*entries)
    return programme


def _used(line: _Line, numbers: Sequence[int], *, soft: bool) -> tuple[int | None, int]:
    """How many of a class take a stretch: all of them when they lie below their window without."""
    needy = not soft and line.takers[numbers[0]].base < line.windows[numbers[0]].floor
    return len(numbers) if needy else None, len(numbers)


def _stages(line: _Line, order: Sequence[Wish], *, soft: bool) -> Iterator[list[tuple[str, int]]]:
    """The ranks with their factors, in groups: within a group a unit of an earlier one outweighs all of the later."""
    if soft:
        yield [("left", 2 * line.weight + 1), ("beyond", 1)]
    group: list[tuple[str, int]] = []
    factor = 1
    for rank in (*order, "even"):
        size = _range(line, rank) + 1
        if factor * size > PRECISE and group:
            yield group
            group, factor = [], 1
        group = [(name, times * size) for name, times in group]
        group.append((rank, 1))
        factor *= size
    yield group


def _range(line: _Line, rank: str) -> int:
    """By how much two plans can differ in a rank."""
    count = len(line.houses)
    if rank == Wish.WHOLE:
        streets = {(house.village, house.street) for house in line.houses}
        known = sum(len(own_parts(taker) & (streets | {village for village, _ in streets})) for taker in line.takers)
        return 3 * min(count, len(line.takers)) + known
    if rank == "even":
        return sum((window.ceiling - window.floor) ** 2 for window in line.windows)
    return count if rank == Wish.NEAR else line.remembered[-1]


def _handed_out(line: _Line, chosen: Sequence[_Arc]) -> dict[int, int]:
    """The taker of each assignment: who is meant by an arc, else the next of the class."""
    meant = {arc.taker for arc in chosen}
    free = [iter([number for number in numbers if number not in meant]) for numbers in line.classes]
    plan: dict[int, int] = {}
    for arc in sorted(chosen, key=lambda arc: arc.start):
        if arc.kind is None:
            continue
        number = next(free[arc.kind]) if arc.taker is None else arc.taker
        plan.update((house.id, number) for house in line.houses[arc.start : arc.end])
    return plan
