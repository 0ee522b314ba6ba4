"""The same as test_model_sqlite on PostgreSQL, with other schedules."""

import pytest
from flask import Flask

from tests.offline.model import RUNS, RUNS_ON_POSTGRESQL, SEED, guarded, play

ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
START = SEED + 2 * RUNS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", [ON_POSTGRESQL], indirect=True)
def test_each_saved_visit_arrives_once(app: Flask) -> None:
    print(f"schedules {START} to {START + RUNS_ON_POSTGRESQL - 1}")
    with guarded(app):
        problems = play(app, START, RUNS_ON_POSTGRESQL)
    assert not problems, "\n".join(problems)
