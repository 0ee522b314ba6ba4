"""How gunicorn serves the program: one process with threads, set from the environment alone.

HOST, PORT        where to listen (127.0.0.1:8000); put a reverse proxy with TLS in front
WEB_WORKERS       processes (1)
WEB_THREADS       requests that one process answers at the same time (8)
WEB_TIMEOUT       seconds after which a process that gives no sign of life is replaced (60)
"""

import os
import re
from pathlib import Path
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

# A worker's sign of life is a file's date; in memory it never waits for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(M)s ms"

SECRET_PART = re.compile(r"(?<=^/cards/).+|(?<=^/r/).+|(?<=/)[^/]{20,}")


class PrivateLogger(Logger):
    """Writes who asked for nothing and for what only roughly: no address, no query string, no one-use link.

    Whatever follows /cards/ or /r/ is the secret of a sign-in card or of a resident's link, and any other path segment of 20 or more characters may
    be an unguessable key: they are left out.
    """

    def atoms(self, *args: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*args)
        if not atoms["U"].startswith("/static/"):
            atoms["U"] = SECRET_PART.sub("…", atoms["U"])
        return atoms


logger_class = PrivateLogger
