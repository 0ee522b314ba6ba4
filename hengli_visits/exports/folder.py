"""The folder in which a file is made: nobody but the program may read it, and nothing stays there."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "exports"
LEFTOVER = 3600
"""Seconds after which what lies there was left by a program that was killed."""


@contextmanager
def fresh_file(instance: Path, ending: str) -> Iterator[Path]:
    """The path of a new, empty file that only the program reads (0600), in a folder of its own. Afterwards it is gone:
    who wants to send it opens it within the block. Away with what a killed program left."""
    shelf = instance / FOLDER
    shelf.mkdir(exist_ok=True, mode=0o700)
    clear(instance)
    folder = shelf / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    path = folder / f"export.{ending}"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield path
    finally:
        _remove(folder)


def clear(instance: Path) -> None:
    """Away with what killed programs left."""
    for folder in (instance / FOLDER).glob("*"):
        with suppress(FileNotFoundError):  # somebody else cleared it
            if folder.stat().st_mtime < time.time() - LEFTOVER:
                _remove(folder)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()
