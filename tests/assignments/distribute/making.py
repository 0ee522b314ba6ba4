"""Small random cases, and all plans that there are for them."""

from collections.abc import Iterator, Sequence
from itertools import groupby, product

from hypothesis import strategies as st

from hengli_visits.assignments.distribute.problem import House, Taker

STREETS = ("一巷", "二巷", "祠堂街")


@st.composite
def lines(draw: st.DrawFn, most: int = 6, heaviest: int = 1, members: int = 4) -> list[House]:
    """Households of two villages, ids from 1; some were visited last time by one of the members 1 to `members`."""
    houses = []
    for number in range(draw(st.integers(1, most))):
        last = draw(st.sets(st.integers(1, members), max_size=1))
        houses.append(
            House(
                village=(draw(st.integers(1, 2)),) * 2,
                street=draw(st.sampled_from(STREETS)),
                door_number=draw(st.integers(1, 3)),
                door=str(number),
                id=number + 1,
                weight=draw(st.integers(1, heaviest)),
                last=frozenset(last),
            )
        )
    return houses


@st.composite
def people(draw: st.DrawFn, most: int = 3, *, limits: bool = False) -> list[Taker]:
    """Takers whose members are 1, 2 …; with `limits` some can carry little or shall not have some households."""
    takers = []
    for number in range(draw(st.integers(1, most))):
        streets = draw(st.sets(st.tuples(st.sampled_from([(1, 1), (2, 2)]), st.sampled_from(STREETS)), max_size=1))
        takers.append(
            Taker(
                members=(number + 1,),
                base=draw(st.integers(0, 2)),
                size=draw(st.integers(1, 2)),
                cap=draw(st.none() | st.integers(0, 4)) if limits else None,
                near=frozenset(draw(st.sets(st.integers(1, 2), max_size=2))),
                streets=frozenset(streets),
                apart=frozenset(draw(st.sets(st.integers(1, 6), max_size=2))) if limits else frozenset(),
            )
        )
    return takers


def every_plan(houses: Sequence[House], takers: Sequence[Taker]) -> Iterator[dict[int, int]]:
    """All plans in which everybody has at most one stretch, nobody more than they can carry, and nobody whom they shall
    not meet."""
    line = sorted(houses)
    for choice in product((None, *range(len(takers))), repeat=len(line)):
        runs = [taker for taker, _ in groupby(choice) if taker is not None]
        if len(runs) > len(set(runs)):
            continue
        plan = {house.id: taker for house, taker in zip(line, choice, strict=True) if taker is not None}
        if all(_fits(takers[number], [h for h in line if plan.get(h.id) == number]) for number in set(runs)):
            yield plan


def _fits(taker: Taker, own: Sequence[House]) -> bool:
    load = taker.base + sum(house.weight for house in own)
    return (taker.cap is None or load <= taker.cap) and not any(house.id in taker.apart for house in own)
