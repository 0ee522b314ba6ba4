"""The walking order: complete, the same whatever order households come in, streets in one piece, never longer."""

import random
from itertools import groupby

import pytest
from hypothesis import given, strategies as st

from hengli_visits.assignments.walking import Position, Stop, apart, door_key, length, plain_key, walk

STREETS = ("", "一巷", "二巷", "祠堂街", "工业路")
positions = st.none() | st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(
    lambda cell: (23.02 + cell[0] / 10_000, 113.97 + cell[1] / 10_000)
)


@st.composite
def towns(draw: st.DrawFn, at: st.SearchStrategy[Position | None] = positions) -> list[Stop]:
    """Households of up to three villages, some of them on the same door."""
    places = st.tuples(
        st.integers(1, 3), st.sampled_from(STREETS), st.integers(1, 12), st.sampled_from(("", "-1", "号之二", "甲")), at
    )
    found = draw(st.lists(places, max_size=25))
    return [
        Stop(number, (village, village), street, f"{STREETS.index(street):03d}", door, f"{door}{more}", position)
        for number, (village, street, door, more, position) in enumerate(found, start=1)
    ]


@given(towns(), st.randoms(use_true_random=False))
def test_everybody_once_in_an_order_that_does_not_depend_on_how_they_come(
    town: list[Stop], chance: random.Random
) -> None:
    way = walk(town)
    assert sorted(stop.id for stop in way) == sorted(stop.id for stop in town)
    shuffled = town[:]
    chance.shuffle(shuffled)
    assert walk(shuffled) == way
    for of in (lambda stop: stop.village, lambda stop: (stop.village, stop.street)):
        parts = [key for key, _ in groupby(way, of)]
        assert len(parts) == len(set(parts))
    assert [village for village, _ in groupby(way, lambda stop: stop.village)] == sorted(
        {stop.village for stop in town}
    )


@given(towns())
def test_never_longer_than_the_plain_order(town: list[Stop]) -> None:
    assert length(walk(town)) <= length(sorted(town, key=plain_key))


@given(towns(st.none()))
def test_without_positions_by_village_street_and_door(town: list[Stop]) -> None:
    assert walk(town) == sorted(town, key=plain_key)


@given(towns())
def test_within_a_street_by_door_up_or_down_or_side_by_side(town: list[Stop]) -> None:
    for _street, part in groupby(walk(town), lambda stop: (stop.village, stop.street)):
        here = list(part)
        up = sorted(here, key=plain_key)
        odd = [stop for stop in up if door_key(stop.door)[1] % 2]
        even = [stop for stop in up if not door_key(stop.door)[1] % 2]
        assert here in (up, up[::-1], odd + even[::-1], even + odd[::-1])


def _at(number: int, street: str, door: str, north: float, east: float) -> Stop:
    order = f"{STREETS.index(street):03d}"
    return Stop(number, (1, 1), street, order, None, door, (23.0 + north / 111_320, 114.0 + east / 102_500))


def test_streets_by_the_nearest_next() -> None:
    """一巷, then 祠堂街 behind it, then the far 二巷: 600 metres are saved."""
    town = [_at(1, "一巷", "1号", 0, 0), _at(2, "二巷", "1号", 0, 900), _at(3, "祠堂街", "1号", 0, 300)]
    assert [stop.id for stop in walk(town)] == [1, 3, 2]


def test_a_street_of_which_nothing_is_known_decides_nothing() -> None:
    """Where one leaves 一巷 is open until the position after the unknown street is known."""
    up, down = _at(1, "一巷", "1号", 0, 0), _at(2, "一巷", "3号", 0, 50)
    unknown = Stop(3, (2, 2), "", "000", 1, "1号")
    town = [up, down, unknown, Stop(4, (2, 2), "一巷", "001", 1, "1号", down.position)]
    assert length(walk(town)) <= length(sorted(town, key=plain_key)) == 50
    start = Stop(5, (0, 0), "", "000", 1, "1号", (23.0, 114.0 + 40 / 102_500))
    assert length(walk([start, *town])) <= length(sorted([start, *town], key=plain_key))


def test_one_side_up_and_the_other_down_where_the_street_is_wide() -> None:
    town = [_at(door, "一巷", f"{door}号", door * 20, 60 * (door % 2)) for door in range(1, 7)]
    assert [stop.id for stop in walk(town)] == [1, 3, 5, 6, 4, 2]


def test_what_saves_little_is_not_worth_an_odd_order() -> None:
    town = [_at(door, "一巷", f"{door}号", door * 5, 2 * (door % 2)) for door in range(1, 7)]
    assert [stop.id for stop in walk(town)] == [1, 2, 3, 4, 5, 6]


def test_a_street_without_positions_stays_behind_the_one_before_it() -> None:
    unknown = Stop(9, (1, 1), "二巷", "002", 1, "1号")
    town = [_at(1, "一巷", "1号", 0, 0), unknown, _at(2, "祠堂街", "1号", 0, 900), _at(3, "工业路", "1号", 0, 300)]
    assert [stop.id for stop in walk(town)] == [1, 9, 3, 2]


@pytest.mark.parametrize(
    "doors",
    [
        ["2号", "11号", "17", "17-1", "17-2", "17-10", "18号", "无门牌"],
        ["17号", "17号之一", "17号之二", "17号之十", "17号之十二", "18号"],
        ["3号", "3号甲", "3号乙", "3号丙", "4号"],
        ["１号", "2号", "十二号", "二十三号", "一百零五号"],
        ["1号", "A栋101", "A栋302房", "B栋101", "丙座1"],
        ["3栋401室", "3栋1201室", "12栋101室"],
    ],
)
def test_doors_as_people_count_them(doors: list[str]) -> None:
    shuffled = doors[:]
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=door_key) == doors


def test_the_number_stands_in_where_the_door_shows_none() -> None:
    assert door_key("", 17) == door_key("17号")
    assert door_key("门前") > door_key("9999号")


def test_metres() -> None:
    assert apart((23.0, 114.0), (23.001, 114.0)) == 111
    assert 101 <= apart((23.0, 114.0), (23.0, 114.001)) <= 103
