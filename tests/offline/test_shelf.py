"""Files that wait: found by who brought them alone, and gone in time."""

from datetime import timedelta
from pathlib import Path

from hengli_visits import clock
from hengli_visits.offline.shelf import LIFE, MOST, Shelf


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "outbox").iterdir())


def test_a_file_waits_for_its_owner(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 12)
    token = shelf.lay(b"data", clock.now())
    assert shelf.read(token) == b"data"
    assert Shelf(tmp_path, 1).read(token) is Shelf(tmp_path, 2).read(token) is None
    (path,) = (tmp_path / "outbox").iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_names_that_are_none_find_nothing(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "12-secret.json").write_bytes(b"x")
    (tmp_path / "12-other.json").write_bytes(b"x")
    shelf = Shelf(tmp_path, 12)
    for token in ("secret", "../12-other", "", "x" * 32, "\x00", "０" * 32):
        assert shelf.read(token) is shelf.told(token) is None
        shelf.drop(token)
    assert _files(tmp_path) == ["12-secret.json"]


def test_what_was_decided_is_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 12)
    dropped, taken = (shelf.lay(b"data", clock.now()) for _ in range(2))
    shelf.drop(dropped)
    shelf.finish(taken, b"told", clock.now())
    assert shelf.read(dropped) is shelf.read(taken) is shelf.told(dropped) is None
    assert shelf.told(taken) == b"told"
    assert _files(tmp_path) == [f"12-{taken}.done"]


def test_what_nobody_decided_on_is_gone_after_a_day(tmp_path: Path) -> None:
    now = clock.now()
    old = [Shelf(tmp_path, owner).lay(b"old", now) for owner in (12, 13)]
    Shelf(tmp_path, 12).finish(old[0], b"told", now)
    Shelf(tmp_path, 14).lay(b"new", now + LIFE)
    assert len(_files(tmp_path)) == 3
    newest = Shelf(tmp_path, 14).lay(b"new", now + LIFE + timedelta(seconds=1))
    assert len(_files(tmp_path)) == 2
    assert Shelf(tmp_path, 14).read(newest) == b"new"


def test_nobody_fills_the_disk(tmp_path: Path) -> None:
    now = clock.now()
    other = Shelf(tmp_path, 1).lay(b"other", now)
    shelf = Shelf(tmp_path, 12)
    tokens = [shelf.lay(b"data", now + timedelta(seconds=number)) for number in range(MOST + 2)]
    assert [shelf.read(token) is not None for token in tokens] == [False, False] + [True] * MOST
    assert Shelf(tmp_path, 1).read(other) == b"other"
