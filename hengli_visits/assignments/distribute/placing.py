"""Which group gets the households of which village: the level above the visitors.

A village that one group covers is that group's; one that several cover is theirs between them, so that the loads per
head of all groups lie within the spread, and with as few cuts of villages as that allows. A fixed-charge transport
problem, small enough to be solved as it stands.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from hengli_visits.assignments.distribute.problem import House, Taker, Window, Wish
from hengli_visits.assignments.distribute.programme import Programme
from hengli_visits.assignments.distribute.stretches import share_line
from hengli_visits.assignments.distribute.windows import windows_of


def place(houses: Sequence[House], groups: Sequence[Taker], spread: int) -> dict[int, int]:
    """The number of the group of each household that some group covers. `near` of a group are the villages that it
    covers, `size` how many can go for it, `base` the weight that it has already."""
    villages: dict[int, list[House]] = defaultdict(list)
    for house in sorted(houses):
        villages[house.village[1]].append(house)
    able = {
        village: [number for number, group in enumerate(groups) if village in group.near and group.size]
        for village in villages
    }
    plan: dict[int, int] = {}
    bases = {number: group.base for number, group in enumerate(groups)}
    for village, own in villages.items():
        if len(able[village]) == 1:
            (number,) = able[village]
            plan.update((house.id, number) for house in own)
            bases[number] += sum(house.weight for house in own)
    shared = {village: own for village, own in villages.items() if len(able[village]) > 1}
    for village, amounts in _amounts(shared, able, groups, bases, spread).items():
        plan |= _cut(shared[village], amounts)
    return plan


def _amounts(
    villages: Mapping[int, Sequence[House]],
    able: Mapping[int, Sequence[int]],
    groups: Sequence[Taker],
    bases: Mapping[int, int],
    spread: int,
) -> dict[int, dict[int, int]]:
    """How much weight of each village each group takes."""
    numbers = sorted({number for village in villages for number in able[village]})
    weights = {village: sum(house.weight for house in own) for village, own in villages.items()}
    takers = [Taker((), bases[number], groups[number].size) for number in numbers]
    programme = Programme()
    rows: dict[int, int] = {}
    outside: set[int] = set()
    for number, taker, window in zip(numbers, takers, windows_of(sum(weights.values()), takers, spread), strict=True):
        rows[number] = programme.row(window.floor - taker.base, window.ceiling - taker.base)
        for sign in (1, -1):
            outside.add(programme.column((rows[number], sign), most=sum(weights.values()) + taker.base))
    amounts: dict[int, tuple[int, int]] = {}
    uses: set[int] = set()
    for village, weight in weights.items():
        whole = programme.row(weight, weight)
        for number in able[village]:
            linked = programme.row(None, 0)
            amounts[programme.column((whole, 1), (rows[number], 1), (linked, 1), most=weight)] = (village, number)
            uses.add(programme.column((linked, -weight)))
    best = None
    for counted in (outside, uses):
        costs = [int(column in counted) for column in range(len(programme.columns))]
        best = programme.solve(costs, best)
        if best is None:
            return {}
        programme.bind(costs, programme.cost(costs, best.amounts))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for column, times in best.amounts.items() if best else ():
        if column in amounts:
            village, number = amounts[column]
            found[village][number] = times
    return found


def _cut(houses: Sequence[House], amounts: Mapping[int, int]) -> dict[int, int]:
    """Cut a village between groups, by weight, where it costs the fewest streets."""
    numbers = sorted(amounts)
    takers = [Taker((number,)) for number in numbers]
    windows = [Window(amounts[number], amounts[number]) for number in numbers]
    plan = share_line(houses, takers, windows, (Wish.WHOLE,)).plan
    return {id_: numbers[taker] for id_, taker in plan.items()}
