"""What somebody asked for: of which campaign, place and days, with whole names or not, and what a document says."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hengli_visits import clock


@dataclass(frozen=True)
class Wishes:
    """Filters may be absent; days count both ends. `purpose`: what whole names and phones are needed for (None: they
    are masked). `preface` and `cases` (ids of issues) are of documents; None: the program chooses the cases."""

    campaign_id: int
    area_id: int | None = None
    group_id: int | None = None
    since: date | None = None
    until: date | None = None
    purpose: str | None = None
    preface: str = ""
    cases: tuple[int, ...] | None = None

    def told(self) -> dict[str, Any]:
        """As JSON that a row keeps."""
        days = {"since": self.since, "until": self.until}
        return asdict(self) | {name: day.isoformat() if day else None for name, day in days.items()}

    @property
    def start(self) -> datetime | None:
        """The moment at which the first day begins in the town."""
        return clock.from_town(datetime.combine(self.since, time())) if self.since else None

    @property
    def end(self) -> datetime | None:
        """The moment at which the last day is over in the town."""
        return clock.from_town(datetime.combine(self.until + timedelta(days=1), time())) if self.until else None


def read(told: dict[str, Any]) -> Wishes:
    """The wishes that a row keeps."""
    days = {name: date.fromisoformat(told[name]) if told.get(name) else None for name in ("since", "until")}
    cases = told.get("cases")
    return Wishes(**{**told, **days, "cases": tuple(cases) if cases is not None else None})


def chinese_day(day: date) -> str:
    """A day as papers write it, whatever language its maker reads: 2026年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period(since: date, until: date) -> str:
    """Days from one to the other; the year is said once when it is the same."""
    if since == until:
        return chinese_day(since)
    end = f"{until.month}月{until.day}日" if since.year == until.year else chinese_day(until)
    return f"{chinese_day(since)}至{end}"


def short_moment(at: datetime) -> str:
    """A moment of this year in the town: 7月4日 10:12."""
    local = clock.town_time(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
