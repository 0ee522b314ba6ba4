"""Cases that are tried on one database each, in turn: many alike, where what differs between the databases is tested
beside them and running each twice would take minutes."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

POSTGRESQL = "postgresql"
DATABASES = ("sqlite", POSTGRESQL)


def alternating(
    names: Sequence[str], cases: Sequence[tuple[Any, ...]], name_of: Callable[..., str]
) -> pytest.MarkDecorator:
    """A parametrization over the cases, every second one on PostgreSQL. The test has a fixture that needs `app`."""
    params = []
    for number, case in enumerate(cases):
        database = DATABASES[number % 2]
        marks = [pytest.mark.postgresql] if database == POSTGRESQL else []
        params.append(pytest.param(*case, database, id=f"{database}-{name_of(*case)}", marks=marks))
    return pytest.mark.parametrize((*names, "app"), params, indirect=["app"])
