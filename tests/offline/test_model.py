"""Whatever happens to phones, network and server: in the end each visit that was saved is on the server, once, as it was
last written, with its photos. MODEL_SEED (default 1) and MODEL_RUNS say which schedules are played; a failure names the
seed of its schedule, which MODEL_RUNS=1 plays again alone."""

import os

import pytest
from flask import Flask

from tests.offline.model import play

SEED = int(os.environ.get("MODEL_SEED", "1"))
RUNS = int(os.environ.get("MODEL_RUNS", "2500"))


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """The app with tokens asked for, as in earnest."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.mark.timeout(900)
def test_each_saved_visit_arrives_once(guarded: Flask) -> None:
    seed = SEED if "sqlite" in guarded.config["SQLALCHEMY_DATABASE_URI"] else SEED + RUNS
    print(f"schedules {seed} to {seed + RUNS - 1}")
    try:
        problems = play(guarded, seed, RUNS)
        assert not problems, "\n".join(problems)
    finally:
        guarded.config["WTF_CSRF_ENABLED"] = False
