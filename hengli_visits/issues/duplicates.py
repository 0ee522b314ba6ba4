"""Likely duplicates of an issue: what was said in the same village, about the same, near in place and time.

The likeness of two sayings is the cosine of their characters and pairs of characters, each weighed by how rare it is
among the candidates (tf-idf). Place, category and time raise or lower what the words say; alone they make no duplicate.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.issues.categorising import IDLE
from hengli_visits.issues.scope import visible
from hengli_visits.models import Household, Issue, IssueState
from hengli_visits.search import tidy

WINDOW = timedelta(days=60)
CLOSED_LATELY = timedelta(days=30)
NO_MAIN = (IssueState.MERGED, IssueState.WITHDRAWN, IssueState.NOT_ACCEPTED)
MOST_CANDIDATES = 600
MOST_SHOWN = 3
LEAST = 0.5
"""From this score on a pair is shown. Chosen on the pairs of the bench: see tests/bench/categories.py."""
NEAR_METRES = 200
EARTH = 6_371_000
HAN = re.compile(r"[\u4e00-\u9fffa-z0-9]+")


@dataclass(frozen=True)
class Case:
    """What is compared of an issue."""

    id: int
    number: str
    title: str
    words: str
    area_id: int
    campaign_id: int
    category: str
    state: IssueState
    raised_at: datetime
    household_id: int | None = None
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Likeness:
    """A likely duplicate with what speaks for it: the shared words, the distance in metres (None: not known), whether in
    the same street or household, and by how many days it is earlier."""

    case: Case
    score: float
    shared: tuple[str, ...]
    same_category: bool
    same_household: bool
    same_street: bool
    metres: int | None
    days_earlier: int


def candidates(session: Session, actor: Actor, issues: Collection[Issue]) -> list[Case]:
    """What any of these issues might be a duplicate of, themselves among it: in their villages and within their times,
    under way or closed lately, as far as the actor may see it; the latest MOST_CANDIDATES. One query."""
    if not issues:
        return []
    first, last = min(one.raised_at for one in issues), max(one.raised_at for one in issues)
    query = (
        select(
            Issue.id, Issue.number, Issue.title, Issue.words, Issue.area_id, Issue.campaign_id, Issue.category_id,
            Issue.state, Issue.raised_at, Issue.household_id,
            Household.street, Household.latitude, Household.longitude,
        )
        .outerjoin(Household, Household.id == Issue.household_id)
        .where(
            visible(actor),
            Issue.area_id.in_({one.area_id for one in issues}),
            Issue.raised_at.between(first - WINDOW, last + WINDOW),
            Issue.state.not_in(NO_MAIN),
            or_(Issue.closed_at.is_(None), Issue.closed_at >= last - CLOSED_LATELY),
        )
        .order_by(Issue.id.desc())
        .limit(MOST_CANDIDATES)
    )  # fmt: skip
    return [
        Case(
            row.id, row.number, row.title, row.words, row.area_id, row.campaign_id, str(row.category_id or ""),
            row.state, row.raised_at, row.household_id, row.street or "", row.latitude, row.longitude,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def signs_of(words: str) -> Counter[str]:
    """The characters and pairs of characters of a saying that tell something, with how often they stand in it."""
    found: Counter[str] = Counter()
    for run in HAN.findall(tidy(words)):
        found.update(sign for sign in run if sign not in IDLE)
        pairs = (run[at : at + 2] for at in range(len(run) - 1))
        found.update(pair for pair in pairs if not set(pair) <= IDLE)
    return found


class Comparison:
    """Cases made ready to be compared: each saying's signs once, weighed by how few of the sayings have them (pairs of
    characters count double), scaled to length 1."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.cases = {case.id: case for case in cases}
        signs = {case.id: signs_of(case.words) for case in self.cases.values()}
        holding = Counter(sign for one in signs.values() for sign in one)
        rare = {sign: math.log((len(signs) + 20) / (often + 0.5)) * len(sign) for sign, often in holding.items()}
        self.weights = {id_: _to_length_one(one, rare) for id_, one in signs.items()}

    def likely(self, case_id: int, most: int = MOST_SHOWN) -> list[Likeness]:
        """The likely duplicates of one of the cases among the others of its village, the likeliest first."""
        case, weighed = self.cases[case_id], self.weights[case_id]
        found = []
        for other in self.cases.values():
            apart = abs(other.raised_at - case.raised_at) > WINDOW
            if other.id == case_id or other.area_id != case.area_id or apart:
                continue
            score = score_of(cosine(weighed, self.weights[other.id]), case, other)
            if score >= LEAST:
                found.append(_likeness(case, other, score, shared_words(case.words, other.words, weighed)))
        return sorted(found, key=lambda one: (-one.score, one.case.id))[:most]


def _to_length_one(signs: Counter[str], rare: Mapping[str, float]) -> dict[str, float]:
    weighed = {sign: (1 + math.log(often)) * rare[sign] for sign, often in signs.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values()))
    return {sign: weight / length for sign, weight in weighed.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How alike two sayings of length 1 are: 0 nothing in common, 1 the same."""
    few, many = sorted((one, other), key=len)
    return sum(weight * many[sign] for sign, weight in few.items() if sign in many)


def metres_between(one: Case, other: Case) -> int | None:
    """How far two households are apart, in metres; None when one has no position."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    north = math.radians((one.latitude or 0) - (other.latitude or 0))
    middle = math.radians(((one.latitude or 0) + (other.latitude or 0)) / 2)
    east = math.radians((one.longitude or 0) - (other.longitude or 0)) * math.cos(middle)
    return round(EARTH * math.hypot(north, east))


def score_of(likeness: float, case: Case, other: Case) -> float:
    """From 0 to 1: the likeness of the words, moved by place, category and time."""
    metres = metres_between(case, other)
    same_place = case.household_id is not None and case.household_id == other.household_id
    near = (
        same_place
        or (metres is not None and metres <= NEAR_METRES)
        or (bool(case.street) and case.street == other.street)
    )
    days = abs((case.raised_at - other.raised_at).days)
    factor = 1.0
    factor += (
        0.15 if case.category and case.category == other.category else -0.15 if case.category and other.category else 0
    )
    factor += 0.2 if near else -0.1 if metres is not None and metres > 5 * NEAR_METRES else 0.0
    factor += 0.1 if days <= 7 else -0.1 if days > 30 else 0.0
    return min(1.0, math.sqrt(likeness) * factor)


def likely(case: Case, cases: Iterable[Case], most: int = MOST_SHOWN) -> list[Likeness]:
    """The likely duplicates of a case among others of its village, the likeliest first."""
    return Comparison([case, *(one for one in cases if one.id != case.id)]).likely(case.id, most)


def _likeness(case: Case, other: Case, score: float, shared: tuple[str, ...]) -> Likeness:
    return Likeness(
        other,
        score,
        shared,
        bool(case.category) and case.category == other.category,
        case.household_id is not None and case.household_id == other.household_id,
        bool(case.street) and case.street == other.street,
        metres_between(case, other),
        (case.raised_at.date() - other.raised_at.date()).days,
    )


def shared_words(one: str, other: str, weights: Mapping[str, float], most: int = 3) -> tuple[str, ...]:
    """The longest stretches that stand in both sayings and tell something, the weightiest first in the order said."""
    said, rest = tidy(one), tidy(other)
    stretches: dict[str, float] = {}
    at = 0
    while at < len(said):
        end = at
        while end < len(said) and HAN.fullmatch(said[end]) and said[at : end + 1] in rest:
            end += 1
        stretch = said[at:end].strip("".join(IDLE))
        if stretch and len(stretch) <= 8:
            stretches[stretch] = sum(weights.get(sign, 0.0) for sign in signs_of(stretch))
        at = max(end, at + 1)
    best = sorted(stretches, key=lambda stretch: -stretches[stretch])[:most]
    longer = [stretch for stretch in best if len(stretch) > 1] or best
    return tuple(sorted(longer, key=said.find))
