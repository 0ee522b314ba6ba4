"""Packs as a phone fetches them, a round that has something of everything, and the addresses that belong to it."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Assignment, Campaign, Issue, Outcome, Visit
from hengli_visits.visits.photos import add_photo
from hengli_visits.visits.pictures import Album, develop, opened_album
from tests.cast import Cast
from tests.factories import join, make_assignment, make_campaign, make_group
from tests.issues.making import TO_REVISIT, step, tell
from tests.pages import Page, PageClient
from tests.visits.making import content, jpeg, put, said

NEW_UUID = re.compile(r'(name="[\w-]*uuid"[^>]* value=")[0-9a-f-]{36}"')
PACKED = re.compile(r' data-packed="[^"]*"')
CSRF = re.compile(r'(name="csrf_token" value=")[^"]*"')
ONWARD = re.compile(r'<div class="onward".*?</div>', re.DOTALL)
BADGE = re.compile(r'<b class="badge[^"]*">[^<]*</b>|<span class="sr">[^<]*(?:件待处理| to do)</span>')


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


def lists(campaign: Campaign) -> set[str]:
    """The lists of the first round."""
    address = f"/assignments/mine?campaign={campaign.id}"
    states = ("waiting", "visited", "again", "unreachable", "all")
    return {"/", "/assignments/mine", address, *(f"{address}&state={state}" for state in states)}


def door(assignment: Assignment) -> set[str]:
    """A household's page and the form for a visit there."""
    return {f"/assignments/{assignment.id}", f"/assignments/{assignment.id}/visits/new"}


def visit_page(built: Round) -> set[str]:
    """The page of the visitor's visit."""
    return {f"/visits/{built.visit.uuid}"}


def edit_page(built: Round) -> set[str]:
    """The form in which they revise it."""
    return {f"/visits/{built.visit.uuid}/edit"}


def own_pages(cast: Cast, built: Round) -> set[str]:
    """All that the visitor's phone has."""
    doors = door(cast.assignment) | door(cast.second_assignment)
    others = {"/outbox", f"/campaigns/{cast.campaign.id}/doorstep", f"/issues/{built.due.id}/revisits"}
    return lists(cast.campaign) | doors | visit_page(built) | edit_page(built) | others


def bare(html: str) -> str:
    """A page without what pages for a phone leave out."""
    return BADGE.sub("", CSRF.sub(r'\1"', plain(html)))


def same_as_shown(client: PageClient, pack: Pack) -> None:
    """Each page of a pack is what the server shows at its address. Only where to go next from a household is left to
    the script: on lists the server says so."""
    for url, html in pack.pages.items():
        shown, kept = bare(client.get(url, follow_redirects=True).text), plain(html)
        if url.startswith(("/assignments/", "/visits/")) and not url.startswith("/assignments/mine"):
            shown, kept = ONWARD.sub("", shown), ONWARD.sub("", kept)
        assert shown == kept, url


def with_much(session: Session, cast: Cast) -> Round:
    """The round with a second wording, an appointment, another campaign and a photo. Committed."""
    built = build_round(session, cast)
    put(session, cast.visitor, cast.assignment, content(Outcome.AWAY, remarks="出门了"), built.visit.uuid, based_on=1)
    when = cast.campaign.created_at + timedelta(hours=5)
    put(session, cast.visitor, cast.second_assignment, content(Outcome.APPOINTED, appointment_at=when))
    another_round(session, cast, built)
    with opened_album(current_app.config["VISITS"].uploads) as album:
        take_photo(session, cast, built, album)
        session.commit()
    return built


def take_photo(session: Session, cast: Cast, built: Round, album: Album) -> None:
    """A photo of the visitor's visit."""
    actor = actor_of(session, cast.visitor.id)
    add_photo(session, actor, built.visit, album, uuid4(), develop(jpeg()))


def another_round(session: Session, cast: Cast, built: Round) -> None:
    """The visitor goes to the same household in a second campaign too."""
    other = make_campaign(session, "暖冬", ends_on=cast.campaign.ends_on - timedelta(days=9))
    team = make_group(session, other, "暖冬组")
    join(session, team, cast.visitor)
    make_assignment(session, other, cast.household, team, (cast.visitor,))


def missed(client: PageClient, before: Pack) -> set[str]:
    """Which pages show something else than before while their version is the same."""
    after = fetch(client)
    return {
        url
        for url in before.pages.keys() & after.pages.keys()
        if before.shown[url] != after.shown[url] and before.versions[url] == after.versions[url]
    }
