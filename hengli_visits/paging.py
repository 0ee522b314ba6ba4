"""Pages of a list: two queries whatever the list holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")

PAGE_SIZE = 50
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """`number` counts from 1; `total` counts all rows, `pages` at least 1."""

    items: Sequence[T]
    number: int
    total: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def paginate(session: Session, query: Select[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Rows of the page `number` of an ordered query of one entity. A number beyond the end gives the last page."""
    return _page(session, query, query, number, size)


def paginate_by_id(
    session: Session,
    query: Select[T],
    key: InstrumentedAttribute[int],
    ids: Select[int],
    counted: Select[int],
    number: int,
    size: int,
) -> Page[T]:
    """The same for a query of many tables: `ids` finds the ids (`key`) of the same rows in the same order by as few tables
    as that takes, and `counted` as many by still fewer. Whole rows are read for the page alone. Three queries."""
    page = _page(session, ids, counted, number, size)
    items = session.scalars(query.where(key.in_(page.items))).unique().all() if page.items else []
    return Page(items, page.number, page.total, page.size)


def _page(session: Session, query: Select[T], counted: Select[Any], number: int, size: int) -> Page[T]:
    total = session.scalar(select(func.count()).select_from(counted.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages, LAST_PAGE)
    items = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items=items, number=number, total=total, size=size)
