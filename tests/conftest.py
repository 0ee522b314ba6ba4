"""One app per database and test process; each test finds an empty, migrated database and a clock that stands still."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.config import Config
from hengli_visits.extensions import db, reading
from hengli_visits.orm import Base
from tests.alternating import in_turn
from tests.cast import Cast
from tests.kept import cast_of
from tests.pages import SignIn, sign_in_factory

pytest_plugins = ["tests.databases", "tests.browsers", "tests.unchanged"]

MONDAY = datetime(2026, 6, 29, 2, 0, tzinfo=UTC)
"""The tests' present: Monday 29 June 2026, 10:00 in the town."""


IN_BROWSER = "tests/e2e/"
LONG = ("tests/demo/test_demo", "tests/offline/test_model", "tests/demo/")
"""Files of which each takes a process for long, in their order: they come first, so that none is left to one process at the
end. The first loads the demonstration; who else wants it finds it made, and need not wait for it."""
BETWEEN = 2
"""So many other files stand between two that drive a browser."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than processors: those that drive a browser or wait for a server leave theirs idle."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files; within a file nothing changes its place. Of a test with rows each runs on one database."""
    spared = in_turn(items)
    config.hook.pytest_deselected(items=list(spared))
    items[:] = [item for item in items if item not in spared]
    places = {file: place for place, file in enumerate(_ordered(dict.fromkeys(_file(item) for item in items)))}
    items.sort(key=lambda item: places[_file(item)])


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _ordered(files: Iterable[str]) -> Iterator[str]:
    """Long files first, then those that drive a browser with others between them."""
    files = list(files)
    long = [file for start in LONG for file in files if file.startswith(start)]
    browsing = [file for file in files if file.startswith(IN_BROWSER)]
    others = iter([file for file in files if file not in {*long, *browsing}])
    yield from dict.fromkeys(long)
    for file in browsing:
        yield file
        yield from islice(others, BETWEEN)
    yield from others


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole run: the garbage collector need not walk through it again and again. At
    the end pytest collects everything, so that nothing left open goes unseen."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Clock:
    """A clock that a test may set."""

    def __init__(self) -> None:
        self.time = MONDAY

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[Clock]:
    """The present stands at MONDAY until the test moves it."""
    standing = Clock()
    clock.set_source(standing)
    yield standing
    clock.set_source(None)


def make_app(folder: Path, url: str) -> Flask:
    """An app with a migrated database of its own."""
    (folder / "uploads").mkdir(exist_ok=True)
    app = create_app(
        Config(
            secret_key="k" * 32,
            database_url=url,
            instance=folder,
            public_url=None,
            proxies=0,
            secure_cookies=False,
            testing=True,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the machine has one: each commit waits for its disk (synchronous=FULL)."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_app(quick_folder: Path) -> Flask:
    """The app on a SQLite file; a migrated copy lies beside it to start each test from."""
    folder = quick_folder / "sqlite"
    folder.mkdir()
    app = make_app(folder, f"sqlite:///{folder / 'app.db'}")
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        db.engine.dispose()
    shutil.copy(folder / "app.db", folder / "empty.db")
    return app


@pytest.fixture(scope="session")
def postgresql_app(quick_folder: Path, postgresql_url: str) -> Iterator[Flask]:
    """The app on PostgreSQL; its connections serve all tests."""
    folder = quick_folder / "postgresql"
    folder.mkdir()
    app = make_app(folder, postgresql_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def _empty_sqlite(app: Flask) -> None:
    folder = app.config["VISITS"].instance
    db.engine.dispose()
    for suffix in ("-wal", "-shm"):
        (folder / f"app.db{suffix}").unlink(missing_ok=True)
    shutil.copy(folder / "empty.db", folder / "app.db")


def _empty_postgresql() -> None:
    # Deleting the few rows of a test takes milliseconds; TRUNCATE makes new files for every table and took a second.
    deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")
        connection.execute(text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app with an empty database; the test runs once per database."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    reading.set(False)
    with app.app_context():
        if request.param == "sqlite":
            _empty_sqlite(app)
        else:
            _empty_postgresql()
        yield app
        db.session.remove()
        if request.param == "sqlite":
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own, apart from the requests'. Commit before a request is made (SQLite has one writer)
    and `session.rollback()` before reading what a request wrote."""
    with Session(db.engine.execution_options(deferred=True), expire_on_commit=False) as session:
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """The fixed cast: one person per role, a small running campaign, and a stranger. Committed."""
    return cast_of(session)


@pytest.fixture
def sign_in(app: Flask, session: Session) -> SignIn:
    """`sign_in(member)` gives a client whose pages are all checked (tests/pages.py)."""
    return sign_in_factory(app, session)
