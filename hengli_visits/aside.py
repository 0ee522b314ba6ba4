"""Long work that a page orders and does not wait for: done by a process of its own, told of in a file, safe to order
twice. A piece of work is named by the id of its row; `place` is the folder of its slice under the uploads."""

import fcntl
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from uuid import UUID

from hengli_visits.config import ROOT

STARTING = 20
"""Seconds within which work that was ordered has begun."""
MEMORY = 2 * 1024**3
"""Bytes of address space for one piece of work; what it really uses is far less."""


def start(place: Path, id_: UUID, *command: str) -> None:
    """Start the program once more with this command and the id, and do not wait for it."""
    note_progress(place, id_, 0)
    process = subprocess.Popen(  # noqa: S603  # our own program, with an id of our own
        [sys.executable, "-m", "flask", "--app", "wsgi", *command, str(id_)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    Thread(target=process.wait, daemon=True).start()


def confine() -> None:
    """Set this process the limits of its work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def note_progress(place: Path, id_: UUID, done: int) -> None:
    """Note that so much is through."""
    write_file(place, f"{id_.hex}.done", str(done).encode())


def progress(place: Path, id_: UUID) -> int:
    """How much is through."""
    path = place / f"{id_.hex}.done"
    text = path.read_text() if path.is_file() else ""
    return int(text) if text.isdigit() else 0


@contextmanager
def working(place: Path, id_: UUID) -> Iterator[bool]:
    """Do a piece of work as the only one; False: somebody else is at it. Whoever dies lets go."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / f"{id_.hex}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_stuck(place: Path, id_: UUID) -> bool:
    """Whether nobody does a piece of work although it was ordered a while ago."""
    told = place / f"{id_.hex}.done"
    if told.is_file() and time.time() - told.stat().st_mtime < STARTING:
        return False
    with working(place, id_) as free:
        return free


def forget(place: Path, id_: UUID) -> None:
    """Delete what tells of a piece of work."""
    for suffix in (".done", ".lock"):
        (place / f"{id_.hex}{suffix}").unlink(missing_ok=True)


def write_file(place: Path, name: str, data: bytes) -> None:
    """Write a file whole or not at all, for nobody else on the machine to read."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place / f"{name}.{os.getpid()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    fresh.replace(place / name)
