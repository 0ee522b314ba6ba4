"""Days of the town in SQL, and a run of them in parts that a chart can show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from hengli_visits import clock

MOST_PARTS = 45
"""So many days are shown one by one; a longer run by weeks, so many at most, each part of as many weeks as it takes."""


class TownDay(FunctionElement[date]):
    """The day of the town on which a stored moment lies."""

    type = Date()
    inherit_cache = True


@compiles(TownDay)
def _on_postgresql(element: TownDay, compiler: Any, **options: Any) -> str:
    """The server knows the zone."""
    return f"CAST(timezone('{clock.TOWN_ZONE.key}', {compiler.process(element.clauses, **options)}) AS DATE)"


@compiles(TownDay, "sqlite")
def _on_sqlite(element: TownDay, compiler: Any, **options: Any) -> str:
    """SQLite knows none: moments are moved by the town's distance from UTC, which has been the same since 1992."""
    offset = datetime(2000, 1, 1, tzinfo=clock.TOWN_ZONE).utcoffset() or timedelta()
    return f"date({compiler.process(element.clauses, **options)}, '{offset.total_seconds():+.0f} seconds')"


@dataclass(frozen=True)
class Part:
    """One day, or some weeks."""

    first: date
    last: date

    @property
    def single(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last


def parts(first: date, last: date) -> Iterator[Part]:
    """A run of days: one by one, or when there are many by weeks that begin on the first day."""
    days = (last - first).days + 1
    step = 1 if days <= MOST_PARTS else 7 * -(-days // (7 * MOST_PARTS))
    while first <= last:
        yield Part(first, min(last, first + timedelta(days=step - 1)))
        first += timedelta(days=step)
