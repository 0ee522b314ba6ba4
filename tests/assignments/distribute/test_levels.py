"""From the campaign down to the visitors: everything has a place or a reason, loads are even, wishes are kept."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings, strategies as st

from hengli_visits.assignments.distribute.levels import Held, Level, Plan, Team, Terms, Town, distribute
from hengli_visits.assignments.distribute.pairing import Person
from hengli_visits.assignments.distribute.placing import place
from hengli_visits.assignments.distribute.problem import House, Taker
from hengli_visits.assignments.distribute.windows import room, windows_of
from tests.assignments.distribute.making import lines

VILLAGE, OTHER = (1, 1), (2, 2)


def house(id_: int, village: tuple[int, int] = VILLAGE) -> House:
    return House(village, "一巷", id_, "", id_)


def town(houses: Sequence[tuple[House, int | None]], teams: list[Team], **values: object) -> Town:
    people = {member: Person(member) for team in teams for member in team.members}
    known = {"people": people, "open": frozenset(team.id for team in teams)}
    return Town(tuple(houses), tuple(teams), **(known | values))  # type: ignore[arg-type]


def loads(plan: Plan) -> Counter[int]:
    return Counter(member for placed in plan.placed.values() for member in placed.members)


@settings(max_examples=80, deadline=None)
@given(
    lines(most=30, members=8),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.booleans(),
    st.lists(st.integers(1, 3) | st.none(), min_size=30, max_size=30),
)
def test_every_household_has_a_place_or_a_reason(
    houses: list[House], sizes: list[int], pairs: bool, where: list[int | None]
) -> None:
    members = iter(range(1, 40))
    teams = [Team(1, None, (), frozenset({1, 2}))]
    teams += [Team(number, 1, tuple(next(members) for _ in range(size))) for number, size in enumerate(sizes[:2], 2)]
    teams.append(Team(4, None, tuple(next(members) for _ in range(sizes[2])), frozenset({2})))
    plan = distribute(town(list(zip(houses, where, strict=False)), teams), Terms(pairs=pairs))
    without = [*plan.homeless, *plan.nobody, *plan.full, *plan.shunned]
    assert sorted([*plan.placed, *without]) == sorted(one.id for one in houses)
    assert not set(plan.placed) & set(without)
    seats = {team.id: set(team.members) for team in teams}
    seats[1] = seats[2] | seats[3]
    assert all(set(placed.members) <= seats[placed.group_id] for placed in plan.placed.values())
    assert all(placed.members for placed in plan.placed.values())
    assert not plan.unproved


def test_loads_are_even_over_the_teams_of_a_group_whatever_one_pair_has_already() -> None:
    houses = [(house(number), 1) for number in range(1, 31)]
    held = tuple(Held(100 + number, 2, 1, (VILLAGE, "二巷"), (1,)) for number in range(15))
    teams = [Team(1, None, ()), Team(2, 1, (1, 2, 3)), Team(3, 1, (4, 5, 6))]
    plan = distribute(town(houses, teams, held=held), Terms(pairs=False))
    assert loads(plan) == Counter(dict.fromkeys((2, 3, 4, 5, 6), 6))


def test_a_village_of_two_groups_is_kept_whole_as_far_as_the_spread_allows() -> None:
    groups = [Taker((), size=10, near=frozenset({1, 2})), Taker((), size=10, near=frozenset({1, 2}))]
    houses = [house(number, VILLAGE if number <= 50 else OTHER) for number in range(1, 96)]
    found = place(houses, groups, spread=1)
    assert len({found[one.id] for one in houses if one.village == VILLAGE}) == 1
    assert len({found[one.id] for one in houses if one.village == OTHER}) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 3), st.sets(st.integers(1, 3), min_size=1)), min_size=1, max_size=2),
    st.integers(1, 2),
)
def test_villages_go_to_groups_as_well_as_brute_force(
    sizes: list[int], kinds: list[tuple[int, set[int]]], spread: int
) -> None:
    groups = [Taker((), size=size, near=frozenset(near)) for size, near in kinds]
    houses = [
        house(10 * village + number, (village, village))
        for village, count in enumerate(sizes, 1)
        for number in range(count)
    ]
    found = place(houses, groups, spread)
    able = {village: [n for n, group in enumerate(groups) if village in group.near] for village in range(1, 4)}
    shared = [village for village in range(1, len(sizes) + 1) if len(able[village]) > 1]
    bases = [
        sum(count for village, count in enumerate(sizes, 1) if able[village] == [number])
        for number in range(len(groups))
    ]
    takers = [Taker((), base, group.size) for base, group in zip(bases, groups, strict=True)]
    in_play = sorted({number for village in shared for number in able[village]})
    windows = windows_of(sum(sizes[v - 1] for v in shared), [takers[n] for n in in_play], spread)

    def merit(amounts: dict[int, list[int]]) -> tuple[int, int]:
        outside = 0
        for number, window in zip(in_play, windows, strict=True):
            load = takers[number].base + sum(amounts[village][number] for village in shared)
            outside += max(0, window.floor - load) + max(0, load - window.ceiling)
        return outside, sum(bool(amount) for village in shared for amount in amounts[village])

    ways = product(*(range(sizes[village - 1] + 1) for village in shared))
    every = [
        {village: [first, sizes[village - 1] - first] for village, first in zip(shared, way, strict=True)}
        for way in ways
    ]
    got = {village: [0] * len(groups) for village in shared}
    for one in houses:
        if one.village[0] in shared:
            got[one.village[0]][found[one.id]] += 1
    if shared:
        assert merit(got) == min(map(merit, every))


def test_who_shall_not_meet_does_not_and_households_that_nobody_may_have_are_told() -> None:
    houses = [(house(number), 1) for number in range(1, 9)]
    apart = {1: frozenset({1, 8}), 2: frozenset({8})}
    plan = distribute(town(houses, [Team(1, None, (1, 2))], apart=apart), Terms(pairs=False))
    assert plan.shunned == [8]
    assert plan.placed[1].members == (2,)
    assert len(plan.placed) == 7


def test_nobody_carries_more_than_they_can() -> None:
    houses = [(house(number), 1) for number in range(1, 9)]
    plan = distribute(town(houses, [Team(1, None, (1, 2))]), Terms(pairs=False, cap=3))
    assert loads(plan) == Counter({1: 3, 2: 3})
    assert len(plan.full) == 2


def test_only_groups_when_no_more_is_asked_for() -> None:
    houses = [(house(1), None), (house(2), 1), (house(3, OTHER), None)]
    plan = distribute(town(houses, [Team(1, None, (1,), frozenset({1}))]), Terms(level=Level.GROUP))
    assert {id_: (placed.group_id, placed.members) for id_, placed in plan.placed.items()} == {1: (1, ())}
    assert plan.homeless == [3]


def test_what_is_not_open_is_left_alone() -> None:
    houses = [(house(1), 1), (house(2), 2)]
    teams = [Team(1, None, (1,)), Team(2, None, (2,))]
    plan = distribute(town(houses, teams, open=frozenset({2})), Terms(pairs=False))
    assert set(plan.placed) == {2}


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3), st.none() | st.integers(0, 12)), min_size=1, max_size=6),
    st.integers(1, 4),
)
def test_windows_hold_all_that_can_be_carried(
    weight: int, kinds: list[tuple[int, int, int | None]], spread: int
) -> None:
    takers = [Taker((number,), base, size, cap) for number, (base, size, cap) in enumerate(kinds)]
    windows = windows_of(weight, takers, spread)
    most = sum(room(taker, 10**6) for taker in takers)
    got = sum(max(0, window.ceiling - taker.base) for taker, window in zip(takers, windows, strict=True))
    least = sum(max(0, window.floor - taker.base) for taker, window in zip(takers, windows, strict=True))
    assert got >= min(weight, most)
    assert least <= weight
    assert all(
        window.ceiling - window.floor <= spread * taker.size for taker, window in zip(takers, windows, strict=True)
    )
