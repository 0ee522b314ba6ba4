"""Servers on loopback to which notices go: one for HTTP that can misbehave, one for mail."""

import json
import socket
import socketserver
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"errcode":0}'


@dataclass
class Received:
    """One request: what a receiver took before it answered, or did not."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


Behaviour = Callable[[socket.socket, Received], None]


def answers(status: int = 200, body: bytes = b'{"errcode":0}', headers: str = "") -> Behaviour:
    """Answer so."""

    def behave(connection: socket.socket, _request: Received) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
        connection.sendall(head.encode() + body)

    return behave


def hangs(seconds: float) -> Behaviour:
    """Take the request and say nothing for so long."""

    def behave(_connection: socket.socket, _request: Received) -> None:
        time.sleep(seconds)

    return behave


def cuts(connection: socket.socket, _request: Received) -> None:
    """Take the request and cut the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drips(connection: socket.socket, _request: Received) -> None:
    """Answer one byte at a time, for ever."""
    try:
        while True:
            connection.sendall(b"X")
            time.sleep(0.05)
    except OSError:
        return


def floods(connection: socket.socket, _request: Received) -> None:
    """Answer far more than anybody wants to hear."""
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(2000):
            connection.sendall(b"x" * 65536)
    except OSError:
        return


@dataclass
class Receiver:
    """A server for HTTP on a port of loopback. Each request is kept; `behave` says what becomes of it, by its path."""

    behave: Callable[[Received], Behaviour]
    received: list[Received] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/hook") -> str:
        """An address on it."""
        return f"http://127.0.0.1:{self.port}{path}"

    def keys(self) -> list[str]:
        """The keys of what was taken, in their order."""
        return [request.headers["idempotency-key"] for request in self.received]


def _read(connection: socket.socket) -> Received | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = connection.recv(65536)
        if not part:
            return None
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Received(first.split()[1], headers, body)


class _Threads(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, *_about: Any) -> None:
        """Say nothing: whoever cut the connection wanted to."""


@contextmanager
def receiving(
    behave: Behaviour | Callable[[Received], Behaviour] | None = None,
    *,
    by_request: bool = False,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Receiver]:
    """A receiver that behaves always so, or with `by_request` as `behave(request)` says; by default it takes all."""
    chosen: Any = behave or answers()
    receiver = Receiver(chosen if by_request else lambda _request: chosen)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connection: socket.socket = self.request
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                request = _read(connection)
                if request is not None:
                    receiver.received.append(request)
                    receiver.behave(request)(connection, request)

    with _Threads(("127.0.0.1", port), Handler) as server:
        receiver.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Letter:
    """A mail that was taken."""

    sender: str
    receiver: str
    data: bytes


@dataclass
class PostOffice:
    """A small SMTP server. `replies` are its answers to commands where they are not the usual ones; `cut_at` the command at
    which it cuts the connection instead ("." is the end of the text)."""

    replies: dict[str, str] = field(default_factory=dict)
    cut_at: str = ""
    taken: list[Letter] = field(default_factory=list)
    port: int = 0


USUAL = {"DATA": "354 go on", "QUIT": "221 bye", ".": "250 taken"}


class _Clerk(socketserver.StreamRequestHandler):
    """Takes mail over one connection."""

    def _say(self, command: str) -> bool:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]  # given to it below
        if office.cut_at == command:
            return False
        self.wfile.write((office.replies.get(command) or USUAL.get(command, "250 ok")).encode() + b"\r\n")
        return True

    def handle(self) -> None:
        """Take mails until the other side is done."""
        office: PostOffice = self.server.office  # type: ignore[attr-defined]
        letter = Letter("", "", b"")
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line[:4].strip().upper().decode()
            if command == "MAIL":
                letter.sender = line.decode().partition("<")[2].partition(">")[0]
            elif command == "RCPT":
                letter.receiver = line.decode().partition("<")[2].partition(">")[0]
            if not self._say(command) or command == "QUIT":
                return
            if command == "DATA" and "DATA" not in office.replies:
                letter.data = b"".join(iter(self.rfile.readline, b".\r\n"))
                if not self._say("."):
                    return
                office.taken += [letter] if "." not in office.replies else []


@contextmanager
def post_office(office: PostOffice) -> Iterator[PostOffice]:
    """Run a post office."""
    with _Threads(("127.0.0.1", 0), _Clerk) as server:
        server.office = office  # type: ignore[attr-defined]  # for its clerks
        office.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
