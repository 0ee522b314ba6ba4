"""The sample rosters are large and many tests begin with them: what was read from a file once is not read again."""

from collections.abc import Iterator
from typing import Any

import pytest

from hengli_visits.imports import reading
from hengli_visits.imports.actions import reading as action
from hengli_visits.imports.outcomes import Outcome
from hengli_visits.imports.reading import RosterFile
from hengli_visits.imports.villages import Villages
from hengli_visits.models import RosterKind
from tests.imports.books import DATA

SAMPLES = frozenset(path.read_bytes() for path in DATA.iterdir() if path.suffix in (".xlsx", ".csv"))

_books: dict[bytes, RosterFile] = {}
_outcomes: dict[tuple[object, ...], list[Outcome[Any]]] = {}


def _open_file(data: bytes) -> RosterFile:
    if data not in SAMPLES:
        return reading.open_file(data)
    if data not in _books:
        _books[data] = reading.open_file(data)
    return _books[data]


def _scan_file(kind: RosterKind, file: RosterFile, villages: Villages, **more: Any) -> Iterator[Outcome[Any]]:
    """What the same file gave in a town that knows the same villages; outcomes do not change."""
    if file.data not in SAMPLES or any(more.values()):
        return reading.scan_file(kind, file, villages, **more)
    known = repr((villages.names, villages._exact, villages._stems, villages._upper))
    key = kind, file.data, known
    if key not in _outcomes:
        _outcomes[key] = list(reading.scan_file(kind, file, villages))
    return iter(_outcomes[key])


@pytest.fixture(autouse=True)
def samples_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing one of the sample files again takes what it was the first time. The tests of reading itself
    (test_sample_files.py and its neighbours) read for themselves."""
    monkeypatch.setattr(action, "open_file", _open_file)
    monkeypatch.setattr(action, "scan_file", _scan_file)
