"""Pairs are as good as any pairing could be."""

from collections.abc import Iterator, Sequence

from hypothesis import given, settings, strategies as st

from hengli_visits.assignments.distribute.pairing import Person, mixes_experience, mixes_gender, pair_up


@st.composite
def rosters(draw: st.DrawFn, most: int = 7) -> list[Person]:
    """Members 1, 2 …, of whom some shall not go together."""
    count = draw(st.integers(0, most))
    apart = draw(st.sets(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=4))
    return [
        Person(
            id=number,
            experienced=draw(st.booleans()),
            man=draw(st.sampled_from([True, False, None])),
            branch=draw(st.integers(1, 2)),
            apart=frozenset(b if a == number else a for a, b in apart if number in (a, b) and a != b),
        )
        for number in range(1, count + 1)
    ]


def every_matching(people: Sequence[Person]) -> Iterator[list[tuple[Person, ...]]]:
    """All ways of going in twos, some alone."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    for other in rest:
        if other.id not in first.apart:
            for more in every_matching([person for person in rest if person is not other]):
                yield [(first, other), *more]
    for more in every_matching(rest):
        yield [(first,), *more]


def merit(groups: Sequence[Sequence[Person]], *, experience: bool, gender: bool) -> tuple[int, int, int]:
    """(pairs, pairs of experienced and new, pairs of man and woman), the latter where asked for."""
    pairs = [group for group in groups if len(group) == 2]
    return (
        len(pairs),
        sum(mixes_experience(*pair) for pair in pairs) if experience else 0,
        sum(mixes_gender(*pair) for pair in pairs) if gender else 0,
    )


@settings(max_examples=200, deadline=None)
@given(rosters(), st.booleans(), st.booleans())
def test_equals_brute_force(people: list[Person], experience: bool, gender: bool) -> None:
    by_id = {person.id: person for person in people}
    groups = [[by_id[id_] for id_ in pair] for pair in pair_up(people, experience=experience, gender=gender)]
    assert sorted(person.id for group in groups for person in group) == sorted(by_id)
    assert not any(two.id in one.apart for group in groups for one in group for two in group)
    best = max(merit(way, experience=experience, gender=gender) for way in every_matching(people))
    assert len([group for group in groups if len(group) > 1]) == best[0]
    undone = max(
        merit(way, experience=experience, gender=gender) for threes in [groups] for way in _taken_apart(threes)
    )
    assert undone == best


def _taken_apart(groups: Sequence[Sequence[Person]]) -> Iterator[list[Sequence[Person]]]:
    """The pairs again of which a third was made part, whichever of the three that was."""
    if not groups:
        yield []
        return
    first, *rest = groups
    for more in _taken_apart(rest):
        if len(first) < 3:
            yield [first, *more]
        else:
            yield from ([[one for one in first if one is not third], [third], *more] for third in first)


def test_without_wishes_the_roster_is_followed_and_the_odd_one_makes_three() -> None:
    people = [Person(number) for number in range(1, 8)]
    assert pair_up(people, experience=False, gender=False) == [(1, 2), (3, 4), (5, 6, 7)]


def test_who_goes_together_stays_together() -> None:
    people = [Person(1, partners=frozenset({4})), Person(2), Person(3), Person(4, partners=frozenset({1}))]
    assert pair_up(people, experience=True, gender=True) == [(1, 4), (2, 3)]


def test_a_hundred_are_paired_old_with_new() -> None:
    people = [Person(number, experienced=number <= 50, man=number % 2 == 0) for number in range(1, 101)]
    pairs = pair_up(people, experience=True, gender=True)
    by_id = {person.id: person for person in people}
    assert all(mixes_experience(by_id[a], by_id[b]) and mixes_gender(by_id[a], by_id[b]) for a, b in pairs)
