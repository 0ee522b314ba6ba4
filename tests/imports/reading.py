"""Reading a file in a test, always with the promise that no row is lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hengli_visits.imports.outcomes import Roster
from hengli_visits.imports.reading import open_file
from tests.imports.books import DATA, VILLAGES

Reader = Callable[..., Roster[Any]]


Rows = list[list[object]]


def read(reader: Reader, data: bytes, **more: object) -> Roster[Any]:
    """Read a file, and hold the promise of every reading: no row is lost, none is counted twice."""
    roster = reader(open_file(data).sheets(), VILLAGES, **more)
    outcomes = [(one.sheet, one.row) for kind in (roster.taken, roster.reported, roster.skipped) for one in kind]
    assert len(set(outcomes)) == len(outcomes)
    for sheet, summary in zip(open_file(data).sheets(), roster.sheets, strict=True):
        below = [row.number for row in sheet.rows if summary.header_row is None or row.number > summary.header_row]
        assert summary.rows == len(below)
        if summary.header_row is None:
            assert summary.notes or not below
            below = []
        assert sorted(number for name, number in outcomes if name == sheet.name) == below
    return roster


def problems(roster: Roster[Any]) -> list[tuple[str, int, str, str]]:
    return [
        (bad.sheet, bad.row, finding.column, finding.reason.text())
        for bad in roster.reported
        for finding in bad.problems
    ]


def notes(roster: Roster[Any]) -> list[tuple[int, str, str]]:
    return [(taken.row, note.column, note.reason.text()) for taken in roster.taken for note in taken.notes]


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def made(name: str) -> bytes:
    """One of the small files in formats that no test writes."""
    return (Path(__file__).parent / "files" / name).read_bytes()
