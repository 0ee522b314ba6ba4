"""What has passed with the very same files need not run again: `make test` a second time takes seconds, and after a change
in tests only what it reaches runs.

A test file's inputs are every file of the project outside `tests/`, every file in `tests/` that is no module, the rosters
that lie beside the checkout, the modules of `tests/` that it reaches by imports and as plugins, the installed packages and
Python itself. A file whose tests have all passed with the same inputs is left out, and the summary says so. Whatever
narrows a run (a path, -k, -m) runs in full; so does everything with ALL=1 and with REQUIRE_ALL=1, as .ci/run sets it.
"""

import ast
import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BESIDE = ROOT.parent / "shared" / "data"
KEY = "unchanged/passed"
SEEKING = {"import_module", "iter_modules"}
"""With one of these a module reads others that it does not name."""


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.hexdigest()


@cache
def _files() -> tuple[str, ...]:
    """The project's files as git knows them, new ones that it does not ignore among them."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return tuple(sorted({name for name in told.split("\0") if name and (ROOT / name).is_file()}))


def _is_test_module(name: str) -> bool:
    return name.startswith("tests/") and name.endswith(".py")


@cache
def _common() -> str:
    """The inputs that all test files share."""
    installed = sorted(f"{one.name} {one.version}" for one in distributions())
    beside = sorted(BESIDE.iterdir()) if BESIDE.is_dir() else []
    paths = [*(ROOT / name for name in _files() if not _is_test_module(name)), *beside]
    told = [sys.version, *installed, os.environ.get("CHROMIUM", ""), os.environ.get("MODEL_SEED", "")]
    return _digest([*(text.encode() for text in told), *(part for path in paths for part in _named(path))])


def _named(path: Path) -> Iterator[bytes]:
    yield os.path.relpath(path, ROOT).encode()
    yield path.read_bytes()


@cache
def _imported(name: str) -> frozenset[str]:
    """The modules of `tests/` that one of them names: by import, or as a plugin in a list of strings; all of them when
    it looks for modules itself."""
    source = (ROOT / name).read_text()
    if SEEKING.intersection(source.replace("(", " ").replace(".", " ").split()):
        return frozenset(filter(_is_test_module, _files()))
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("tests."):
            found.add(node.value)
    paths = {
        f"{one.replace('.', '/')}{end}" for one in found if one.startswith("tests") for end in (".py", "/__init__.py")
    }
    return frozenset(path for path in paths if (ROOT / path).is_file())


def inputs_of(name: str) -> str:
    """A digest of everything that can decide about the tests of one file, named relative to the project."""
    reached: set[str] = set()
    todo = {name, "tests/conftest.py"}
    while todo:
        one = todo.pop()
        reached.add(one)
        todo |= _imported(one) - reached
    return _digest([_common().encode(), *(part for one in sorted(reached) for part in _named(ROOT / one))])


class Unchanged:
    """Leaves out what has passed, and notes what passes now."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: dict[str, str] = config.cache.get(KEY, {})
        self.wanted: dict[str, set[str]] = defaultdict(set)
        self.fine: dict[str, set[str]] = defaultdict(set)
        self.failed: set[str] = set()
        self.left_out: set[str] = set()
        self.left_out_files: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests of files that have passed with the same inputs."""
        files = {item.nodeid.split("::")[0] for item in items}
        same = {name for name in files if self.passed.get(name) == inputs_of(name)}
        self.left_out_files = same
        self.left_out = {item.nodeid for item in items if item.nodeid.split("::")[0] in same}
        items[:] = [item for item in items if item.nodeid not in self.left_out]
        self._note(item.nodeid for item in items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """What the processes of a divided run have found."""
        self._note(ids)

    def _note(self, ids: Iterable[str]) -> None:
        for nodeid in ids:
            self.wanted[nodeid.split("::")[0]].add(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how each test went; one that was skipped has not passed."""
        name = report.nodeid.split("::")[0]
        if report.outcome != "passed":
            self.failed.add(name)
        elif report.when == "call":
            self.fine[name].add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what has passed; nothing left to run is a success."""
        if hasattr(self.config, "workerinput"):
            return
        now = {
            name: inputs_of(name)
            for name, ids in self.wanted.items()
            if name not in self.failed and ids == self.fine[name]
        }
        self.config.cache.set(KEY, {name: key for name, key in self.passed.items() if name not in self.wanted} | now)
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not self.wanted:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was left out."""
        files = self.left_out_files or {
            name for name in self.passed if name not in self.wanted and (ROOT / name).is_file()
        }
        if files:
            terminalreporter.write_line(
                f"{len(files)} test files have passed with the same files before and were left out (ALL=1 runs them too)"
            )


def pytest_configure(config: pytest.Config) -> None:
    """Take part in whole runs only."""
    whole = not (config.option.keyword or config.option.markexpr or config.option.collectonly)
    asked = any(os.environ.get(name, "0") not in ("", "0") for name in ("ALL", "REQUIRE_ALL"))
    narrowed = config.args != config.getini("testpaths") or getattr(config.option, "lf", False)
    if whole and not asked and not narrowed and (ROOT / ".git").exists():
        config.pluginmanager.register(Unchanged(config), "unchanged")
