"""The pack: whose pages it holds, and that they are those that the server shows."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import brotli
import pytest
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits.models import (
    Account,
    Assignment,
    Campaign,
    CampaignState,
    Household,
    Language,
    Member,
    Role,
    TextSize,
)
from hengli_visits.visits.photos import add_photo
from hengli_visits.visits.pictures import develop, opened_album
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant, join, make_assignment, make_campaign, make_group, make_household
from tests.offline.packing import build_round, door, fetch, lists, own_pages, read_lines, same_as_shown, with_much
from tests.pages import SignIn
from tests.visits.making import as_actor, content, jpeg, put, said

MASKED = re.compile(r"1\d{2}\*{4}\d{4}")


def test_sync_scope(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A phone gets its member's own pages and nobody else's; each of them is one that they may open."""
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    pack = fetch(client)
    assert pack.pages.keys() == own_pages(cast, built)
    assert (pack.told["app"], pack.told["member"], pack.told["gone"]) == ("hengli-visits", cast.visitor.id, [])
    for url in pack.pages:
        assert client.get(url, follow_redirects=True).status_code == 200, url
    everything = "".join(pack.pages.values())
    for foreign in (cast.spare_household, cast.other_household):
        assert foreign.name not in everything
    for own in (cast.household, cast.second_household):
        assert own.name in everything


def test_what_others_get(session: Session, cast: Cast, sign_in: SignIn) -> None:
    built = build_round(session, cast)
    visit = f"/visits/{built.visit.uuid}"
    partners = f"/visits/{built.second_visit.uuid}"
    doorstep = f"/campaigns/{cast.campaign.id}/doorstep"
    partner = own_pages(cast, built) - {visit, f"{visit}/edit"} | {partners, f"{partners}/edit"}
    expected = {
        "partner": partner,
        "other_visitor": lists(cast.campaign) | door(cast.other_assignment) | {"/outbox", doorstep},
        "stranger": set(),
        "leader": set(),
        "coordinator": set(),
        "handler": set(),
        "area_lead": set(),
    }
    for name, wanted in expected.items():
        pack = fetch(sign_in(getattr(cast, name)))
        assert pack.pages.keys() == wanted, name
    assert cast.household.name not in "".join(fetch(sign_in(cast.other_visitor)).pages.values())
    assert sign_in(None).post("/pack", json={}).status_code == 401


def test_who_leads_as_well_gets_only_the_own_round(session: Session, cast: Cast, sign_in: SignIn) -> None:
    grant(session, cast.visitor, Role.GROUP_LEADER, group_id=cast.group.id)
    grant(session, cast.visitor, Role.COORDINATOR)
    built = build_round(session, cast)
    pages = fetch(sign_in(cast.visitor)).pages
    assert pages.keys() == own_pages(cast, built) - {"/"}
    assert cast.spare_household.name not in "".join(pages.values())


def test_no_round_is_one_page(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    assert fetch(sign_in(cast.visitor)).pages.keys() == {"/outbox", "/assignments/mine"}


def test_two_rounds(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "暖冬", ends_on=cast.campaign.ends_on + timedelta(days=9))
    team = make_group(session, other, "暖冬组")
    join(session, team, cast.visitor)
    theirs = make_assignment(session, other, cast.household, team, (cast.visitor,))
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    pack = fetch(client)
    more = lists(other) - {"/", "/assignments/mine"} | door(theirs) | {f"/campaigns/{other.id}/doorstep"}
    assert pack.pages.keys() == own_pages(cast, built) | more
    same_as_shown(client, pack)


@pytest.mark.parametrize("language", list(Language))
def test_each_page_is_what_the_server_shows(language: Language, session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Apart from token, counts and the moment of packing. A page that the script would have to know twice is none."""
    with_much(session, cast)
    session.execute(update(Account).values(language=language, text_size=TextSize.EXTRA_LARGE))
    session.commit()
    client = sign_in(cast.visitor)
    pack = fetch(client)
    for html in pack.pages.values():
        assert f'data-packed="{pack.told["at"]}"' in html
        assert 'data-size="xl"' in html
    same_as_shown(client, pack)


def test_no_phone_number_and_no_token(session: Session, cast: Cast, sign_in: SignIn) -> None:
    with_much(session, cast)
    pages = fetch(sign_in(cast.visitor)).pages
    phones = [*session.scalars(select(Household.phone)), *session.scalars(select(Member.phone))]
    for url, html in pages.items():
        assert not [phone for phone in phones if phone and phone in html], url
        assert not re.search(r'name="csrf_token" value="[^"]', html), url
        assert 'class="badge' not in html, url
    assert MASKED.search(pages[f"/assignments/{cast.assignment.id}"])


def test_what_is_to_be_told_once_waits_for_a_page(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("done", "刚刚记下了一条")]
    assert "刚刚记下了一条" not in "".join(fetch(client).pages.values())
    assert "刚刚记下了一条" in client.page("/assignments/mine").text


def test_costs_the_same_for_one_household_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in(cast.other_visitor), []

    def lived_in(assignment: Assignment) -> None:
        visit = put(session, cast.other_visitor, assignment, content(feedback=[said()])).visit
        with opened_album(current_app.config["VISITS"].uploads) as album:
            actor = as_actor(session, cast.other_visitor)
            add_photo(session, actor, visit, album, uuid4(), develop(jpeg()))
            session.commit()

    lived_in(cast.other_assignment)
    for _ in range(2):
        with counted_queries() as queries:
            fetch(client)
        counts.append(len(queries))
        for _ in range(2):
            household = make_household(session, cast.other_village, "莫少芬")
            pair = (cast.other_visitor,)
            lived_in(make_assignment(session, cast.campaign, household, cast.other_group, pair))
    assert counts[0] == counts[1]


def test_compressed_as_the_client_accepts(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    unpack: dict[str | None, Callable[[bytes], bytes]] = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        None: bytes,
    }
    for accepted, coding in (
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("identity", None),
        ("br;q=0, gzip", "gzip"),
    ):
        response = client.post("/pack", json={}, headers={"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == coding
        assert response.headers.get("Vary", "").count("Accept-Encoding") == 1
        told = read_lines(unpack[coding](response.data).decode())
        assert len(told) - 1 == told[0]["pages"] == len(fetch(client).pages)
        assert response.headers["Cache-Control"] == "no-store"


def test_takes_no_write_lock(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    session.execute(update(Campaign).values(theme="别人正在写"))
    assert fetch(client).pages
    session.rollback()


@pytest.mark.parametrize("have", [None, [], "x", 7, {"/outbox": 7}, {"/outbox": {}}, {"": None, "x" * 5000: "1"}])
def test_what_a_phone_says_it_has_is_not_believed(have: Any, session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    head, *pages = read_lines(client.post("/pack", json={"have": have}).get_data(as_text=True))
    assert {page[0] for page in pages} == fetch(client).pages.keys()
    assert set(head["gone"]) == (set(have) - {"/outbox"} if isinstance(have, dict) else set())
