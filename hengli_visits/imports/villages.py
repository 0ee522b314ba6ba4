"""Which village is meant, however an office writes its name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hengli_visits.imports.reasons import reason
from hengli_visits.imports.text import Cleaned, cell_problem, half_width, is_absent, plain_text, simplified
from hengli_visits.imports.workbook import Cell
from hengli_visits.wording import N_

BODIES = (
    "社区居民委员会", "村居民委员会", "村民委员会", "居民委员会", "社区居委会", "村(社区)", "村社区", "村委会", "居委会", "社区党群服务中心",
    "股份经济联合社", "经济联合社", "村党委", "社区党委", "村党总支", "村委", "居委", "社区", "村",
)  # fmt: skip
PROVINCE = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市(?!场|区|民|政|集|口|街))?(?=.)")
ROAD = re.compile(
    r"镇|(?:东|西|南|北|中|大|新|环|[一二三四五六七八九十]|\d)*(?:路|街|道|桥|市场|广场|花园|小区|工业|小学|中学|医院)|(?:大|新|中)?巷"
)
SEPARATOR = re.compile(r"[、,;/|\n&+]")
AND = re.compile(r"以及|和|及")
UNKNOWN = N_("没有找到名为“%(value)s”的村(社区)。")
MOST_KEPT = 20_000
BRACKETED = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Prefix:
    """A village written at the start of an address, and what follows it."""

    village: str
    rest: str


class Villages:
    """The villages of a town with their other names. `upper` are the places above them (横沥镇, 东莞市), which may
    stand before a village's name with or without their last character."""

    def __init__(
        self, names: Iterable[str], aliases: Mapping[str, str] | None = None, upper: Iterable[str] = ()
    ) -> None:
        self.names = tuple(names)
        self._exact: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        for written, name in [*((one, one) for one in self.names), *(aliases or {}).items()]:
            key = simplified(squeeze(written))
            self._exact.setdefault(key, set()).add(name)
            self._stems.setdefault(stem(key), set()).add(name)
        self._found: dict[str, set[str]] = {}
        self._resolved: dict[str, Cleaned[str]] = {}
        self._homes: dict[tuple[str, ...], str | None] = {}
        self._heads = self._head_pattern()
        self._upper = tuple(
            dict.fromkeys(form for place in upper for form in (squeeze(place), squeeze(place)[:-1]) if len(form) > 1)
        )

    def _head_pattern(self) -> re.Pattern[str]:
        """Any written name of a village that begins an address, unless it is a road's name."""
        stems, names = (either(words) for words in (self._stems, self._exact))
        return re.compile(rf"(?:(?:{stems})(?:{either(BODIES)})(?:\([^()]*\))?|(?:{names}))(?!路|街|巷|大道|道)")

    def home(self, sheet: str, titles: tuple[str, ...]) -> str | None:
        """The village that a whole sheet is about, by its name or else by a title above its header."""
        key = (sheet, *titles)
        if key not in self._homes:
            found = self.find(sheet)
            own = next(iter(found)) if len(found) == 1 else self.within(sheet)
            self._homes[key] = own or next(filter(None, map(self.within, titles)), None)
        return self._homes[key]

    def find(self, text: str) -> set[str]:
        """The villages that a text may mean: whole names first, then without what stands before and after them."""
        known = self._found.get(text)
        if known is None:
            known = self._find(simplified(squeeze(text)))
            if len(self._found) < MOST_KEPT:
                self._found[text] = known
        return known

    def _find(self, text: str) -> set[str]:
        for candidate in self._shorter(text):
            if found := self._exact.get(candidate):
                return found
            if found := self._stems.get(stem(candidate)):
                return found
        return set()

    def _shorter(self, text: str) -> Iterator[str]:
        """The text, then the text without each place above the village that it begins with."""
        yield text
        without = PROVINCE.sub("", text)
        if without != text:
            yield without
        while place := next((one for one in self._upper if without.startswith(one) and without != one), None):
            without = without[len(place) :]
            yield without
        for place in self._upper:
            if place[-1] in "县区镇" and 0 < text.find(place) <= 8 and not text.endswith(place):
                yield text.partition(place)[2]

    def resolve(self, cell: Cell) -> Cleaned[str]:
        """The one village that a cell names, in its full name; a problem naming the value otherwise."""
        if not isinstance(cell, str):
            return self._resolve(cell)
        known = self._resolved.get(cell)
        if known is None:
            known = self._resolve(cell)
            if len(self._resolved) < MOST_KEPT:
                self._resolved[cell] = known
        return known

    def _resolve(self, cell: Cell) -> Cleaned[str]:
        if problem := cell_problem(cell):
            return Cleaned(problem=problem)
        text = plain_text(cell)
        if is_absent(text):
            return Cleaned()
        found = self.find(text)
        if len(found) > 1:
            names = "、".join(sorted(found))
            return Cleaned(problem=reason(N_("“%(value)s”可能是：%(names)s，请写全称。"), value=text, names=names))
        if not found:
            return Cleaned(problem=reason(UNKNOWN, value=text))
        (name,) = found
        notes = () if name == cell else (reason(N_("村(社区)已统一写作“%(after)s”。"), after=name),)
        return Cleaned(name, notes)

    def resolve_all(self, cell: Cell) -> Cleaned[tuple[str, ...]]:
        """All villages that a cell lists (月塘村、田坑村). One unknown among them is a problem."""
        if problem := cell_problem(cell):
            return Cleaned(problem=problem)
        text = half_width(plain_text(cell))
        if is_absent(text):
            return Cleaned()
        whole = self.resolve(text)
        parts = [text] if whole.value else [part for part in self._apart(text) if part.strip()]
        if len(parts) == 1 and not whole.value and " " in text:
            parts = text.split()
        resolved = [self.resolve(part.strip()) for part in parts]
        problem = next((one.problem for one in resolved if one.problem), None)
        names = tuple(dict.fromkeys(one.value for one in resolved if one.value))
        return Cleaned(names, tuple(note for one in resolved for note in one.notes), problem)

    def _apart(self, text: str) -> Iterator[str]:
        """The names of a list; 和 and 及 part them unless they belong to a village's name: 和平村."""
        for piece in SEPARATOR.split(text):
            yield from [piece] if self.find(piece.strip()) else AND.split(piece)

    def within(self, text: str) -> str | None:
        """The one village whose full name stands somewhere in a title or sheet name."""
        squeezed = simplified(squeeze(text))
        found = {next(iter(names)) for key, names in self._exact.items() if key in squeezed and len(names) == 1}
        return found.pop() if len(found) == 1 else None

    def prefix(self, address: str, own: str | None = None) -> Prefix | None:
        """The village that an address begins with. A bare stem counts only for the row's own village and never
        before a road's last word: 横沥大道 is a road, not 横沥村."""
        written = squeeze(address)
        starts = list(self._shorter(simplified(written)))
        for start in starts:
            if match := self._heads.match(start):
                found = self._exact.get(match[0]) or self._stems.get(stem(match[0])) or set()
                if len(found) == 1:
                    return Prefix(next(iter(found)), tail(written, len(start) - match.end()))
        bare = stem(simplified(squeeze(own))) if own else None
        for start in reversed(starts):
            if own and bare and start.startswith(bare) and not ROAD.match(start, len(bare)):
                return Prefix(own, tail(written, len(start) - len(bare)))
        return None

    def without_upper(self, address: str) -> str:
        """An address without the province, city and town in front, where these are written in full."""
        rest = PROVINCE.sub("", squeeze(address))
        while place := next((one for one in self._upper if one[-1] in "省市县区镇" and rest.startswith(one)), None):
            rest = rest[len(place) :]
        return rest


def tail(text: str, length: int) -> str:
    """The last characters of a text."""
    return text[len(text) - length :]


def either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def squeeze(text: str) -> str:
    """Half-width and without any space."""
    return re.sub(r"\s+", "", half_width(text))


@lru_cache(maxsize=4096)
def stem(name: str) -> str:
    """A village's name without the word for what it is: 长巷村委会, 长巷村(社区), 长巷村 → 长巷."""
    bare = BRACKETED.sub("", name) or name
    for body in BODIES:
        if bare.endswith(body) and len(bare) - len(body) >= 2:
            return bare[: -len(body)]
    return bare
