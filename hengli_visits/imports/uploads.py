"""Uploaded rosters as files of the instance: kept while their batch may still be read again, mended or looked into. Beside
a file lies how far the work on it is (`hengli_visits.aside`)."""

import io
import zipfile
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from hengli_visits import aside

FOLDER = "rosters"


def place(folder: Path) -> Path:
    """Where uploaded rosters lie."""
    return folder / FOLDER


def weight(data: bytes) -> int:
    """Roughly how many bytes of content a file holds, by its own word where it is a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return 4 * len(data)


def keep(folder: Path, batch_id: UUID, data: bytes) -> None:
    """Keep a batch's file, for nobody else on the machine to read."""
    aside.write_file(place(folder), batch_id.hex, data)


def load(folder: Path, batch_id: UUID) -> bytes | None:
    """A batch's file; None when it is not kept any more."""
    path = place(folder) / batch_id.hex
    return path.read_bytes() if path.is_file() else None


def forget(folder: Path, batch_id: UUID) -> None:
    """Delete a batch's file and what lies beside it."""
    (place(folder) / batch_id.hex).unlink(missing_ok=True)
    aside.forget(place(folder), batch_id)


def sweep(folder: Path, wanted: Collection[UUID]) -> None:
    """Delete the files of all batches but those."""
    hexes = {one.hex for one in wanted}
    for path in place(folder).glob("*") if place(folder).is_dir() else ():
        if path.name[:32] not in hexes:
            path.unlink(missing_ok=True)
