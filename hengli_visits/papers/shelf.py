"""The files of papers, in the folder of uploads: nobody but the program reads them, and after a day they are gone."""

import time
from pathlib import Path
from uuid import UUID

from hengli_visits import aside
from hengli_visits.papers.rules import LIFE

FOLDER = "papers"


def place(uploads: Path) -> Path:
    """Where the files lie, and beside them how far the work on each is."""
    folder = uploads / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(uploads: Path, paper_id: UUID) -> Path:
    """Where the file of a paper lies when it is made."""
    return place(uploads) / f"{paper_id.hex}.file"


def put(uploads: Path, paper_id: UUID, made: Path) -> None:
    """Take a file that is ready; whoever fetches it sees all of it or nothing."""
    made.replace(path_of(uploads, paper_id))


def forget(uploads: Path, paper_id: UUID) -> None:
    """Delete a paper's file and what tells of the work on it."""
    path_of(uploads, paper_id).unlink(missing_ok=True)
    aside.forget(place(uploads), paper_id)


def sweep(uploads: Path) -> int:
    """Delete the files whose day is over and return how many there were."""
    before = time.time() - LIFE.total_seconds()
    old = [path for path in place(uploads).iterdir() if path.is_file() and path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
