"""The demonstration, loaded once per test run; each test process has a copy of its own."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.extensions import db
from hengli_visits.models import Campaign
from tests.conftest import MONDAY, make_app


def _load(folder: Path) -> None:
    """Make an instance with the demonstration."""
    app = make_app(folder, f"sqlite:///{folder / 'app.db'}")
    with clock.told_by(lambda: MONDAY):
        done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output
    assert "1724 taken, 0 reported" in done.output
    with app.app_context():
        # Whoever closes the last connection writes the log into the file, which then is all there is to copy.
        db.engine.dispose()


@pytest.fixture(scope="session")
def loaded(quick_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the instance that the first process of this run to ask for it has loaded."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (common / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (common / "demo").exists():
            making = quick_folder / "demo-making"
            making.mkdir()
            _load(making)
            shutil.copytree(making, common / "demo-unfinished")
            (common / "demo-unfinished").rename(common / "demo")
            shutil.rmtree(making)
    return common / "demo"


@pytest.fixture(scope="session")
def demo(loaded: Path, quick_folder: Path) -> Iterator[Flask]:
    """An app of its own with the demonstration."""
    folder = quick_folder / "demo"
    shutil.copytree(loaded, folder)
    app = make_app(folder, f"sqlite:///{folder / 'app.db'}")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(demo: Flask) -> Iterator[Session]:
    """A session that reads the demonstration."""
    with demo.app_context(), Session(db.engine.execution_options(deferred=True)) as session:
        yield session


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """双千, the running campaign."""
    return session.scalars(select(Campaign).where(Campaign.name == "双千")).one()
