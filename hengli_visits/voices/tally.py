"""How often themes are said: when, where and about what; pure, one pass over the sentences.

A theme is a word and those that stand in the same sentences (出租屋: 打架、巡逻). It is said in a sentence exactly when
the sentence holds its word, so that searching for the word finds the very sentences that are counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hengli_visits.grams import folded
from hengli_visits.voices.rising import is_rising

WEEKS = 12
"""So many weeks are drawn."""
LEAST = 2
"""Sentences of which a theme has at least."""
SAME = 0.75
"""Two words whose sentences are so much the same are one theme."""


@dataclass(frozen=True)
class Sentence:
    """One thing that was said, on a day, in a village, in a category (empty: none)."""

    words: str
    day: date
    area: str
    category: str


@dataclass
class Theme:
    """A theme. `weeks` counts back from the last day: the seven days up to it come first."""

    word: str
    total: int = 0
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)
    areas: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    also: tuple[str, ...] = ()

    def period(self, weeks: int, back: int = 0) -> int:
        """Sentences of so many weeks, that many weeks back."""
        return sum(self.weeks[back : back + weeks])


@dataclass(frozen=True)
class Digest:
    """The themes of some sentences up to a day, and how many sentences there were in all and by week."""

    last: date | None
    total: int
    weeks: Sequence[int]
    themes: Sequence[Theme]

    def theme(self, word: str) -> Theme | None:
        """The theme of a word, if it is one."""
        return next((theme for theme in self.themes if theme.word == word), None)

    def rising(self, weeks: int) -> list[Theme]:
        """The themes that are said more often in the last so many weeks than in as many before, and not by chance."""
        now, before = sum(self.weeks[:weeks]), sum(self.weeks[weeks : 2 * weeks])
        found = [
            theme for theme in self.themes if is_rising(theme.period(weeks), now, theme.period(weeks, weeks), before)
        ]
        return sorted(found, key=lambda theme: (-theme.period(weeks), theme.word))


def digest(sentences: Iterable[Sentence], given: Sequence[str], found: Sequence[str], last: date) -> Digest:
    """Count the themes of sentences. `given` are words known beforehand, `found` those that the sentences taught. What
    was said after `last` counts in the total alone."""
    themes = {word: Theme(word) for word in (*given, *found)}
    starts: dict[str, list[tuple[str, str]]] = {}
    for word in themes:
        starts.setdefault(folded(word)[:2], []).append((word, folded(word)))
    both: Counter[tuple[str, str]] = Counter()
    weeks, total = [0] * WEEKS, 0
    for sentence in sentences:
        total += 1
        week = (last - sentence.day).days // 7
        drawn = 0 <= week < WEEKS
        weeks[week if drawn else 0] += drawn
        held = _held(folded(sentence.words), starts)
        for at, word in enumerate(held):
            theme = themes[word]
            theme.total += 1
            theme.weeks[week if drawn else 0] += drawn
            theme.areas[sentence.area] += 1
            theme.categories[sentence.category] += 1
            both.update((word, other) for other in held[at + 1 :])
    kept = _gathered([theme for theme in themes.values() if theme.total >= LEAST], both, frozenset(given))
    return Digest(last, total, weeks, kept)


def _held(text: str, starts: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """The words that a folded text holds, looked for by their first two signs."""
    held: dict[str, None] = {}
    for at in range(len(text) - 1):
        for word, plain in starts.get(text[at : at + 2], ()):
            if text.startswith(plain, at):
                held[word] = None
    return list(held)


def _gathered(themes: list[Theme], both: Counter[tuple[str, str]], given: frozenset[str]) -> list[Theme]:
    """Themes of words whose sentences are the same, put together under the most telling word: one known beforehand, then
    the more frequent, then the longer."""
    order = sorted(themes, key=lambda theme: (theme.word not in given, -theme.total, -len(theme.word), theme.word))
    kept: list[Theme] = []
    beside: dict[str, list[str]] = {}
    for theme in order:
        head = next((head for head in kept if _same(head, theme, both)), None)
        if head is None:
            kept.append(theme)
        elif theme.word not in head.word and head.word not in theme.word:
            beside.setdefault(head.word, []).append(theme.word)
    for theme in kept:
        theme.also = tuple(beside.get(theme.word, ())[:3])
    return sorted(kept, key=lambda theme: (-theme.total, theme.word))


def _same(one: Theme, other: Theme, both: Counter[tuple[str, str]]) -> bool:
    together = both[(one.word, other.word)] + both[(other.word, one.word)]
    return together >= SAME * (one.total + other.total - together)
