"""The same as test_model_sqlite with other schedules: in a file of its own, so that two processors share them."""

import pytest
from flask import Flask

from tests.offline.model import RUNS, SEED, guarded, play


@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_saved_visit_arrives_once(app: Flask) -> None:
    print(f"schedules {SEED + RUNS} to {SEED + 2 * RUNS - 1}")
    with guarded(app):
        problems = play(app, SEED + RUNS, RUNS)
    assert not problems, "\n".join(problems)
