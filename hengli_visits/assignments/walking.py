"""The order in which one walks from household to household. Pure: the same households, however they come, give the
same order.

The rule:

1. Village by village, in the order of the area tree. What lies on one street is visited together.
2. On a street, doors by number as people count them: 17, 17-1, 17号之二, 17甲 before 18; buildings by their letter
   (A栋 before B栋) before the rooms in them; a door without a number last.
3. Streets of a village in the order of their names (一巷, 二巷 … 十巷), or, where positions are known, beginning with
   the first street and each time on to the one whose middle lies nearest; a street of which no position is known stays
   behind the one that it follows by name. The nearest-next order is taken only when it saves at least `WORTH` metres.
4. A street is walked up; or down, or one side up and the other down (odd and even numbers), when that saves at least
   `WORTH` metres. Households without a position keep their place by door among the others.

All choices of 3 and 4 are weighed together, so the walked length (straight lines between the positions that are known)
is never longer than that of the plain order by village, street and door."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import cos, hypot, radians

LAST_DOOR = 10**7
"""Stands for a door without a number, after all others."""
WORTH = 30
"""Metres that another than the plain order must save: below that, an order that one can foresee is worth more."""

METRES_PER_DEGREE = 111_320
STEMS = "甲乙丙丁戊己庚辛壬癸"
HAN = "零一二三四五六七八九"
PARTS = re.compile(rf"(\d+)|([{HAN}〇两十百]+)|([a-z])|([{STEMS}])")
BUILDING = re.compile(rf"^(?:([a-z])|([{STEMS}]))(?=座|栋|幢|\d)")

Position = tuple[float, float]
"""Latitude and longitude, in degrees."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A household on the way. `village` sorts villages; `street_order` sorts streets (`search.street_order`)."""

    id: int
    village: tuple[int, int]
    street: str
    street_order: str
    door_number: int | None
    door: str
    position: Position | None = None


def walk(stops: Iterable[Stop]) -> list[Stop]:
    """The stops in walking order."""
    ways = [_Way(0, (), None)]
    plain = sorted(stops, key=plain_key)
    for _village, there in groupby(plain, lambda stop: stop.village):
        streets = [tuple(part) for _street, part in groupby(there, _street_of)]
        nearest = _nearest_next(streets)
        onward = _through(ways, streets)
        if nearest != streets:
            onward += [way.dearer(WORTH) for way in _through(ways, nearest)]
        ways = onward
    return list(min(ways, key=lambda way: way.cost).stops)


def plain_key(stop: Stop) -> tuple[object, ...]:
    """Sorts by village, street and door, without regard to positions."""
    return (stop.village, stop.street_order, stop.street, *door_key(stop.door, stop.door_number), stop.door, stop.id)


def door_key(door: str, number: int | None = None) -> tuple[int, int, tuple[int, ...]]:
    """Sorts doors of a street: building, number, what follows it. `number` stands in where the door shows none."""
    text = unicodedata.normalize("NFKC", door).lower()
    building = BUILDING.match(text)
    parts = [_value(*found) for found in PARTS.findall(text[building.end() :] if building else text)]
    block = _value("", "", building[1] or "", building[2] or "") if building else 0
    if not parts:
        return block, LAST_DOOR if number is None else number, ()
    return block, parts[0], tuple(parts[1:])


def length(stops: Iterable[Stop]) -> int:
    """The walked length in metres: straight lines between the positions that are known, in the order given."""
    way = _Way(0, (), None)
    return way.along(tuple(stops)).cost


def apart(one: Position, other: Position) -> int:
    """How far two positions are from each other, in whole metres. Within a town the earth is flat."""
    north = (other[0] - one[0]) * METRES_PER_DEGREE
    east = (other[1] - one[1]) * METRES_PER_DEGREE * cos(radians((one[0] + other[0]) / 2))
    return round(hypot(north, east))


@dataclass(frozen=True, slots=True)
class _Way:
    """A way so far: what it costs in metres, its stops, the last position that is known."""

    cost: int
    stops: tuple[Stop, ...]
    end: Position | None

    def along(self, street: Sequence[Stop]) -> "_Way":
        cost, end = self.cost, self.end
        for stop in street:
            if stop.position is not None:
                cost += apart(end, stop.position) if end is not None else 0
                end = stop.position
        return _Way(cost, (*self.stops, *street), end)

    def dearer(self, metres: int) -> "_Way":
        return _Way(self.cost + metres, self.stops, self.end)


def _value(digits: str, han: str, letter: str, stem: str) -> int:
    if digits:
        return min(int(digits[:9]), LAST_DOOR - 1)
    if han:
        return _han_value(han)
    return ord(letter) - ord("a") + 1 if letter else STEMS.index(stem) + 1


def _han_value(text: str) -> int:
    """二十三 → 23, 一百零五 → 105, 四四 → 44."""
    text = text.replace("〇", "零").replace("两", "二")[:9]
    if not set(text) & set("十百"):
        return min(int("".join(str(HAN.index(sign)) for sign in text)), LAST_DOOR - 1)
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
        else:
            digit = HAN.index(sign)
    return total + digit


def _street_of(stop: Stop) -> tuple[str, str]:
    return stop.street_order, stop.street


def _through(ways: Sequence[_Way], streets: Sequence[tuple[Stop, ...]]) -> list[_Way]:
    """The best way through the streets for each place where the last of them can be left. Where nothing is known of a
    street, one leaves it where one came from: no way to it is better than another yet."""
    for street in streets:
        if all(stop.position is None for stop in street):
            ways = [way.along(street) for way in ways]
            continue
        manners = _manners(street)
        ways = [
            min((way.along(manner).dearer(WORTH if number else 0) for way in ways), key=lambda way: way.cost)
            for number, manner in enumerate(manners)
        ]
    return list(ways)


def _manners(street: tuple[Stop, ...]) -> list[tuple[Stop, ...]]:
    """The manners in which a street may be walked, the plain one first."""
    if sum(stop.position is not None for stop in street) < 2:
        return [street]
    odd = tuple(stop for stop in street if _is_odd(stop))
    even = tuple(stop for stop in street if not _is_odd(stop))
    manners = [street, street[::-1]]
    if odd and even:
        manners += [odd + even[::-1], even + odd[::-1]]
    return manners


def _is_odd(stop: Stop) -> bool:
    return door_key(stop.door, stop.door_number)[1] % 2 == 1


def _nearest_next(streets: Sequence[tuple[Stop, ...]]) -> list[tuple[Stop, ...]]:
    """The streets from the first one on, each time to the nearest middle; streets without positions stay behind the
    one that they follow."""
    knots: list[tuple[Position | None, list[tuple[Stop, ...]]]] = []
    for street in streets:
        middle = _middle(street)
        if middle is None and knots:
            knots[-1][1].append(street)
        else:
            knots.append((middle, [street]))
    found, left = knots[:1], knots[1:]
    while left:
        here = next((middle for middle, _ in reversed(found) if middle is not None), None)
        onward = min(left, key=lambda knot: apart(here, knot[0]) if here and knot[0] else 0)
        left.remove(onward)
        found.append(onward)
    return [street for _middle, part in found for street in part]


def _middle(street: Sequence[Stop]) -> Position | None:
    known = [stop.position for stop in street if stop.position is not None]
    if not known:
        return None
    return sum(north for north, _ in known) / len(known), sum(east for _, east in known) / len(known)
