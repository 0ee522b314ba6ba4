"""The plan of a line is the best there is."""

from itertools import groupby, permutations

from hypothesis import given, settings, strategies as st

from hengli_visits.assignments.distribute.problem import House, Taker, Wish, costs_of
from hengli_visits.assignments.distribute.stretches import share_line
from hengli_visits.assignments.distribute.windows import windows_of
from tests.assignments.distribute.making import every_plan, lines, people

ORDERS = st.sampled_from(list(permutations(Wish)))
SPREADS = st.integers(1, 3)


def check_best(houses: list[House], takers: list[Taker], spread: int, order: tuple[Wish, ...]) -> None:
    windows = windows_of(sum(house.weight for house in houses), takers, spread)
    found = share_line(houses, takers, windows, order)
    assert found.proved
    plans = list(every_plan(houses, takers))
    assert found.plan in plans
    best = min(costs_of(houses, takers, windows, plan).in_order(order) for plan in plans)
    assert costs_of(houses, takers, windows, found.plan).in_order(order) == best


@settings(max_examples=150, deadline=None)
@given(lines(), people(), SPREADS, ORDERS)
def test_equals_brute_force(houses: list[House], takers: list[Taker], spread: int, order: tuple[Wish, ...]) -> None:
    check_best(houses, takers, spread, order)


@settings(max_examples=150, deadline=None)
@given(lines(heaviest=3), people(limits=True), SPREADS, ORDERS)
def test_equals_brute_force_with_weights_and_limits(
    houses: list[House], takers: list[Taker], spread: int, order: tuple[Wish, ...]
) -> None:
    check_best(houses, takers, spread, order)


@settings(max_examples=60, deadline=None)
@given(lines(most=40, members=12), people(most=12), ORDERS, st.randoms())
def test_every_household_once_in_stretches_within_a_spread_of_one(
    houses: list[House], takers: list[Taker], order: tuple[Wish, ...], chance: object
) -> None:
    takers = [Taker(taker.members, taker.base, near=taker.near, streets=taker.streets) for taker in takers]
    windows = windows_of(len(houses), takers, 1)
    found = share_line(houses, takers, windows, order)
    assert set(found.plan) == {house.id for house in houses}
    runs = [number for number, _ in groupby(found.plan[house.id] for house in sorted(houses))]
    assert len(runs) == len(set(runs))
    loads = [taker.base + list(found.plan.values()).count(number) for number, taker in enumerate(takers)]
    served = [load for load, taker in zip(loads, takers, strict=True) if load > taker.base]
    assert max(served) <= min(loads) + 1
    shuffled = list(houses)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert share_line(shuffled, takers, windows, order) == found


def test_nobody_to_give_to_leaves_everything() -> None:
    house = House((1, 1), "一巷", 1, "", 1)
    assert share_line([house], [], [], tuple(Wish)).plan == {}
