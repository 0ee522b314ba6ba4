"""The demonstration, loaded once per test process into a database of its own."""

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


@pytest.fixture(scope="session")
def demo(quick_folder: Path) -> Iterator[Flask]:
    """An app of its own with the demonstration."""
    folder = quick_folder / "demo"
    folder.mkdir()
    app = make_app(folder, f"sqlite:///{folder / 'app.db'}")
    with clock.told_by(lambda: MONDAY):
        done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output
    assert "1724 taken, 0 reported" in done.output
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
