"""Who goes where once two sides change places. Pure."""

from collections.abc import Mapping

Hands = tuple[int, ...]
"""Member ids of those who go together, in their order."""


def sides(visitors: Mapping[int, Hands]) -> tuple[Hands, Hands] | None:
    """The two sets of visitors whose households these are, in the order in which they come; None when it is one, or
    more than two. Nobody is a side only between two single households, of which one then goes without."""
    found: dict[frozenset[int], Hands] = {}
    for members in visitors.values():
        found.setdefault(frozenset(members), members)
    if len(found) != 2 or (frozenset() in found and len(visitors) > 2):
        return None
    first, second = found.values()
    return first, second


def crossed(visitors: Mapping[int, Hands]) -> dict[int, Hands]:
    """For each household the visitors of the other side; nothing when there are not two sides."""
    both = sides(visitors)
    if both is None:
        return {}
    first, second = both
    return {id_: second if set(members) == set(first) else first for id_, members in visitors.items()}


def exchanged(visitors: Mapping[int, Hands], first: Hands, second: Hands) -> dict[int, Hands]:
    """New visitors for the households of `first` and of `second`: the one in place of the other, with whoever else goes
    along. A household to which both go, in whole or in part, stays as it is and is left out, as is one to which neither
    goes."""
    found: dict[int, Hands] = {}
    for id_, members in visitors.items():
        for ours, theirs in ((first, second), (second, first)):
            if ours and set(ours) <= set(members) and not set(theirs) & set(members):
                found[id_] = (*theirs, *(member for member in members if member not in ours))
    return found
