"""A phone as the server sees it: one connection, one sender, every record sent until the server names it."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hengli_visits import clock
from hengli_visits.models import Handling, Nature, Outcome
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.pictures import sha256
from tests.visits.making import content, jpeg, said

TIMEOUT = 30
FOLLOWED, ANSWERED, PHOTOGRAPHED, REVISED, REPEATED, GIVEN_UP = 0.25, 0.15, 0.25, 0.15, 0.1, 0.03


@dataclass
class Sent:
    """A visit that a phone sends: its wordings, each after the one before; how many of them and which photos were
    acknowledged. `given_up`: the phone was lost before the server said anything."""

    uuid: UUID
    assignment: int
    wordings: list[VisitContent]
    photos: dict[UUID, str] = field(default_factory=dict)
    acknowledged: int = 0
    given_up: bool = False


class Faulty(Exception):
    """The server gave an answer that it may never give to what was sent."""


class Phone(threading.Thread):
    """A visitor who saves one visit after another until told to stop; then what was begun is brought to an end."""

    def __init__(
        self, port: int, cookie: str, member: int, assignments: list[int], chance: random.Random, stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie, self.member, self.assignments = port, cookie, member, assignments
        self.chance, self.stopping = chance, stop
        self.sent: list[Sent] = []
        self.seen: Counter[str] = Counter()
        self.fault: Exception | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._token = ""

    def run(self) -> None:
        """Send visits until told to stop."""
        try:
            while not self.stopping.is_set():
                self._visit()
                time.sleep(self.chance.uniform(0, 0.05))
        except Exception as fault:  # noqa: BLE001 - handed on to who started the phone
            self.fault = fault

    def _visit(self) -> None:
        first = self._content()
        one = Sent(uuid4(), self.chance.choice(self.assignments), [first])
        self.sent.append(one)
        gives_up = self.chance.random() < GIVEN_UP
        if not self._put(one, None, gives_up=gives_up):
            one.given_up = True
            return
        if self.chance.random() < PHOTOGRAPHED:
            for _ in range(self.chance.randint(1, 2)):
                self._photograph(one)
        if self.chance.random() < REVISED:
            one.wordings.append(replace(first, remarks=f"{first.remarks}（补充）"))
            self._put(one, 1)
        if self.chance.random() < REPEATED:
            self._put(one, len(one.wordings) - 1 or None)

    def _content(self) -> VisitContent:
        number = self.chance.randrange(10**9)
        feedback = []
        if self.chance.random() < FOLLOWED:
            feedback.append(said(f"第{number}件事：排水渠堵了，水浸到屋里来。"))
        if self.chance.random() < ANSWERED:
            answered = {"nature": Nature.QUESTION, "handling": Handling.ANSWERED, "answer": "教了她。"}
            feedback.append(said(f"第{number}个问题：医保卡怎么激活？", **answered))
        when = clock.now().replace(microsecond=0) - timedelta(minutes=self.chance.randint(1, 600))
        outcome = self.chance.choice((Outcome.MET, Outcome.MET, Outcome.AWAY))
        return content(outcome, visited_at=when, remarks=f"备注{number}", feedback=feedback)

    def _put(self, one: Sent, based_on: int | None, *, gives_up: bool = False) -> bool:
        """Send the latest wording until it is acknowledged. False when the phone was lost over it."""
        what = one.wordings[-1].as_json()
        body = {"assignment": one.assignment, "based_on": based_on, "sender": self.member, "content": what}
        failed = 0
        while True:
            told = {"sent_at": clock.now().isoformat(), **body}
            answer = self._ask("PUT", f"/visits/{one.uuid}", json.dumps(told).encode())
            if answer and answer["status"] in (200, 201):
                if answer["uuid"] != str(one.uuid) or answer["clashing"]:
                    raise Faulty(f"{one}: {answer}")
                self.seen[f"{answer['result']} {'after a failure' if failed else 'at once'}"] += 1
                one.acknowledged = len(one.wordings)
                return True
            self._refused(answer)
            failed += 1
            if gives_up:
                return False

    def _photograph(self, one: Sent) -> None:
        data = jpeg(320, 240, colour=f"#{self.chance.randrange(1 << 24):06x}")
        photo_id = uuid4()
        path = f"/photos/{photo_id}?visit={one.uuid}"
        while True:
            answer = self._ask("PUT", path, data, {"Content-Type": "image/jpeg", "X-Content-SHA256": sha256(data)})
            if answer and answer["status"] in (200, 201):
                if answer["uuid"] != str(photo_id):
                    raise Faulty(f"{photo_id}: {answer}")
                self.seen["photo"] += 1
                one.photos[photo_id] = sha256(data)
                return
            self._refused(answer)

    def _refused(self, answer: dict[str, Any] | None) -> None:
        """Wait for the next try, unless the server says what it may never say to this."""
        status = answer["status"] if answer else None
        if status is not None and status < 500 and status not in (408, 429):
            raise Faulty(str(answer))
        self.seen["no answer" if status is None else f"answer {status}"] += 1
        self._token = ""
        time.sleep(self.chance.uniform(0.01, 0.1))

    def _ask(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        if not self._token and not self._contact():
            return None
        return self._request(method, path, body, {"X-CSRFToken": self._token, **(headers or {})})

    def ask_for_contact(self) -> dict[str, Any] | None:
        """Ask whether the server is there; its answer, if there is one."""
        return self._request("POST", "/contact", b'{"unsent": 1, "oldest": null}', {})

    def _contact(self) -> bool:
        answer = self.ask_for_contact()
        if answer is None or answer["status"] >= 500:
            return False
        if answer["status"] != 200:
            raise Faulty(str(answer))
        self._token = answer["token"]
        return True

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any] | None:
        given = {"Content-Type": "application/json", "Accept": "application/json", "Cookie": f"visits={self.cookie}"}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            self._connection.request(method, path, body, given | dict(headers))
            response = self._connection.getresponse()
            said = json.loads(response.read())
            for header in response.headers.get_all("Set-Cookie") or ():
                self.cookie = header.split(";", 1)[0].removeprefix("visits=")
            return {**said, "status": response.status}
        except (OSError, http.client.HTTPException, ValueError):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None
