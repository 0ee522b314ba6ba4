"""Villages and branches that a roster names and the town does not have yet."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengli_visits.imports.columns import Layout
from hengli_visits.imports.reading import cells_of
from hengli_visits.imports.text import plain_text
from hengli_visits.imports.villages import Villages, squeeze, stem
from hengli_visits.imports.workbook import Sheet
from hengli_visits.models import Sector
from hengli_visits.search import sound

FULL_NAME = re.compile(
    r"(?:[\u4e00-\u9fff]{2,4}省)?(?:[\u4e00-\u9fff]{2,4}市)?(?:[\u4e00-\u9fff]{2,4}镇)?([\u4e00-\u9fff]{1,7}(?:村|社区))"
)
SEPARATOR = re.compile(r"[、,;/|\n&+]")
CODE_HEAD = re.compile(r"([A-Z]{1,8})-Q?\d")
FIRMS = re.compile(r"公司|厂|集团|企业|商会|协会|事务所|酒店|超市|市场|商场|合作社|店")


@dataclass(frozen=True, slots=True)
class NewVillage:
    """A village that would have to be founded first: `rows` of the file need it. `kind` is village or community."""

    name: str
    code: str
    kind: str
    latitude: float | None
    longitude: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class NewBranch:
    """A party branch that would have to be founded first."""

    name: str
    sector: Sector
    village: str | None
    rows: int


def unknown_villages(sheets: Iterable[Sheet], layout: Layout, villages: Villages) -> list[str]:
    """Full names (…村, …社区) that a file says and `villages` does not know, in the file's order. Of two that differ
    only by their last word, the one that is said more often."""
    said = Counter(name for sheet in sheets for name in village_names(sheet, layout) if not villages.find(name))
    best: dict[str, str] = {}
    for name, times in said.items():
        rival = best.setdefault(stem(name), name)
        if times > said[rival]:
            best[stem(name)] = name
    return [name for name in said if best[stem(name)] == name]


def village_names(sheet: Sheet, layout: Layout) -> Iterator[str]:
    """The village names in the sheet's name, or else every one in its column for villages."""
    field = "villages" if layout.name == "groups" else "village"
    if own := full_name(sheet.name):
        yield own
        return
    for cell in cells_of(sheet, layout, field):
        for part in SEPARATOR.split(plain_text(cell)) if isinstance(cell, str) else ():
            if name := full_name(part):
                yield name


def full_name(text: str) -> str | None:
    """The village that a text names in full, without the places above it; None for anything else."""
    match = FULL_NAME.fullmatch(squeeze(text))
    return match[1] if match else None


@dataclass(slots=True)
class VillageTrace:
    """What the records of one village tell of it: the letters of their codes, and where they stand."""

    rows: int = 0
    heads: Counter[str] = field(default_factory=Counter)
    located: int = 0
    latitudes: float = 0.0
    longitudes: float = 0.0

    def note(self, record: Any) -> None:
        """Take notice of one record."""
        self.rows += 1
        if match := CODE_HEAD.match(getattr(record, "code", None) or ""):
            self.heads[match[1]] += 1
        if getattr(record, "latitude", None) is not None:
            self.located += 1
            self.latitudes += record.latitude
            self.longitudes += record.longitude

    def place(self) -> tuple[float | None, float | None]:
        """The middle of all places."""
        if not self.located:
            return None, None
        return round(self.latitudes / self.located, 6), round(self.longitudes / self.located, 6)


def new_villages(names: Sequence[str], traces: Mapping[str, VillageTrace], codes: Iterable[str]) -> list[NewVillage]:
    """What to found for each of the names that a record uses: its code by the records' own codes (HQ-001), else by its
    拼音; its place by theirs. `codes` are taken already."""
    taken, found = set(codes), []
    for name in names:
        trace = traces.get(name)
        if trace is None:
            continue
        head = next((head for head, _ in trace.heads.most_common(1)), None)
        code = head if head and head not in taken else free_code(sound(stem(name))[1][:2].upper() or "CUN", taken)
        taken.add(code)
        kind = "community" if name.endswith("社区") else "village"
        found.append(NewVillage(name, code, kind, *trace.place(), trace.rows))
    return found


def villages_of(record: Any) -> tuple[str, ...]:
    """The villages that a record of any kind names."""
    many: tuple[str, ...] | None = getattr(record, "villages", None)
    one: str | None = getattr(record, "village", None)
    return many if many is not None else (one,) if one else ()


def free_code(code: str, taken: set[str]) -> str:
    """The code itself, or with the first number that makes it free."""
    return next(one for one in (code, *(f"{code}{number}" for number in range(2, 1000))) if one not in taken)


def new_branches(rows: Mapping[str, int], known: Iterable[str], villages: Sequence[str]) -> list[NewBranch]:
    """The branches that records name (`rows`: how many each) and the town does not have, in the file's order."""
    have = set(known)
    return [NewBranch(name, *sector_of(name, villages), times) for name, times in rows.items() if name not in have]


def sector_of(branch: str, villages: Sequence[str]) -> tuple[Sector, str | None]:
    """The sector that a branch's name speaks of, with its village: 长巷村第二党小组支部 → village, 力泰制衣厂党支部 → new,
    农林水务局党支部 → office."""
    own = max((name for name in villages if branch.startswith(name)), key=len, default=None)
    if own:
        return Sector.VILLAGE, own
    return (Sector.NEW if FIRMS.search(branch) else Sector.OFFICE), None
