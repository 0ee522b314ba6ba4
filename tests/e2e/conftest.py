"""Fixtures of the tests in a browser: servers, each with an instance of its own."""

from collections.abc import Iterator

import pytest

from hengli_visits import clock
from tests.e2e.seed import Seeded, seed
from tests.e2e.server import Live, Program, flask, new_instance, serve


@pytest.fixture(autouse=True)
def standing_clock() -> None:
    """Here no clock stands still: the server is a process of its own."""
    clock.set_source(None)


@pytest.fixture
def live() -> Iterator[Live]:
    """A server on an empty, migrated database."""
    with new_instance() as instance:
        flask(instance, "db", "upgrade")
        with serve(instance) as running:
            yield running


def _small_town() -> Iterator[tuple[Live, Seeded]]:
    clock.set_source(None)
    with new_instance() as instance:
        town = seed(instance)
        with serve(instance) as running:
            yield running, town
        town.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Live, Seeded]]:
    """A server on a small town in which something is on every page, and the people of the cast."""
    yield from _small_town()


@pytest.fixture
def own_town() -> Iterator[tuple[Live, Seeded]]:
    """The same for one test alone, which may change whose households are whose."""
    yield from _small_town()


@pytest.fixture(scope="module")
def program() -> Iterator[tuple[Program, Seeded]]:
    """A program that can be killed, on the small town."""
    with new_instance() as instance:
        town = seed(instance)
        program = Program(instance)
        program.start()
        yield program, town
        program.close()
        town.close()
