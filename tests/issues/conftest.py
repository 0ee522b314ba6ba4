"""Fixtures of the tests of issues."""

from collections.abc import Iterator

import pytest

from hengli_visits.issues import learning


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    """Each test's database teaches anew."""
    learning.forget()
    yield
    learning.forget()
