"""Runners as processes of their own: ended, killed, started again, alone and beside gunicorn."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.e2e.server import PROGRAMS, ROOT, Program, environment, flask, new_instance

PATIENCE = 60.0


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to start from."""
    folder = tmp_path_factory.mktemp("migrated")
    flask(folder, "db", "upgrade")
    return folder


@pytest.fixture
def instance(empty: Path) -> Iterator[Path]:
    """An instance with an empty database."""
    with new_instance() as folder:
        shutil.copytree(empty, folder, dirs_exist_ok=True)
        yield folder


def until(what: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def start(instance: Path, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env=environment(instance, {}), stdin=subprocess.DEVNULL)


def slow(instance: Path, lease: float) -> subprocess.Popen[bytes]:
    return start(instance, sys.executable, "-m", "tests.jobs.program", str(lease))


def told(instance: Path) -> list[str]:
    path = instance / "told"
    return path.read_text().split() if path.is_file() else []


def asked(instance: Path, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(f"sqlite:///{instance / 'app.db'}")
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def alive(pid: int) -> bool:
    """Whether a process is there and no mere entry that nobody has asked for yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or ") Z" not in status.read_text()


def test_a_runner_ends_at_once_and_cleanly(instance: Path) -> None:
    runner = start(instance, str(PROGRAMS / "flask"), "jobs", "run")
    until(lambda: asked(instance, "SELECT 1 FROM job_runs WHERE name = 'tidy' AND ended_at IS NOT NULL"))
    runner.terminate()
    begun = time.monotonic()
    assert runner.wait(PATIENCE) == 0
    assert time.monotonic() - begun < 5


def test_a_runner_that_is_ended_finishes_what_it_does(instance: Path) -> None:
    runner = slow(instance, 60)
    until(lambda: told(instance) == ["begun"])
    runner.send_signal(signal.SIGINT)
    assert runner.wait(PATIENCE) == 0
    assert told(instance) == ["begun", "ended"]
    assert asked(instance, "SELECT name FROM calendar_days") == [("slow",)]
    assert asked(instance, "SELECT holder, failures FROM job_runs") == [("", 0)]


def test_what_a_killed_runner_had_is_done_by_the_next_one_after_the_lease(instance: Path) -> None:
    first = slow(instance, 3)
    until(lambda: told(instance) == ["begun"])
    first.kill()
    first.wait()
    assert asked(instance, "SELECT count(*) FROM calendar_days") == [(0,)]
    (held,) = asked(instance, "SELECT holder, strftime('%s', held_until) - strftime('%s', 'now') FROM job_runs")
    assert held[0]
    second = slow(instance, 3)
    until(lambda: told(instance) == ["begun", "begun", "ended"])
    second.terminate()
    assert second.wait(PATIENCE) == 0
    assert asked(instance, "SELECT name FROM calendar_days") == [("slow",)]
    assert asked(instance, "SELECT holder FROM job_runs") == [("",)]


def runners(program: Program) -> list[int]:
    return [int(pid) for pid in re.findall(r"Doing regular jobs with pid: (\d+)", program.live.log)]


@pytest.fixture
def program(instance: Path) -> Iterator[Program]:
    """Gunicorn with its regular jobs."""
    made = Program(instance, WITH_JOBS="1")
    made.start()
    yield made
    made.close()


def test_gunicorn_has_one_runner_and_takes_it_along(program: Program) -> None:
    until(lambda: asked(program.instance, "SELECT 1 FROM job_runs WHERE ended_at IS NOT NULL"))
    (only,) = runners(program)
    assert alive(only)
    program.stop()
    assert not alive(only)
    assert runners(program) == [only]


def test_a_dead_runner_is_started_again_and_goes_when_gunicorn_is_killed(program: Program) -> None:
    until(lambda: runners(program))
    (first,) = runners(program)
    os.kill(first, signal.SIGKILL)
    until(lambda: len(runners(program)) == 2)
    assert program.process
    assert program.process.poll() is None, "the server went on"
    until(lambda: asked(program.instance, "SELECT 1 FROM job_runs WHERE ended_at IS NOT NULL"))
    second = runners(program)[1]
    assert alive(second)
    assert not alive(first)
    os.kill(program.process.pid, signal.SIGKILL)
    until(lambda: not alive(second))
    program.kill()


def test_jobs_can_be_left_to_another_process(instance: Path) -> None:
    other = Program(instance, WITH_JOBS="0")
    other.start()
    until(lambda: "Booting worker" in other.live.log)
    other.close()
    assert runners(other) == []
