"""Uploaded rosters as files of the instance: kept while their batch may still be read again, mended or looked into. Beside
a file lies how far the work on it is, and whoever works on it holds a lock."""

import fcntl
import io
import os
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

FOLDER = "rosters"
STARTING = 20
"""Seconds within which work that was ordered has begun."""


def weight(data: bytes) -> int:
    """Roughly how many bytes of content a file holds, by its own word where it is a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return 4 * len(data)


def keep(folder: Path, batch_id: UUID, data: bytes) -> None:
    """Keep a batch's file, for nobody else on the machine to read."""
    _write(folder, batch_id.hex, data)


def load(folder: Path, batch_id: UUID) -> bytes | None:
    """A batch's file; None when it is not kept any more."""
    path = folder / FOLDER / batch_id.hex
    return path.read_bytes() if path.is_file() else None


def forget(folder: Path, batch_id: UUID) -> None:
    """Delete a batch's file and what lies beside it."""
    for suffix in ("", ".done", ".lock"):
        (folder / FOLDER / f"{batch_id.hex}{suffix}").unlink(missing_ok=True)


def sweep(folder: Path, wanted: Collection[UUID]) -> None:
    """Delete the files of all batches but those."""
    hexes = {one.hex for one in wanted}
    for path in (folder / FOLDER).glob("*") if (folder / FOLDER).is_dir() else ():
        if path.name[:32] not in hexes:
            path.unlink(missing_ok=True)


def note_progress(folder: Path, batch_id: UUID, done: int) -> None:
    """Note that so many rows are through."""
    _write(folder, f"{batch_id.hex}.done", str(done).encode())


def progress(folder: Path, batch_id: UUID) -> int:
    """How many rows are through."""
    path = folder / FOLDER / f"{batch_id.hex}.done"
    text = path.read_text() if path.is_file() else ""
    return int(text) if text.isdigit() else 0


@contextmanager
def working(folder: Path, batch_id: UUID) -> Iterator[bool]:
    """Work on a batch as the only one; False: somebody else is at it. Whoever dies lets go."""
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    with (folder / FOLDER / f"{batch_id.hex}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_stuck(folder: Path, batch_id: UUID) -> bool:
    """Whether nobody works on a batch although it was ordered a while ago."""
    told = folder / FOLDER / f"{batch_id.hex}.done"
    if told.is_file() and time.time() - told.stat().st_mtime < STARTING:
        return False
    with working(folder, batch_id) as free:
        return free


def _write(folder: Path, name: str, data: bytes) -> None:
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    fresh = place / f"{name}.{os.getpid()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    fresh.replace(place / name)
