"""A gunicorn that can be killed and started again on the same port."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.e2e.server import PROGRAMS, ROOT, environment


class Served:
    """A server in a group of processes of its own. The listening socket stays open here: who connects while there is no
    server waits for the next."""

    def __init__(self, instance: Path, **more: str) -> None:
        self.instance = instance
        self.given = environment(instance, more)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self.listening.getsockname()[1]
        self.log: IO[bytes] = (instance / "server.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server."""
        handed = self.listening.fileno()
        self.process = subprocess.Popen(
            [str(PROGRAMS / "gunicorn"), "--bind", f"fd://{handed}"],
            cwd=ROOT,
            env=self.given,
            pass_fds=(handed,),
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill the server with all its processes, from one moment to the next."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """For the length of a block the server takes connections and answers nothing."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the server in its own time, and let the port go."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.listening.close()
        self.log.close()
