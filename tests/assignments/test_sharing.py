"""The even share-out: each once, levelled, in stretches, always the same."""

from itertools import groupby

from hypothesis import given, strategies as st

from hengli_visits.assignments.sharing import Hands, Place, Pool, in_pairs, quotas, share_evenly, share_pools

PLACES = st.lists(
    st.builds(
        Place,
        village=st.tuples(st.integers(0, 3), st.just(0)),
        street=st.sampled_from(["一巷", "二巷", "祠堂街", ""]),
        door_number=st.integers(0, 20),
        door=st.just(""),
        id=st.integers(1, 500),
    ),
    max_size=60,
    unique_by=lambda place: place.id,
)
LOADS = st.lists(st.integers(0, 12), max_size=12)


def hands_of(loads: list[int]) -> list[Hands]:
    return [Hands((100 + n,), load) for n, load in enumerate(loads)]


@given(PLACES, LOADS)
def test_each_household_once(places: list[Place], loads: list[int]) -> None:
    plan = share_evenly(places, hands_of(loads))
    assert set(plan) == ({place.id for place in places} if loads else set())


@given(PLACES, LOADS.filter(bool))
def test_loads_differ_by_at_most_one_and_nobody_loses(places: list[Place], loads: list[int]) -> None:
    plan = share_evenly(places, hands_of(loads))
    got = [sum(1 for members in plan.values() if members == (100 + n,)) for n in range(len(loads))]
    after = [load + more for load, more in zip(loads, got, strict=True)]
    served = [total for total, more in zip(after, got, strict=True) if more]
    assert max(served, default=0) <= min(after) + 1


@given(PLACES, LOADS.filter(bool))
def test_everyone_gets_one_stretch_of_the_line(places: list[Place], loads: list[int]) -> None:
    plan = share_evenly(places, hands_of(loads))
    stretches = [members for members, _ in groupby(plan[place.id] for place in sorted(places))]
    assert len(stretches) == len(set(stretches))


@given(PLACES, LOADS, st.randoms())
def test_the_order_of_the_households_does_not_matter(places: list[Place], loads: list[int], chance: object) -> None:
    shuffled = list(places)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert share_evenly(shuffled, hands_of(loads)) == share_evenly(places, hands_of(loads))


@given(st.integers(0, 40), LOADS.filter(bool))
def test_quotas_are_those_of_the_water_level(count: int, loads: list[int]) -> None:
    got = quotas(count, loads)
    assert sum(got) == count
    level = max((load + more for load, more in zip(loads, got, strict=True) if more), default=0)
    assert sum(max(0, level - 1 - load) for load in loads) <= count <= sum(max(0, level - load) for load in loads)


@given(st.lists(st.integers(), unique=True, max_size=20))
def test_pairs_follow_the_roster(members: list[int]) -> None:
    pairs = in_pairs(members)
    assert [member for pair in pairs for member in pair] == members
    assert all(len(pair) in (2, 3) for pair in pairs) or len(members) == 1
    assert sum(len(pair) == 3 for pair in pairs) <= 1


def test_doors_in_order_of_their_numbers_and_streets_kept_together() -> None:
    places = [Place((1, 1), "二巷", n, f"{n}号", n) for n in (12, 2, 9, 31)] + [Place((0, 2), "大街", 5, "5号", 50)]
    plan = share_evenly(places, hands_of([0, 0]))
    assert plan == {50: (100,), 2: (100,), 9: (100,), 12: (101,), 31: (101,)}


def test_what_one_pool_gave_counts_in_the_next_and_pairs_count_once() -> None:
    first = Pool(tuple(Place((0, 0), "", n, "", n) for n in range(4)), ((1, 2),))
    second = Pool(tuple(Place((0, 0), "", n, "", 10 + n) for n in range(6)), ((1, 2), (3, 4)))
    third = Pool((Place((0, 0), "", 1, "", 99),), ())
    task = frozenset({"a"})
    plan = share_pools([first, second, third], {3: task, 4: task})
    assert [plan[n] for n in range(4)] == [(1, 2)] * 4
    assert [plan[10 + n] for n in range(6)] == [(1, 2)] * 2 + [(3, 4)] * 4
    assert 99 not in plan
