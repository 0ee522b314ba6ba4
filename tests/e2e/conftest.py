"""Fixtures of the tests in a browser: servers, each with an instance of its own."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

import pytest

from hengli_visits import clock
from tests.e2e.seed import Seeded, seed
from tests.e2e.server import Live, Program, flask, new_instance, serve

AT_ONCE = 2
"""So many files drive a browser at a time, whatever the number of processes: with more of them, phones wait longer than
they do in the hand."""


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One of the places for files that drive a browser; waits until one is free."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with ExitStack() as stack:
        places = [stack.enter_context((common / f"browser-{number}.lock").open("w")) for number in range(AT_ONCE)]
        while not any(map(_taken, places)):
            time.sleep(0.2)
        yield


def _taken(place: IO[str]) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


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
