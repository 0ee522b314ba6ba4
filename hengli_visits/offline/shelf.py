"""Where an uploaded file waits until its reader has decided: a folder that nobody but the program may read.

A file is found again by who brought it and a random name; when it was taken in, what became of it lies there instead.
"""

import os
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

LIFE = timedelta(hours=24)
"""Residents' data that nobody decides on is not kept for longer."""
FOLDER = "outbox"
MOST = 5
"""Files that one person may have waiting; the oldest gives way."""
TOKEN = re.compile(r"[0-9a-f]{32}")


def clear(uploads: Path, now: datetime) -> None:
    """Let go of files that waited too long, whosesoever they are."""
    for path, laid in _ages(uploads / FOLDER).items():
        if laid < (now - LIFE).timestamp():
            path.unlink(missing_ok=True)


def _ages(folder: Path) -> dict[Path, float]:
    ages = {}
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # somebody else cleared it
            ages[path] = path.stat().st_mtime
    return ages


class Shelf:
    """The waiting files of one person."""

    def __init__(self, uploads: Path, owner_id: int) -> None:
        self.folder = uploads / FOLDER
        self.owner_id = owner_id

    def lay(self, data: bytes, now: datetime) -> str:
        """Keep a file, let go of those that waited too long, and return the name under which it is found."""
        self.folder.mkdir(exist_ok=True, mode=0o700)
        self._clear(now)
        token = secrets.token_hex(16)
        self._write(self._waiting(token), data, now)
        return token

    def read(self, token: str) -> bytes | None:
        """A file that waits, or None."""
        return self._read(self._waiting(token)) if TOKEN.fullmatch(token) else None

    def told(self, token: str) -> bytes | None:
        """What became of a file that was taken in, or None."""
        return self._read(self._done(token)) if TOKEN.fullmatch(token) else None

    def finish(self, token: str, told: bytes, now: datetime) -> None:
        """Let go of a file that was taken in, and keep what became of it."""
        self._write(self._done(token), told, now)
        self._waiting(token).unlink(missing_ok=True)

    def drop(self, token: str) -> None:
        """Let go of a file."""
        if TOKEN.fullmatch(token):
            self._waiting(token).unlink(missing_ok=True)

    def _waiting(self, token: str) -> Path:
        return self.folder / f"{self.owner_id}-{token}.json"

    def _done(self, token: str) -> Path:
        return self.folder / f"{self.owner_id}-{token}.done"

    def _clear(self, now: datetime) -> None:
        """Away with what is too old, whosesoever it is, and with the oldest of one's own beyond the most."""
        clear(self.folder.parent, now)
        ages = _ages(self.folder)
        own = sorted(
            (path for path in self.folder.glob(f"{self.owner_id}-*.json") if path in ages), key=ages.__getitem__
        )
        for path in own[: max(0, len(own) - MOST + 1)]:
            path.unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    @staticmethod
    def _write(path: Path, data: bytes, now: datetime) -> None:
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            os.utime(draft, (now.timestamp(), now.timestamp()))
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
