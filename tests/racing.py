"""Requests made at the same time."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.pages import PageClient

Request = Callable[[], Any]


def at_once(requests: Iterable[Request]) -> Counter[int]:
    """Make all requests at the same time and count the statuses."""
    requests = list(requests)
    with ThreadPoolExecutor(len(requests)) as pool:
        return Counter(answer.status_code for answer in pool.map(lambda request: request(), requests))


def posting(client: PageClient, address: str, **data: Any) -> Request:
    return lambda: client.post(address, data=data)


def putting(client: PageClient, address: str, **body: Any) -> Request:
    return lambda: client.put(address, **body)


def counted(session: Session, model: Any) -> int:
    """How many rows there are now."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0
