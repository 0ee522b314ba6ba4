"""A number and the list that counts the same rows: no figure is shown without a way to what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Where:
    """A list page with its filters."""

    endpoint: str
    filters: Mapping[str, int | str] = field(default_factory=dict)

    def __and__(self, filters: Mapping[str, int | str]) -> "Where":
        """The same list narrowed further."""
        return Where(self.endpoint, {**self.filters, **filters})


@dataclass(frozen=True)
class Count:
    """So many rows, and the list that shows exactly them."""

    number: int
    where: Where


@dataclass(frozen=True)
class Coverage:
    """Households of a campaign, or of a village, group or member in it, by the state of their assignment."""

    total: Count
    visited: Count
    again: Count
    unreachable: Count
    waiting: Count


@dataclass(frozen=True)
class CoverageRow:
    """Coverage of one village, group, team (`inner`) or member."""

    name: str
    coverage: Coverage
    inner: bool = False
