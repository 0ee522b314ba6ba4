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
