"""Whether something is said more often than before, and not by chance; pure."""

import math

SURE = 5.41
"""From here on a rise is believed: the value that chance alone exceeds upwards in one case of a hundred (χ² with one
degree of freedom is 5.41 for one per cent on one side)."""
LEAST = 4
"""So many times at least: of fewer nothing is told."""


def likelihood_ratio(now: int, now_all: int, before: int, before_all: int) -> float:
    """G² = 2 Σ O ln(O / E) over the table said / not said × this period / the one before: how hard the two periods are to
    explain by one common share. For small numbers it stays small, where a ratio or χ² would leap. Source: Dunning,
    "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1), 1993."""
    whole = now_all + before_all
    if not now_all or not before_all:
        return 0.0
    observed = ((now, now_all - now), (before, before_all - before))
    said = (now + before, whole - now - before)
    total = 0.0
    for row, row_all in zip(observed, (now_all, before_all), strict=True):
        for cell, column_all in zip(row, said, strict=True):
            if cell:
                total += cell * math.log(cell * whole / (row_all * column_all))
    return 2 * total


def least_rise(now_all: int, before: int, before_all: int) -> int | None:
    """How often at least something must be said now to count as rising, when it was said `before` times; None when no
    number is enough. The test only grows with the number, so it is found by halving."""
    low, high = LEAST, now_all
    if high < low or not is_rising(high, now_all, before, before_all):
        return None
    while low < high:
        middle = (low + high) // 2
        if is_rising(middle, now_all, before, before_all):
            high = middle
        else:
            low = middle + 1
    return low


def is_rising(now: int, now_all: int, before: int, before_all: int) -> bool:
    """Whether it is a larger share of what is said than before, with a rise that chance does not explain."""
    if now < LEAST or not now_all or not before_all or now * before_all <= before * now_all:
        return False
    return likelihood_ratio(now, now_all, before, before_all) >= SURE
