"""A table that becomes a file: titled columns over rows that come one after the other.

Titles and words in a file are Chinese whatever language its maker reads: colleagues get it, and importing knows them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

Value = str | int | float | date | datetime | None


class Kind(Enum):
    """How a cell is written. Phones, codes and numbers of people are TEXT: a program must not reckon with them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    SHARE = "share"


@dataclass(frozen=True)
class Column:
    """One column: its title, its value of a row, and its width in characters. A SHARE names the columns whose quotient
    it is (`of`), and stands in a workbook as that formula."""

    title: str
    value: Callable[[Any], Value]
    width: float = 12
    kind: Kind = Kind.TEXT
    of: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """`rows` can be walked once; nothing is read before. `total` is how many there will be."""

    columns: Sequence[Column]
    total: int
    rows: Iterable[Any]


@dataclass(frozen=True)
class Made:
    """What a file says about itself: its title, who made it and when (on the town's clock, without zone); what its sheet
    is called when that is not the title."""

    title: str
    who: str
    at: datetime
    sheet: str = ""


@dataclass(frozen=True)
class Total:
    """A figure under a ledger, reckoned by the spreadsheet itself: how many rows there are; with `column` and `equals`
    how many say that in this column; with `column` alone what the column adds up to."""

    label: str
    column: str = ""
    equals: str | None = None


@dataclass(frozen=True)
class Frame:
    """What a ledger on paper has beside its rows: lines under the title (unit, period, what it holds), totals, and who
    signs. With `sums` the last row adds up all columns of numbers; shares are reckoned from the sums."""

    lines: Sequence[str]
    totals: Sequence[Total] = ()
    sums: bool = False
    signed: Sequence[str] = ()
