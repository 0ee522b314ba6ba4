"""The server's end of the model: the real app, asked line by line, and what must be in its database when a schedule is over."""

import base64
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, selectinload
from werkzeug.test import run_wsgi_app

from hengli_visits import clock
from hengli_visits.accounts.actions import open_device
from hengli_visits.accounts.queries import actor_of
from hengli_visits.assignments import actions as assigning
from hengli_visits.extensions import db
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Device,
    Household,
    HouseholdKind,
    Photo,
    Visit,
)
from hengli_visits.visits import actions as visiting
from hengli_visits.visits.content import read
from tests.cast import Cast, build_cast
from tests.visits.making import jpeg

HOUSEHOLDS = 3
"""Households of one schedule."""
STOCK = 300
"""Households that are made at once."""
BATCH = 100
"""So many visits are looked at together."""


class Killed(BaseException):
    """The server process died here."""


class Killer:
    """Kills the request that is under way at its nth statement."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self, *_: Any) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.left = None
                raise Killed


class Server:
    """Answers the questions of a phone. `app` has an empty, migrated database."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.killer = Killer()
        self.cookies: dict[str, str] = {}
        self.tokens: dict[int, str] = {}
        self.wanted: dict[UUID, dict[str, Any]] = {}
        self.stock: list[int] = []
        self.picture = jpeg(8, 8)
        self.phones = 0
        with self._session() as session:
            self.cast: Cast = build_cast(session)
            session.commit()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            yield session

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked."""
        method = {"sign-in": self._sign_in}.get(question["do"]) or getattr(self, f"_{question['do']}")
        found: dict[str, Any] = method(question)
        return found

    def _begin(self, _question: dict[str, Any]) -> dict[str, Any]:
        """A phone nobody is signed in on, and households that are one visitor's and the partner's."""
        while len(self.stock) < HOUSEHOLDS:
            self.stock += self._households()
        own = [self.stock.pop() for _ in range(HOUSEHOLDS)]
        self.phones += 1
        name = f"phone {self.phones}"
        self.cookies[name] = ""
        return {
            "phone": name,
            "members": [self.cast.visitor.id, self.cast.partner.id],
            "assignments": own,
            "now": int(clock.now().timestamp() * 1000),
            "jpeg": base64.b64encode(self.picture).decode(),
        }

    def _households(self) -> list[int]:
        cast, now = self.cast, clock.now()
        base = {"kind": HouseholdKind.FAMILY, "area_id": cast.village.id, "listed": True}
        with self._session() as session:
            number = self.phones * HOUSEHOLDS
            rows = [
                base | {"code": f"M-{number + i}", "name": f"户{number + i}", "created_at": now, "updated_at": now}
                for i in range(STOCK)
            ]
            ids = session.scalars(insert(Household).returning(Household.id), rows).all()
            task = {"campaign_id": cast.campaign.id, "group_id": cast.team.id, "state": AssignmentState.WAITING}
            tasks = [task | {"household_id": id_, "created_at": now} for id_ in ids]
            made = session.scalars(insert(Assignment).returning(Assignment.id), tasks).all()
            visitors = [{"assignment_id": id_, "member_id": cast.visitor.id, "since": now} for id_ in made]
            session.execute(insert(AssignmentVisitor), visitors)
            session.commit()
            return list(made)

    def _sign_in(self, question: dict[str, Any]) -> dict[str, Any]:
        """Somebody signs in on the phone; nobody else is signed in there then."""
        member = question["member"]
        if member not in self.tokens:
            with self._session() as session:
                self.tokens[member] = open_device(session, member, frozenset())
                session.commit()
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        self.cookies[question["phone"]] = serializer.dumps({"device": self.tokens[member]})
        return {}

    def _lapse(self, _question: dict[str, Any]) -> dict[str, Any]:
        """All sessions have run out."""
        with self._session() as session:
            session.execute(update(Device).values(expires_at=clock.now() - timedelta(days=1)))
            session.commit()
        self.tokens.clear()
        return {}

    def _request(self, question: dict[str, Any]) -> dict[str, Any]:
        """A request arrives; with `kill` the server dies at its nth statement."""
        phone = question["phone"]
        photo = question["path"].startswith("/photos/")
        data = base64.b64decode(question["body"]) if photo else question["body"].encode()
        environ = _environ(question, data, self.cookies[phone])
        self.killer.left = question.get("kill")
        try:
            parts, status, headers = Context().run(run_wsgi_app, self.app, environ)
        except Killed:
            # A process that died has left its connections.
            with self.app.app_context():
                db.engine.dispose()
            return {"status": 0, "headers": {}, "body": "", "killed": True}
        finally:
            self.killer.left = None
        for cookie in headers.getlist("Set-Cookie"):
            self.cookies[phone] = cookie.split(";")[0].removeprefix("visits=")
        told = {key: value for key, value in headers.items() if key in ("Content-Type", "X-Token")}
        return {"status": int(status[:3]), "headers": told, "body": b"".join(parts).decode()}

    def _reassign(self, question: dict[str, Any]) -> dict[str, Any]:
        """A leader gives a household to somebody else."""
        with self._session() as session:
            leader = actor_of(session, self.cast.leader.id)
            assigning.give(session, leader, [question["assignment"]], [self.cast.team_leader.id])
            session.commit()
        return {}

    def _leader(self, question: dict[str, Any]) -> dict[str, Any]:
        """A leader revises a visit, if the server has it."""
        with self._session() as session:
            visit = session.scalar(
                select(Visit).where(Visit.uuid == UUID(question["uuid"])).options(selectinload(Visit.revisions))
            )
            if visit is None:
                return {"revised": False}
            leader = actor_of(session, self.cast.leader.id)
            now = next(one for one in visit.revisions if one.chosen and one.number == visit.revision)
            content = read(dict(now.content) | {"remarks": f"组长改过 {visit.revision}"})
            visiting.put_visit(session, leader, visit.assignment_id, visit.uuid, content, based_on=visit.revision)
            session.commit()
        return {"revised": True}

    def _check(self, question: dict[str, Any]) -> dict[str, Any]:
        """What is wrong with what the server has in the end, of this schedule and those before it; looked at when a
        number of them has come together, or when the last one is over."""
        seed = question["seed"]
        self.wanted |= {UUID(one["uuid"]): one | {"seed": seed} for one in question["visits"]}
        if len(self.wanted) < BATCH and not question["last"]:
            return {"problems": []}
        wanted, self.wanted = self.wanted, {}
        with self._session() as session:
            visits = session.scalars(
                select(Visit).where(Visit.uuid.in_(wanted)).options(selectinload(Visit.revisions))
            ).all()
            photos = session.execute(
                select(Photo.id, Photo.sent_sha256, Visit.uuid).join(Visit).where(Visit.uuid.in_(wanted))
            ).all()
            problems = [
                f"seed {wanted[uuid]['seed']}, not there: {uuid}"
                for uuid in wanted.keys() - {visit.uuid for visit in visits}
            ]
            for visit in visits:
                there = {str(id_): sha for id_, sha, uuid in photos if uuid == visit.uuid}
                told = wanted[visit.uuid]
                problems += [f"seed {told['seed']}, {visit.uuid}: {fault}" for fault in _faults(visit, there, told)]
        return {"problems": problems}


def _environ(question: dict[str, Any], data: bytes, cookie: str) -> dict[str, Any]:
    path, _, query = question["path"].partition("?")
    given = {key.upper().replace("-", "_"): value for key, value in question["headers"].items()}
    return {
        "REQUEST_METHOD": question["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": f"visits={cookie}",
        "CONTENT_TYPE": given.pop("CONTENT_TYPE"),
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    } | {f"HTTP_{key}": value for key, value in given.items()}


def _faults(visit: Visit, photos: dict[str, str], wanted: dict[str, Any]) -> Iterator[str]:
    if visit.author_id != wanted["member"]:
        yield f"author {visit.author_id}"
    if visit.assignment_id != wanted["assignment"]:
        yield "another household"
    if photos != wanted["photos"]:
        yield f"photos {sorted(photos)}, not {sorted(wanted['photos'])}"
    digest = read(wanted["content"]).digest()
    in_force = [one for one in visit.revisions if one.chosen and one.number == visit.revision]
    if len(in_force) != 1:
        yield f"{len(in_force)} wordings in force"
    if digest not in {one.content_hash for one in visit.revisions}:
        yield "the last wording is not there"
    elif not wanted["contested"] and (visit.clashing or in_force[0].content_hash != digest):
        yield f"not the last wording is in force (clashing: {visit.clashing})"
