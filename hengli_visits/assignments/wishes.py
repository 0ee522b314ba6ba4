"""What somebody asks of a share-out: which households, how far down, and what matters most. Kept with each plan and, as
the choice to begin with next time, with the campaign."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import permutations
from math import asin, cos, radians, sin, sqrt
from typing import Any

from hengli_visits.assignments.distribute.levels import Level, Terms
from hengli_visits.assignments.distribute.problem import Wish
from hengli_visits.models import HouseholdKind

OLDEST = 70
"""From this age on nobody is asked to go from door to door, unless the office wants it otherwise."""
ORDERS = tuple(permutations(Wish))
"""All orders in which the wishes can come; the first is the usual one."""
EARTH = 6371.0
"""Mean radius in kilometres."""


@dataclass(frozen=True)
class Weights:
    """For how much a household counts: a family is one. `heavy` categories count for one more, and so does what lies
    more than `far` kilometres from the centre of its village (None: distance does not count)."""

    enterprise: int = 2
    heavy: tuple[str, ...] = ()
    far: float | None = None


@dataclass(frozen=True)
class Wishes:
    """`groups` are the groups and teams to share out, teams of chosen groups included; `homeless` takes in households
    that no group has; `redo` also those that an earlier share-out gave and nobody has visited. Nobody from the age of
    `oldest` on is given anything (None: everybody is)."""

    groups: tuple[int, ...] = ()
    homeless: bool = False
    redo: bool = False
    terms: Terms = field(default_factory=Terms)
    oldest: int | None = OLDEST
    weights: Weights = field(default_factory=Weights)


def written(wishes: Wishes) -> dict[str, Any]:
    """Wishes as they are kept."""
    return asdict(wishes)


def read(kept: Mapping[str, Any]) -> Wishes:
    """Wishes as they were kept; what is not there is as usual."""
    terms, weights = dict(kept.get("terms", {})), dict(kept.get("weights", {}))
    if "order" in terms:
        terms["order"] = tuple(Wish(one) for one in terms["order"])
    if "level" in terms:
        terms["level"] = Level(terms["level"])
    if "heavy" in weights:
        weights["heavy"] = tuple(weights["heavy"])
    plain = {name: kept[name] for name in ("homeless", "redo", "oldest") if name in kept}
    return Wishes(groups=tuple(kept.get("groups", ())), terms=Terms(**terms), weights=Weights(**weights), **plain)


def weight_of(kind: HouseholdKind, category: str, away: float | None, weights: Weights) -> int:
    """For how much a household counts; `away` is how many kilometres from the centre of its village, if that is known."""
    weight = weights.enterprise if kind == HouseholdKind.ENTERPRISE else 1
    if category in weights.heavy:
        weight += 1
    if weights.far is not None and away is not None and away > weights.far:
        weight += 1
    return weight


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance of two points on the globe, by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984)."""
    one, two = radians(latitude), radians(other_latitude)
    across = sin((two - one) / 2) ** 2
    along = cos(one) * cos(two) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(across + along))
