"""The same as test_model_sqlite on PostgreSQL, with other schedules."""

import pytest
from flask import Flask

from tests.offline.model import RUNS, SEED, guarded, play

ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
START = SEED + RUNS


@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", [ON_POSTGRESQL], indirect=True)
def test_each_saved_visit_arrives_once(app: Flask) -> None:
    print(f"schedules {START} to {START + RUNS - 1}")
    with guarded(app):
        problems = play(app, START, RUNS)
    assert not problems, "\n".join(problems)
