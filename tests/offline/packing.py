"""Packs as a phone fetches them, and a round that has something of everything."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.issues.steps import Verb
from hengli_visits.models import Issue, Visit
from tests.cast import Cast
from tests.issues.making import TO_REVISIT, step, tell
from tests.pages import Page, PageClient
from tests.visits.making import content, put, said

NEW_UUID = re.compile(r'(name="[\w-]*uuid"[^>]* value=")[0-9a-f-]{36}"')
PACKED = re.compile(r' data-packed="[^"]*"')


@dataclass
class Pack:
    """What a phone got: the answer, its pages and their versions by address."""

    told: dict[str, Any]
    pages: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, str]:
        """The pages without what differs though nothing changed: when they were packed, UUIDs of new records."""
        return {url: plain(html) for url, html in self.pages.items()}

    @property
    def gone(self) -> set[str]:
        """The addresses that the phone has to forget."""
        return set(self.told["gone"])


def plain(html: str) -> str:
    """A page without when it was packed and without UUIDs of new records."""
    return NEW_UUID.sub(r'\1"', PACKED.sub("", html))


def read_lines(text: str) -> list[Any]:
    """The lines of a pack."""
    return [json.loads(line) for line in text.split("\n")]


def fetch(client: PageClient, have: dict[str, str] | None = None) -> Pack:
    """Ask for the pack as a phone that has these versions; each page in it is checked like any other."""
    response = client.post("/pack", json={"have": have or {}})
    assert response.status_code == 200
    told, *pages = read_lines(response.get_data(as_text=True))
    pack = Pack(told, {url: html for url, _, html in pages}, {url: v for url, v, _ in pages})
    assert len(pack.pages) == len(pages) == told["pages"], "an address twice"
    for url, html in pack.pages.items():
        faults = Page(html).faults
        assert not faults, f"{url}: {faults}"
    return pack


@dataclass
class Round:
    """What lies behind the visitor's pages."""

    visit: Visit
    second_visit: Visit
    issue: Issue
    due: Issue


def build_round(session: Session, cast: Cast) -> Round:
    """The visitor was at one household and the partner at the other; one issue is in progress, the answer to the other
    is to be told, and nobody was reached yet. Committed."""
    visit = put(session, cast.visitor, cast.assignment, content(feedback=[said()], remarks="狗很凶")).visit
    said_there = [said("路灯坏了。")]
    second = put(session, cast.partner, cast.second_assignment, content(remarks="有老人", feedback=said_there)).visit
    session.flush()
    issue, due = session.scalars(select(Issue).order_by(Issue.id)).all()
    step(session, cast, issue, "coordinator", Verb.DISPATCH)
    for move in TO_REVISIT:
        move(session, cast, due)
    tell(session, cast, due, "partner", reached=False)
    session.commit()
    return Round(visit, second, issue, due)
