"""Fixtures of the tests in a browser: servers, each with an instance of its own."""

from collections.abc import Iterator

import pytest

from tests.e2e.server import Live, flask, new_instance, serve


@pytest.fixture
def live() -> Iterator[Live]:
    """A server on an empty, migrated database."""
    with new_instance() as instance:
        flask(instance, "db", "upgrade")
        with serve(instance) as running:
            yield running
