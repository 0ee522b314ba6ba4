"""Whatever happens to phones, network and server: in the end each visit that was saved is on the server, once, as it was
last written, with its photos. MODEL_SEED (default 1) and MODEL_RUNS (default 1,100) say which schedules are played,
here as many, in test_model_more others, on PostgreSQL a seventh: over 2,300 together; a failure names the seed of its
schedule, which MODEL_RUNS=1 plays again alone. MODEL_RUNS=2350 plays over 5,000."""

import pytest
from flask import Flask

from tests.offline.model import RUNS, SEED, guarded, play


@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_saved_visit_arrives_once(app: Flask) -> None:
    print(f"schedules {SEED} to {SEED + RUNS - 1}")
    with guarded(app):
        problems = play(app, SEED, RUNS)
    assert not problems, "\n".join(problems)
