"""Uploaded rosters as files of the instance: kept while their batch may still be read again, mended or looked into."""

import os
from pathlib import Path
from uuid import UUID

FOLDER = "rosters"


def keep(folder: Path, batch_id: UUID, data: bytes) -> None:
    """Keep a batch's file, for nobody else on the machine to read."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(place / batch_id.hex, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def load(folder: Path, batch_id: UUID) -> bytes | None:
    """A batch's file; None when it is not kept any more."""
    path = folder / FOLDER / batch_id.hex
    return path.read_bytes() if path.is_file() else None


def forget(folder: Path, batch_id: UUID) -> None:
    """Delete a batch's file, if it is there."""
    (folder / FOLDER / batch_id.hex).unlink(missing_ok=True)
