"""One HTTP request to somebody else's server, as it has to be: to the address that was looked at, with the certificate of
the name, no redirects, within seconds, and no more of the answer than is needed."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from hengli_visits.config import Outgoing
from hengli_visits.models import ChannelKind
from hengli_visits.notices.outcome import Outcome, Reason, not_now, refused, unclear
from hengli_visits.notices.parcels import Letter, judge
from hengli_visits.notices.targets import Forbidden, Ip, Target, resolve

GRACE = 0.3
LARGEST_ANSWER = 64 * 1024


@contextmanager
def _ended_after(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Shut a connection at the end of the time, however slowly the other side drips."""

    def end() -> None:
        try:
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return

    timer = Timer(max(seconds, 0.01), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _connect(ip: Ip, target: Target, seconds: float) -> socket.socket:
    """A connection to this very address, wrapped for TLS under the name and not yet shaken hands on."""
    family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((str(ip), target.port))
        if not target.secure:
            return sock
        context = ssl.create_default_context()
        return context.wrap_socket(sock, server_hostname=target.host, do_handshake_on_connect=False)
    except BaseException:
        sock.close()
        raise


def post(kind: ChannelKind, target: Target, letter: Letter, outgoing: Outgoing) -> Outcome:
    """Post a letter. Whatever fails before the first byte of the request has gone is certain; after that a failure is
    unclear, unless the other side answered."""
    try:
        ip = resolve(target, loopback=outgoing.loopback)
    except Forbidden:
        return refused(Reason.ADDRESS)
    except (OSError, UnicodeError):
        return not_now(Reason.NAME)
    until = time.monotonic() + outgoing.patience
    try:
        sock = _connect(ip, target, outgoing.patience)
    except OSError:
        return not_now(Reason.CONNECT)
    with sock, _ended_after(sock, until - time.monotonic() + GRACE):
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
        except (OSError, ValueError):
            return not_now(Reason.TLS)
        sock.settimeout(max(until - time.monotonic(), GRACE))
        return _exchange(kind, target, letter, sock)


def _exchange(kind: ChannelKind, target: Target, letter: Letter, sock: socket.socket) -> Outcome:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = sock
    join = "&" if "?" in target.path else "?"
    path = f"{target.path}{join}{letter.query}" if letter.query else target.path
    headers = {"Host": target.name, "User-Agent": "hengli-visits", "Connection": "close", **letter.headers}
    try:
        connection.request("POST", path, body=letter.body, headers=headers)
        answer = connection.getresponse()
        status, retry_after = answer.status, answer.headers.get("Retry-After", "")
    except TimeoutError:
        return unclear(Reason.SILENCE)
    except (OSError, ValueError, http.client.HTTPException):
        return unclear(Reason.CUT)
    try:
        body = answer.read(LARGEST_ANSWER)
    except (OSError, ValueError, http.client.HTTPException):
        body = b""
    return judge(kind, status, body, retry_after)
