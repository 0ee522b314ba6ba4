"""Cases that are tried on one database each, in turn: many alike, where what differs between the databases is tested
beside them and running each twice would take minutes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

POSTGRESQL = "postgresql"
DATABASES = ("sqlite", POSTGRESQL)
ASKING = (
    "test_queries.py",
    "test_scope.py",
    "test_search.py",
    "test_search_index.py",
    "test_nonsense.py",
    "test_pack_changes.py",
    "test_undoing_anything.py",
)
"""Files whose rows differ in the SQL that they lead to (in test_nonsense each database has rows of its own): both databases
take all of them, as they take rows marked `both_databases`."""


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


def in_turn(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """The tests that can be spared: of a test with several rows, each row on the database whose turn it is not. A row
    that is asked for on one database alone runs there."""
    rows: dict[Any, dict[Any, dict[str, pytest.Item]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is None or not isinstance(item, pytest.Function) or "app" not in callspec.params:
            continue
        if item.path.name in ASKING or item.get_closest_marker("both_databases"):
            continue
        row = tuple((name, id(value)) for name, value in callspec.params.items() if name != "app")
        rows[item.parent, item.originalname][row][callspec.params["app"]] = item
    spared: set[pytest.Item] = set()
    for tests in rows.values():
        twice = [found for found in tests.values() if len(found) == len(DATABASES)]
        if len(twice) > 1:
            spared.update(found[DATABASES[(number + 1) % 2]] for number, found in enumerate(twice))
    return spared
