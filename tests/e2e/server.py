"""The program as a town would run it: gunicorn as a process of its own, with an instance folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
STOP_SECONDS = 10
BACKLOG = 512
FAILURE = re.compile(r" 5\d\d \d+ ms$|crash|Traceback", re.MULTILINE)


@dataclass(frozen=True)
class Live:
    """A running server: its address, and the folder with its database, uploads and log."""

    base: str
    instance: Path

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command in the server's environment and return what it printed."""
        return flask(self.instance, *arguments)

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return (self.instance / "server.log").read_text()


def environment(instance: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that works on an instance folder: nothing of this machine's own settings, and no
    regular jobs that a test does not ask for."""
    own = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return own | {
        "FLASK_APP": "wsgi",
        "INSTANCE_PATH": str(instance),
        "PYTHONUNBUFFERED": "1",
        "WITH_JOBS": "0",
        **more,
    }


def flask(instance: Path, *arguments: str, **more: str) -> str:
    """Run a `flask` command on an instance folder and return what it printed; what went wrong is part of the error.
    `more` is added to the environment."""
    command = [str(PROGRAMS / "flask"), *arguments]
    given = environment(instance, more)
    done = subprocess.run(command, cwd=ROOT, env=given, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def new_instance() -> Iterator[Path]:
    """An empty instance folder, in memory where the machine has one, gone at the end."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="visits-", dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Program:
    """Gunicorn on a socket that outlives it: the program can be killed, and another version of it started in its place.
    Who connects meanwhile waits."""

    def __init__(self, instance: Path, **more: str) -> None:
        self.instance, self.more = instance, more
        self.app = "wsgi:app"
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self.port: int = self.socket.getsockname()[1]
        self.log = (instance / "server.log").open("w")
        self.live = Live(f"http://127.0.0.1:{self.port}", instance)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, app: str = "wsgi:app") -> None:
        """Start the program, or another version of it."""
        self.app = app
        command = [str(PROGRAMS / "gunicorn"), "--bind", f"fd://{self.socket.fileno()}", app]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(self.instance, self.more),
            pass_fds=(self.socket.fileno(),),
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill it with all of its processes, in the middle of whatever it does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """For the length of a block it takes connections and answers nothing."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def vanish(self) -> None:
        """Be out of reach, as without a network: nobody listens there any more."""
        self.kill()
        self.socket.close()

    def return_(self) -> None:
        """Be there again, at the same address."""
        self.socket = socket.create_server(("127.0.0.1", self.port), backlog=BACKLOG)
        self.start(self.app)

    def stop(self) -> None:
        """End it as an operator would."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def close(self) -> None:
        """End it, and let go of the socket."""
        self.stop()
        self.socket.close()
        self.log.close()


@contextmanager
def serve(instance: Path, app: str = "wsgi:app", **more: str) -> Iterator[Live]:
    """Serve an instance on a free port of this machine until the block ends; fails when the server failed to answer
    anything. `more` is added to the environment.

    The socket is opened here and handed over, so that no port is guessed and the first request waits for the server."""
    program = Program(instance, **more)
    try:
        program.start(app)
        yield program.live
        assert not FAILURE.search(program.live.log), program.live.log
    finally:
        program.close()
