"""What a file would change in the calendar, and what is kept to take it back. Pure."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from hengli_visits.calendar.ics import FIELD, MOST_DAYS, Told
from hengli_visits.calendar.rules import LONGEST_NAME, YEARS
from hengli_visits.calendar.year import Day, Own, day_of
from hengli_visits.errors import Invalid
from hengli_visits.models import CalendarDay
from hengli_visits.wording import N_


@dataclass(frozen=True)
class Change:
    """A day as it is, and as a file wants it."""

    told: Told
    before: Day
    after: Day


@dataclass(frozen=True)
class Step:
    """What an import did to a day: the town's row before (None: none) and after, each `[working, name]`."""

    day: str
    before: list[Any] | None
    after: list[Any]


@dataclass(frozen=True)
class Kept:
    """The last import, kept so that it can be taken back."""

    at: str
    by: str
    steps: list[Step]

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)


def changes_of(told: Iterable[Told], own: Own, published: Collection[int]) -> list[Change]:
    """The days that a file would change. In a year of which the country's notice is known, a name alone is no change:
    the notice has its own."""
    found = []
    for one in told:
        before = day_of(one.day, own.get(one.day))
        after = day_of(one.day, CalendarDay(day=one.day, working=one.working, name=one.name))
        renamed = one.name != before.name and one.day.year not in published
        if one.working != before.working or renamed or (before.mark is None and one.day.year not in published):
            found.append(Change(one, before, after))
    return found


def stamp(row: CalendarDay | None) -> str:
    """What tells whether a day's row has changed since somebody saw it."""
    return "" if row is None else f"{row.working:d}{row.name}"


def stamp_of(days: Iterable[date], own: Own) -> str:
    """The same for many days."""
    text = "\n".join(f"{day}{stamp(own.get(day))}" for day in sorted(days))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def written(told: Iterable[Told]) -> str:
    """Days as a form holds them between the preview and the import."""
    return "\n".join(f"{one.day} {one.working:d} {one.name}".rstrip() for one in told)


def read_back(text: str) -> list[Told]:
    """The days that `written` wrote. Raises `Invalid` (`file`) for anything else."""
    lines = text.split("\n") if text else []
    if not lines or len(lines) > MOST_DAYS:
        raise _unfit()
    told = [_line(line.rstrip("\r")) for line in lines]
    if len({one.day for one in told}) < len(told):
        raise _unfit()
    return told


def _line(line: str) -> Told:
    day, _, rest = line.partition(" ")
    working, _, name = rest.partition(" ")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise _unfit() from None
    if working not in ("0", "1") or found.year not in YEARS or len(name) > LONGEST_NAME:
        raise _unfit()
    return Told(found, working == "1", name)


def _unfit() -> Invalid:
    return Invalid(N_("没有可以导入的内容，请重新选择文件。"), field=FIELD)


def packed(kept: Kept) -> bytes:
    """An import as a file keeps it."""
    return json.dumps(asdict(kept), ensure_ascii=False).encode()


def unpacked(data: bytes) -> Kept:
    """The import that `packed` packed."""
    told: Mapping[str, Any] = json.loads(data)
    return Kept(told["at"], told["by"], [Step(**step) for step in told["steps"]])
