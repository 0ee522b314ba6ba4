"""A ledger: its rows, and what stands under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hengli_visits.exports.tables import Table, Total
from hengli_visits.wording import Word


@dataclass(frozen=True)
class Ledger:
    """A table with its totals; with `sums` a last row that adds the columns up. `note` explains its figures."""

    table: Table
    totals: Sequence[Total] = ()
    sums: bool = False
    note: str = ""


def each(label: str, column: str, words: type[Word]) -> tuple[Total, ...]:
    """How many rows say each word of a vocabulary."""
    return tuple(Total(f"{label}：{word.label}", column, word.label) for word in words)


def address(row: object) -> str:
    """Street and door, or the address as the office wrote it."""
    parts = f"{getattr(row, 'street', '')}{getattr(row, 'door', '')}"
    return parts or str(getattr(row, "address", ""))
