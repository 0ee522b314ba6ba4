"""What an even load is: between which bounds everybody's should lie."""

from collections.abc import Sequence

from hengli_visits.assignments.distribute.problem import Taker, Window


def room(taker: Taker, level: int) -> int:
    """How much weight somebody can still take until their load per head reaches a level, or they can carry no more."""
    top = level * taker.size
    return max(0, (top if taker.cap is None else min(top, taker.cap)) - taker.base)


def windows_of(weight: int, takers: Sequence[Taker], spread: int) -> list[Window]:
    """The window of each taker when so much weight is to be taken and loads per head may differ by `spread`.

    Source: water filling. The lowest level at which all of it fits under is found by halving; with a spread of one,
    everybody who is served ends at that level or one below. A wider spread lies around it, so that streets can stay
    whole. Who has more already keeps it; who can carry less ends at what they can."""
    level = _level(weight, takers)
    top = level + (spread - 1) // 2
    return [Window(*(_within(taker, max(0, bound * taker.size)) for bound in (top - spread, top))) for taker in takers]


def _within(taker: Taker, load: int) -> int:
    return load if taker.cap is None else min(load, taker.cap)


def _level(weight: int, takers: Sequence[Taker]) -> int:
    low, high = 0, weight + max((taker.base for taker in takers), default=0)
    while low < high:
        middle = (low + high) // 2
        if sum(room(taker, middle) for taker in takers) >= weight:
            high = middle
        else:
            low = middle + 1
    return low
