"""What counts as unchanged: a small project of its own is tested twice, and again after each kind of change."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).with_name("unchanged.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two test files, one of which asks a module for help, and a file that both of them may read."""
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(PLUGIN, tests / "unchanged.py")
    (tests / "__init__.py").touch()
    (tests / "conftest.py").write_text('pytest_plugins = ["tests.unchanged"]\n')
    (tests / "asked.py").write_text("ANSWER = 1\n")
    (tests / "test_one.py").write_text("from tests.asked import ANSWER\n\ndef test_it():\n    assert ANSWER\n")
    (tests / "test_two.py").write_text("def test_it():\n    assert True\n\ndef test_more():\n    assert True\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    (tmp_path / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def run(project: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """pytest's code and its last words."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:timeout", "-p", "no:hypothesispytest", *arguments]
    kept = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"} | environment
    done = subprocess.run(command, cwd=project, env=kept, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_what_passed_is_left_out_until_something_changes(project: Path) -> None:
    code, said = run(project)
    assert code == 0
    assert "3 passed" in said
    code, said = run(project)
    assert code == 0
    assert "2 test files have passed" in said
    assert "passed in" not in said
    (project / "tests/asked.py").write_text("ANSWER = 2\n")
    assert "1 passed" in run(project)[1]
    (project / "code.py").write_text("new = True\n")
    assert "3 passed" in run(project)[1]
    assert "3 passed" in run(project, ALL="1")[1]
    assert "3 passed" in run(project, REQUIRE_ALL="1")[1]
    assert "2 passed" in run(project, "tests/test_two.py")[1]
    assert "1 passed" in run(project, "-k", "more")[1]


def test_what_failed_or_was_skipped_runs_again(project: Path) -> None:
    (project / "tests/asked.py").write_text("ANSWER = 0\n")
    skipping = "import pytest\n\ndef test_it():\n    pytest.skip('no')\n\ndef test_more():\n    assert True\n"
    (project / "tests/test_two.py").write_text(skipping)
    for _ in range(2):
        code, said = run(project)
        assert code == 1
        assert "1 failed, 1 passed, 1 skipped" in said
