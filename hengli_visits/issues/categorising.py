"""Which category fits what was said: naive Bayes over characters, pairs of characters and known words. Pure.

The words of the categories are known beforehand; what people decided is learned on top of it. A sign's weight in a
category is smoothed towards how common the sign is at all (Dirichlet prior of MU counts; Zhai and Lafferty 2004), and
what was seen once or twice is discounted by DISCOUNT (absolute discounting; Ney, Essen and Kneser 1994), so that the
small words of a single sentence speak for nothing. Naive Bayes is too sure of itself: its scores are divided by a
temperature that makes decisions it has not seen most likely (Platt scaling with one parameter; Guo et al. 2017), found
by leaving out one decision at a time. Chosen and measured in tests/bench/categories.py.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hengli_visits.search import tidy
from hengli_visits.wording import N_, Word

MU = 200.0
"""At most; with little to go by, as much as one category holds."""
UNSEEN = 500.0
"""So much is set aside for signs that nobody has used yet."""
DISCOUNT = 0.8
KNOWN_WEIGHT = 4.0
"""So many sayings does a category's own word count as."""
CHARACTER_WEIGHT = 0.3
"""A character of a category's word counts so much of it."""
PRIOR_POWER = 0.3
"""How much it counts that a category is common."""
SCALES = tuple(step / 40 for step in range(2, 61))
USUAL_SCALE = 0.325
"""Without decisions to measure it by. Measured on the sample."""
LEAST_TO_SCALE = 60
MOST_TO_SCALE = 300
SIGNS = 3
MOST_TOLD = 4
LEAST_SIGN = 0.5
LONGEST = 400
"""Characters of a saying that are looked at."""
IDLE = frozenset("的了是有在不我们你他她这那个到就都很还没要能和也说去来上下里得着过吗呢吧啊一么什怎可以会给把被让又再")
"""Characters that tell nothing about a matter. Pairs with one of QUIET are counted and not shown."""
QUIET = IDLE | frozenset("几个辆条只些每次年月日天点两二三四五六七八九十")
HAN = re.compile(r"[\u4e00-\u9fff]+")


class Sureness(Word):
    """How sure a proposal is. On what it had not seen, the bench found it right in 96, 70 and 35 of 100."""

    VERY = "very", N_("很有把握")
    FAIRLY = "fairly", N_("比较有把握")
    HARDLY = "hardly", N_("不太确定")


VERY_FROM, FAIRLY_FROM = 0.75, 0.5


def sureness_of(chance: float) -> Sureness:
    """The word for a chance."""
    return Sureness.VERY if chance >= VERY_FROM else Sureness.FAIRLY if chance >= FAIRLY_FROM else Sureness.HARDLY


class Sample(NamedTuple):
    """Something said, the name of the category that people gave it, and how much it counts."""

    words: str
    category: str
    weight: float = 1.0


@dataclass(frozen=True)
class Guess:
    """One category with its chance, and the signs in the words that speak for it."""

    category: str
    chance: float
    signs: tuple[str, ...] = ()

    @property
    def sureness(self) -> Sureness:
        """The chance in words."""
        return sureness_of(self.chance)


class Model:
    """What is known and was learned. It grows by `learn`; `scale` is set by `calibrate`."""

    def __init__(self, known: Mapping[str, Collection[str]]) -> None:
        """`known`: category → its words."""
        self.categories = tuple(known)
        self.scale = USUAL_SCALE
        self.learned: dict[str, dict[str, float]] = defaultdict(dict)
        self.known: dict[str, dict[str, float]] = defaultdict(dict)
        self.totals: dict[str, float] = defaultdict(float)
        self.sayings: dict[str, float] = defaultdict(float)
        self.everywhere: dict[str, float] = {}
        self.size = 0.0
        self.words = {word for words in known.values() for word in words if word}
        longer = sorted((word for word in self.words if len(word) > 2), key=len, reverse=True)
        self._longer = re.compile("(?=(" + "|".join(map(re.escape, longer)) + "))") if longer else None
        for category, words in known.items():
            for word in words:
                self._know(category, word)

    def _know(self, category: str, word: str) -> None:
        weights = dict.fromkeys(self.signs_in(word), KNOWN_WEIGHT)
        weights |= dict.fromkeys(word, KNOWN_WEIGHT * CHARACTER_WEIGHT)
        for sign, weight in weights.items():
            seen = self.known[sign]
            seen[category] = seen.get(category, 0.0) + weight
            self.totals[category] += weight
            self.everywhere[sign] = self.everywhere.get(sign, 0.0) + weight
            self.size += weight

    def signs_in(self, words: str) -> set[str]:
        """The signs of what was said: characters, pairs of them, and known words of three characters and more."""
        said = tidy(words)[:LONGEST]
        found: set[str] = set()
        for run in HAN.findall(said):
            found.update(run)
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        if self._longer is not None:
            found.update(match[1] for match in self._longer.finditer(said))
        return found

    def learn(self, samples: Iterable[Sample]) -> int:
        """Take decisions in; those for categories that are not known are passed over. Gives how many were taken."""
        taken = 0
        for words, category, weight in samples:
            if category not in self.categories:
                continue
            taken += 1
            self.sayings[category] += weight
            signs, everywhere, learned = self.signs_in(words), self.everywhere, self.learned
            for sign in signs:
                seen = learned[sign]
                seen[category] = seen.get(category, 0.0) + weight
                everywhere[sign] = everywhere.get(sign, 0.0) + weight
            self.totals[category] += weight * len(signs)
            self.size += weight * len(signs)
        return taken

    def calibrate(self, samples: Sequence[Sample]) -> None:
        """Set the scale by which the latest of these decisions, each left out in its turn, would have been most likely.
        They have been learned before."""
        usable = [one for one in samples if one.category in self.categories][-MOST_TO_SCALE:]
        if len(usable) < LEAST_TO_SCALE:
            self.scale = USUAL_SCALE
            return
        scored = [(one.category, self._scores(self.signs_in(one.words), self.categories, one)) for one in usable]
        self.scale = max(SCALES, key=lambda scale: sum(math.log(_chances(s, scale)[c]) for c, s in scored))

    def _weights(self, sign: str, among: Iterable[str], out: Sample | None = None) -> dict[str, float]:
        """How much a sign speaks for each category, compared with how common it is. `out`: a decision that has the sign
        and is left out."""
        common = (self.everywhere[sign] + 1) / (self.size + len(self.everywhere) + UNSEEN)
        learned, known = self.learned.get(sign, {}), self.known.get(sign, {})
        mu = min(MU, self.size / len(self.categories))
        found = {}
        for one in among:
            seen = learned.get(one, 0.0) - (out.weight if out is not None and out.category == one else 0.0)
            count = known.get(one, 0.0) + max(0.0, seen - DISCOUNT)
            found[one] = math.log((count / common + mu) / (self.totals.get(one, 0.0) + mu))
        return found

    def _scores(self, signs: Iterable[str], among: Iterable[str], out: Sample | None = None) -> dict[str, float]:
        total = sum(self.sayings.values()) + 2.0 * len(self.categories)
        scores = {one: PRIOR_POWER * math.log((self.sayings.get(one, 0.0) + 2.0) / total) for one in among}
        for sign in signs:
            if sign in self.everywhere:
                for one, weight in self._weights(sign, scores, out).items():
                    scores[one] += weight
        return scores

    def guess(self, words: str, among: Collection[str] | None = None, most: int | None = None) -> list[Guess]:
        """The categories (of `among`) for what was said, the likeliest first, the first few with their signs; none when
        nothing in the words is known."""
        wanted = [one for one in self.categories if among is None or one in among]
        signs = self.signs_in(words)
        if not wanted or not any(sign in self.everywhere for sign in signs):
            return []
        chances = _chances(self._scores(signs, wanted), self.scale)
        ranked = sorted(wanted, key=lambda one: -chances[one])[:most]
        told = [self._speaking(words, signs, one, wanted) for one in ranked[:MOST_TOLD]]
        return [Guess(one, chances[one], told[at] if at < MOST_TOLD else ()) for at, one in enumerate(ranked)]

    def _speaking(self, words: str, signs: Iterable[str], category: str, among: Sequence[str]) -> tuple[str, ...]:
        """The signs that speak most for a category and not for the others, in the order in which they were said."""
        said = tidy(words)[:LONGEST]
        gains = []
        for sign in signs:
            if len(sign) < 2 or sign not in self.everywhere or (set(sign) & QUIET and sign not in self.words):
                continue
            weights = self._weights(sign, among)
            gain = weights.pop(category) - max(weights.values(), default=0.0)
            if gain >= LEAST_SIGN:
                gains.append((category in self.known.get(sign, {}), gain, sign))
        chosen: list[str] = []
        for known, _gain, sign in sorted(gains, reverse=True):
            whole = self._whole(sign, said)
            beside = any(_overlap(said.find(whole), whole, said.find(other), other) for other in chosen)
            if not beside and (known or not chosen or len(chosen) < SIGNS - 1):
                chosen.append(whole)
            if len(chosen) == SIGNS:
                break
        return tuple(sorted(chosen, key=said.find))

    def _whole(self, sign: str, said: str) -> str:
        """The longest known word that was said and holds a sign; else the sign."""
        return max((word for word in self.words if sign in word and word in said), key=len, default=sign)


def _overlap(at: int, one: str, there: int, other: str) -> bool:
    """Whether two stretches of a text touch the same characters."""
    return at < there + len(other) and there < at + len(one)


def _chances(scores: Mapping[str, float], scale: float) -> dict[str, float]:
    top = max(scores.values())
    powers = {one: math.exp(scale * (score - top)) for one, score in scores.items()}
    total = sum(powers.values())
    return {one: power / total for one, power in powers.items()}
