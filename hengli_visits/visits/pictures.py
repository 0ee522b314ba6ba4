"""Photos: read with care, turned upright, stripped of everything but the picture, and laid away in files.

A phone's file carries the home's position, and any file may be made to burst when it is opened. So the size is looked
at before the header, the header before the picture, and what is stored was encoded here.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageOps

from hengli_visits.errors import Invalid
from hengli_visits.wording import N_

LARGEST_FILE = 15 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 320
QUALITY = 80
THUMBNAIL_QUALITY = 72
KINDS = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and is looked at as soon as the header is read


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: two JPEG files. `sent_sha256` is of the bytes that were sent."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    sent_sha256: str


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def develop(data: bytes) -> Picture:
    """Make a picture of an uploaded file. Raises `Invalid` (`photos`) when it is too large, has too many pixels, or is
    no picture that can be read."""
    if len(data) > LARGEST_FILE:
        raise Invalid(N_("这张照片超过15兆，请换一张小一些的。"), field="photos")
    try:
        picture = _shrunk(_upright(data), LONGEST_SIDE)
        thumbnail = _shrunk(picture, THUMBNAIL_SIDE)
        return Picture(
            jpeg=_encoded(picture, QUALITY),
            thumbnail=_encoded(thumbnail, THUMBNAIL_QUALITY),
            width=picture.width,
            height=picture.height,
            sent_sha256=sha256(data),
        )
    except Invalid:
        raise
    except Exception as error:  # a broken file fails in as many ways as there are decoders
        raise Invalid(N_("这个文件不是能读的照片，请换一张（JPG、PNG或WebP）。"), field="photos") from error


def _upright(data: bytes) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data), formats=KINDS)
    if image.width * image.height > LARGEST_PIXELS:
        raise Invalid(N_("这张照片的像素太多，请换一张小一些的。"), field="photos")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    image = image.copy()
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def _encoded(image: Image.Image, quality: int) -> bytes:
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


class Album:
    """The folder of photos, each under its id; nobody but the program may read it."""

    def __init__(self, uploads: Path) -> None:
        self.folder = uploads / "photos"
        self.added: list[Path] = []

    def path(self, photo_id: UUID) -> Path:
        """Where a photo lies."""
        return self.folder / photo_id.hex[:2] / f"{photo_id}.jpg"

    def add(self, photo_id: UUID, jpeg: bytes) -> None:
        """Lay a photo away: all of it, safely on the disk, or nothing. The caller holds the photo's row, so nobody else
        writes it now; what a killed server left half-written is written over when the phone sends again."""
        path = self.path(photo_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.half")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(jpeg)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        self.added.append(path)
        for folder in (path.parent, self.folder):
            _settle(folder)

    def holds(self, photo_id: UUID) -> bool:
        """Whether the photo's file is there."""
        return self.path(photo_id).exists()


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened_album(uploads: Path) -> Iterator[Album]:
    """An album for one transaction: what was added is removed again when the block, with its commit, fails."""
    album = Album(uploads)
    try:
        yield album
    except BaseException:
        for path in album.added:
            path.unlink(missing_ok=True)
        raise
