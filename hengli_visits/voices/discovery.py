"""Words that matter in what residents said, found by counting; pure, in bounded memory.

1. Sentences are cut at punctuation, digits, names of places and at words that only join others (joints.txt: 没有, 希望, 的 …).
   What is left between two cuts is a chunk.
2. Every run of two to six signs in a chunk is a candidate, with how often it occurs and what stands beside it.
3. A candidate is a word when its parts belong together and it stands free.
   *Together*: at its weakest joint, a pointwise mutual information of at least `TOGETHER` (Church and Hanks, "Word
   association norms, mutual information, and lexicography", Computational Linguistics 16(1), 1990).
   *Free*: on both sides what stands beside it differs, by an entropy of at least `FREE` bits (Huang and Powers, "Chinese word
   segmentation based on contextual entropy", PACLIC 17, 2003); each cut counts as a neighbour of its own.
4. A candidate that nearly always stands in a longer one is a fragment of that (水渠 in 排水渠); one that is two words put
   together says nothing more than those (垃圾桶太少).

Counts are kept by lossy counting (Manku and Motwani, "Approximate frequency counts over data streams", VLDB 2002): never
more than some hundred thousand entries whatever is read, and nothing that is frequent is lost.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hengli_visits.voices.words import joints

SHORTEST, LONGEST = 2, 6
LEAST = 3
"""Sentences in which a word occurs at least."""
TOGETHER = 2.0
FREE = 1.0
FRAGMENT = 0.8
"""A word of whose occurrences so large a part stands in one longer word is a fragment."""
BUCKET = 50_000
"""Chunks after which counts are thinned out."""
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
CUT = "|"


@dataclass
class Counts:
    """What was seen of candidates so far; `thin` keeps it small."""

    times: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    left: dict[str, Counter[str]] = field(default_factory=dict)
    right: dict[str, Counter[str]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    bucket: int = 0

    def add(self, chunk: str, times: int = 1) -> None:
        """Count everything in a chunk that was said so many times."""
        for sign in chunk:
            self.signs[sign] += times
        length = len(chunk)
        for start in range(length - 1):
            for stop in range(start + SHORTEST, min(start + LONGEST, length) + 1):
                before, after = chunk[start - 1] if start else CUT, chunk[stop] if stop < length else CUT
                self._count(chunk[start:stop], before, after, times)

    def _count(self, run: str, before: str, after: str, times: int) -> None:
        if run not in self.times:
            self.since[run] = self.bucket
            self.left[run], self.right[run] = Counter(), Counter()
        self.times[run] += times
        self.left[run][before] += times
        self.right[run][after] += times

    def thin(self) -> None:
        """Drop what cannot be frequent: seen at most as often as buckets went by since it was first seen."""
        self.bucket += 1
        for run in [run for run, times in self.times.items() if times + self.since[run] <= self.bucket]:
            del self.times[run], self.since[run], self.left[run], self.right[run]


class Cutter:
    """Cuts sentences into chunks."""

    def __init__(self, places: Iterable[str], kept: Iterable[str] = ()) -> None:
        """`places` are names to cut out. Words of `kept` stay whole even where a joint stands in them."""
        self._kept = frozenset(word for word in kept if len(word) >= SHORTEST)
        names = {place for place in places if len(place) >= SHORTEST} | set(joints()) | self._kept
        self._names: dict[str, list[str]] = {}
        for name in sorted(names, key=len, reverse=True):
            self._names.setdefault(name[0], []).append(name)

    def chunks(self, sentence: str) -> Iterator[str]:
        """The chunks of a sentence."""
        for found in HAN.finditer(sentence):
            run = found[0]
            rest = at = 0
            while at < len(run):
                name = next((name for name in self._names.get(run[at], ()) if run.startswith(name, at)), "")
                if name and name not in self._kept:
                    if at - rest >= SHORTEST:
                        yield run[rest:at]
                    rest = at + len(name)
                at += max(1, len(name))
            if at - rest >= SHORTEST:
                yield run[rest:]


def count(sentences: Iterable[str], cutter: Cutter) -> Counts:
    """Count the candidates of sentences, each as often as it was said."""
    counts, bucket, held = Counts(), Counter[str](), 0
    for sentence in sentences:
        for chunk in cutter.chunks(sentence):
            bucket[chunk] += 1
            held += 1
        if held >= BUCKET:
            _empty(bucket, counts)
            held = 0
            counts.thin()
    _empty(bucket, counts)
    return counts


def _empty(bucket: Counter[str], counts: Counts) -> None:
    for chunk, times in bucket.items():
        counts.add(chunk, times)
    bucket.clear()


def freedom(beside: Mapping[str, int]) -> float:
    """How much what stands beside a candidate differs: the entropy in bits; every cut is a neighbour of its own."""
    total = sum(beside.values())
    cuts = beside.get(CUT, 0)
    known = sum(times / total * math.log2(total / times) for sign, times in beside.items() if sign != CUT)
    return known + (cuts / total * math.log2(total) if cuts else 0.0)


def together(run: str, counts: Counts) -> float:
    """How much more often the parts of a candidate stand together than by chance, in bits, at its weakest joint."""
    total = max(1, sum(counts.signs.values()))

    def chance(part: str) -> float:
        times = counts.times.get(part) if len(part) > 1 else counts.signs[part]
        return (times or counts.times[run]) / total

    whole = counts.times[run] / total
    return min(math.log2(whole / (chance(run[:at]) * chance(run[at:]))) for at in range(1, len(run)))


def words(counts: Counts, known: Iterable[str] = (), least: int = LEAST) -> dict[str, int]:
    """The words that were found, with how often they stand in the chunks. What is `known` is none of them."""
    given = frozenset(known)
    good = {
        run: times
        for run, times in counts.times.items()
        if times >= least
        and run not in given
        and freedom(counts.left[run]) >= FREE
        and freedom(counts.right[run]) >= FREE
        and together(run, counts) >= TOGETHER
    }
    longer: Counter[str] = Counter()
    for run, times in {**{word: counts.times.get(word, 0) for word in given}, **good}.items():
        for start in range(len(run) - 1):
            for stop in range(start + SHORTEST, len(run) + 1):
                part = run[start:stop]
                if part != run:
                    longer[part] = max(longer[part], times)
    whole = {run: times for run, times in good.items() if longer[run] < FRAGMENT * times}
    return {run: times for run, times in whole.items() if not _compound(run, whole, given)}


def _compound(run: str, whole: Mapping[str, int], given: frozenset[str]) -> bool:
    """Whether a candidate says no more than its parts: one that is known already, a word with one sign more, or two
    words that are more often said without each other."""
    for at in range(1, len(run)):
        parts = run[:at], run[at:]
        if any(part in given for part in parts):
            return True
        if len(run) > 2 and all(len(part) == 1 or whole.get(part, 0) >= 2 * whole[run] for part in parts):
            return True
    return False
