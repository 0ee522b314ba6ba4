"""How gunicorn serves the program: one process with threads, set from the environment alone.

HOST, PORT        where to listen (127.0.0.1:8000); put a reverse proxy with TLS in front
WEB_WORKERS       processes (1)
WEB_THREADS       requests that one process answers at the same time (8)
WEB_TIMEOUT       seconds after which a process that gives no sign of life is replaced (60)
WITH_JOBS         0: the regular jobs are left to another process (`flask jobs run`, or cron) (1)
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from gunicorn.glogging import Logger

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = int(os.environ.get("WEB_TIMEOUT", "60"))
graceful_timeout = 20
control_socket_disable = True
with_jobs = os.environ.get("WITH_JOBS", "1")
if with_jobs not in ("0", "1"):
    sys.exit(f"WITH_JOBS is 0 or 1, not {with_jobs!r}")

# A worker's sign of life is a file's date; in memory it never waits for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(M)s ms"

SECRET_PART = re.compile(r"(?<=^/cards/).+|(?<=/)[^/]{20,}")


class PrivateLogger(Logger):
    """Writes who asked for nothing and for what only roughly: no address, no query string, no one-use link.

    Whatever follows /cards/ is the secret of a sign-in card, and any other path segment of 20 or more characters may
    be an unguessable key: they are left out.
    """

    def atoms(self, *args: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*args)
        if not atoms["U"].startswith("/static/"):
            atoms["U"] = SECRET_PART.sub("…", atoms["U"])
        return atoms


logger_class = PrivateLogger


class JobRunner:
    """The process that does the regular jobs, started again after a pause when it dies.

    It ends by itself, within seconds, when this process is gone. Its end is seen by looking: gunicorn, too, waits for
    every child, and either of them may be the one who hears of it.
    """

    COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run", "--parent")
    LOOK, PAUSE, GRACE = 1, 3, 8

    def __init__(self, log: Logger) -> None:
        self.log = log
        self.stopping = Event()
        self.process: subprocess.Popen[bytes] | None = None
        # A worker that is forked while the runner is being started would inherit the pipe whose end that start waits for.
        self.forking = Lock()
        os.register_at_fork(
            before=self.forking.acquire, after_in_parent=self.forking.release, after_in_child=self.forking.release
        )
        self.thread = Thread(target=self.watch, name="jobs", daemon=True)

    def watch(self) -> None:
        """Start it, and again whenever it has died."""
        while not self.stopping.is_set():
            command = [*self.COMMAND, str(os.getpid())]
            with self.forking:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # ourselves
            self.log.info("Doing regular jobs with pid: %s", self.process.pid)
            while not self.stopping.wait(self.LOOK):
                if self.process.poll() is not None:
                    self.log.error("The runner of regular jobs has died")
                    self.stopping.wait(self.PAUSE)
                    break

    def stop(self) -> None:
        """Let it finish what it does; one that takes too long is killed, and its lease runs out."""
        self.stopping.set()
        self.thread.join()
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()


def when_ready(server: Any) -> None:
    """Start the one process that does the regular jobs beside those that answer requests."""
    if with_jobs == "1":
        server.jobs = JobRunner(server.log)
        server.jobs.thread.start()


def on_exit(server: Any) -> None:
    """Stop it."""
    jobs = getattr(server, "jobs", None)
    if jobs is not None:
        jobs.stop()
