"""Who goes with whom: pairs of one team.

Who goes together already stays together, and who asked not to go with somebody does not. Of the others as few as
possible go alone; then as many pairs as possible have somebody experienced with somebody new, then as many as possible
a man with a woman, each where it is asked for. It is a matching, solved over kinds of people: those who are alike in
what counts are one kind, so that a hundred members are a handful of unknowns. Which two of two kinds go together follows
the roster, of one branch first.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from hengli_visits.assignments.distribute.programme import Programme


@dataclass(frozen=True)
class Person:
    """A member who can go. `man` is None where the roster does not say; `partners` are those with whom they go already,
    `apart` those with whom they shall not go."""

    id: int
    experienced: bool = False
    man: bool | None = None
    branch: int | None = None
    partners: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()


def mixes_experience(one: Person, two: Person) -> bool:
    """Whether one of them has visited in a campaign before and the other has not."""
    return one.experienced != two.experienced


def mixes_gender(one: Person, two: Person) -> bool:
    """Whether they are a man and a woman."""
    return {one.man, two.man} == {True, False}


def pair_up(people: Sequence[Person], *, experience: bool, gender: bool) -> list[tuple[int, ...]]:
    """The ids of those who go together, in the order of the roster. With an odd number three go together where that is
    possible; who can go with nobody goes alone."""
    fixed = _going_already(people)
    taken = {id_ for pair in fixed for id_ in pair}
    free = [person for person in people if person.id not in taken]
    pairs = fixed + _match(free, experience=experience, gender=gender)
    place = {person.id: number for number, person in enumerate(people)}
    pairs = [tuple(sorted(pair, key=place.__getitem__)) for pair in pairs]
    return _make_threes(sorted(pairs, key=lambda pair: place[pair[0]]), {person.id: person for person in people})


def _going_already(people: Sequence[Person]) -> list[tuple[int, ...]]:
    """Groups of two to four who have households together now."""
    here = {person.id: person for person in people}
    found: list[tuple[int, ...]] = []
    seen: set[int] = set()
    for person in people:
        group = [person.id, *sorted(person.partners & here.keys())]
        if 1 < len(group) <= 4 and seen.isdisjoint(group) and not _quarrel([here[id_] for id_ in group]):
            found.append(tuple(group))
            seen.update(group)
    return found


def _quarrel(group: Collection[Person]) -> bool:
    ids = {person.id for person in group}
    return any(not person.apart.isdisjoint(ids) for person in group)


def _match(people: Sequence[Person], *, experience: bool, gender: bool) -> list[tuple[int, ...]]:
    ids = {person.id for person in people}
    kinds: dict[object, list[Person]] = defaultdict(list)
    asked_apart = {id_ for person in people for id_ in person.apart & ids}
    for person in people:
        alone = person.id if person.id in asked_apart or person.apart & ids else None
        kinds[person.experienced if experience else None, person.man if gender else None, alone].append(person)
    groups = list(kinds.values())
    programme = Programme()
    rows = [programme.row(len(group), len(group)) for group in groups]
    meetings: list[tuple[int, int] | None] = []
    costs: list[int] = []
    scale = len(people) + 1
    for one, two in combinations_with_replacement(range(len(groups)), 2):
        a, b = groups[one][0], groups[two][0]
        if (one == two and len(groups[one]) < 2) or (one != two and _quarrel((a, b))):
            continue
        most = min(len(groups[one]), len(groups[two])) if one != two else len(groups[one]) // 2
        programme.column(*([(rows[one], 2)] if one == two else [(rows[one], 1), (rows[two], 1)]), most=most)
        meetings.append((one, two))
        plain = int(not (experience and mixes_experience(a, b))) * scale + int(not (gender and mixes_gender(a, b)))
        costs.append(plain)
    for number, group in enumerate(groups):
        programme.column((rows[number], 1), most=len(group))
        meetings.append(None)
        costs.append(scale * scale * 2)
    solution = programme.solve(costs)
    return _realise(groups, [(meetings[n], times) for n, times in (solution.amounts if solution else {}).items()])


def _realise(
    groups: Sequence[list[Person]], meetings: Sequence[tuple[tuple[int, int] | None, int]]
) -> list[tuple[int, ...]]:
    """Persons in place of kinds: of one branch first, then as the roster has them; the rest goes alone."""
    left = [list(group) for group in groups]
    pairs: list[tuple[int, ...]] = []
    for meeting, times in meetings:
        for _ in range(times if meeting else 0):
            one, two = meeting or (0, 0)
            first = left[one].pop(0)
            second = next((p for p in left[two] if p.branch == first.branch), left[two][0])
            left[two].remove(second)
            pairs.append((first.id, second.id))
    return pairs + [(person.id,) for group in left for person in group]


def _make_threes(pairs: list[tuple[int, ...]], people: dict[int, Person]) -> list[tuple[int, ...]]:
    """Let who is alone go with the last pair that has nothing against it."""
    alone = [pair for pair in pairs if len(pair) == 1]
    together = [pair for pair in pairs if len(pair) > 1]
    for (id_,) in alone:
        fitting = (
            number
            for number in reversed(range(len(together)))
            if len(together[number]) == 2 and not _quarrel([people[other] for other in (*together[number], id_)])
        )
        number = next(fitting, None)
        if number is None:
            together.append((id_,))
        else:
            together[number] = (*together[number], id_)
    return together
