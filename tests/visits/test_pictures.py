"""Photos: nothing bursts, nothing but the picture is kept."""

import hashlib
import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image, ImageFile

from hengli_visits.errors import Invalid
from hengli_visits.visits.pictures import LARGEST_FILE, develop, opened_album
from tests.visits.making import GPS_IFD, jpeg, png


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_exif_is_gone_and_the_picture_upright() -> None:
    sent = jpeg(400, 200, turned=True)
    assert _opened(sent).getexif().get_ifd(GPS_IFD)
    picture = develop(sent)
    assert (picture.width, picture.height) == (200, 400)
    assert picture.sent_sha256 == hashlib.sha256(sent).hexdigest()
    for data in (picture.jpeg, picture.thumbnail):
        image = _opened(data)
        assert image.format == "JPEG"
        assert dict(image.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
        assert b"Phone" not in data
        assert b"at home" not in data


def test_large_ones_are_shrunk() -> None:
    picture = develop(jpeg(4000, 3000))
    assert (picture.width, picture.height) == (1600, 1200)
    assert max(_opened(picture.thumbnail).size) == 320


def test_transparent_ones_are_laid_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "PNG")
    assert _opened(develop(file.getvalue()).jpeg).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "I;16", "CMYK", "1"])
def test_any_mode_is_taken(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (40, 30)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert develop(file.getvalue()).width == 40


def test_webp_is_taken() -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, "WEBP")
    assert develop(file.getvalue()).height == 30


def test_image_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(_image: object) -> None:
        raise AssertionError("decoded")

    assert develop(png(800, 500)).width == 800
    monkeypatch.setattr(ImageFile.ImageFile, "load", burst)
    for width, height in ((20_000, 20_000), (8001, 5000)):
        bomb = png(width, height)
        assert len(bomb) < 100_000
        with pytest.raises(Invalid) as refused:
            develop(bomb)
        assert "像素" in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        jpeg()[:200],
        png(10, 10)[:40],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\xff" * 9,
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        develop(data)
    assert refused.value.field == "photos"


def test_other_kinds_are_refused() -> None:
    for kind in ("GIF", "TIFF", "BMP"):
        file = io.BytesIO()
        Image.new("RGB", (10, 10)).save(file, kind)
        with pytest.raises(Invalid):
            develop(file.getvalue())


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(Invalid) as refused:
        develop(b"x" * (LARGEST_FILE + 1))
    assert "15兆" in str(refused.value)


def test_the_album_keeps_all_or_nothing(tmp_path: Path) -> None:
    kept, lost = uuid4(), uuid4()
    with opened_album(tmp_path) as album:
        album.add(kept, b"one")
    with pytest.raises(RuntimeError):
        _add_and_fail(tmp_path, lost)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"one"]
    assert files[0] == tmp_path / "photos" / kept.hex[:2] / f"{kept}.jpg"
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert files[0].parent.stat().st_mode & 0o077 == 0


def test_what_a_killed_server_left_half_written_goes_when_the_photo_is_sent_again(tmp_path: Path) -> None:
    photo_id = uuid4()
    with opened_album(tmp_path) as album, pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "replace", _killed)
        patched.setattr(Path, "unlink", lambda *_args, **_more: None)
        with pytest.raises(SystemExit):
            album.add(photo_id, b"half of it, and more than there will be")
    assert not album.holds(photo_id)
    with opened_album(tmp_path) as album:
        album.add(photo_id, b"whole")
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"whole"]


def _killed(*_args: object) -> None:
    raise SystemExit


def _add_and_fail(uploads: Path, photo_id: UUID) -> None:
    with opened_album(uploads) as album:
        album.add(photo_id, b"two")
        assert album.holds(photo_id)
        raise RuntimeError
