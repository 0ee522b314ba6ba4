"""The pack: whose pages it holds, that they are those that the server shows, and that versions never miss a change."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import brotli
import pytest
from flask import current_app
from sqlalchemy import Boolean, Column, Date, Enum, Integer, String, Table, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.assignments.actions import give, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Account,
    Area,
    Assignment,
    Campaign,
    CampaignState,
    Category,
    Group,
    Household,
    Language,
    Member,
    Organisation,
    Outcome,
    Role,
    TextSize,
)
from hengli_visits.orm import Base, UtcDateTime
from hengli_visits.visits.actions import void_visit
from hengli_visits.visits.photos import add_photo
from hengli_visits.visits.pictures import Album, develop, opened_album
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import grant, join, make_assignment, make_campaign, make_category, make_group, make_household
from tests.issues.making import step, tell
from tests.offline.packing import Pack, Round, build_round, fetch, plain, read_lines
from tests.pages import PageClient, SignIn
from tests.visits.making import as_actor, content, jpeg, put, said

CSRF = re.compile(r'(name="csrf_token" value=")[^"]*"')
BADGE = re.compile(r'<b class="badge[^"]*">[^<]*</b>|<span class="sr">[^<]*(?:件待处理| to do)</span>')
PROPOSED = re.compile(r'(<input[^>]*type="datetime-local"[^>]* value=")[^"]*"|\d+月\d+日 \d\d:\d\d(?= · 入户)')
MASKED = re.compile(r"1\d{2}\*{4}\d{4}")


def lists(campaign: Campaign) -> set[str]:
    """The lists of the first round."""
    address = f"/assignments/mine?campaign={campaign.id}"
    states = ("waiting", "visited", "again", "unreachable", "all")
    return {"/", "/assignments/mine", address, *(f"{address}&state={state}" for state in states)}


def door(assignment: Assignment) -> set[str]:
    """A household's page and the form for a visit there."""
    return {f"/assignments/{assignment.id}", f"/assignments/{assignment.id}/visits/new"}


def own_pages(cast: Cast, built: Round) -> set[str]:
    """All that the visitor's phone has."""
    visit = f"/visits/{built.visit.uuid}"
    others = {"/outbox", f"/campaigns/{cast.campaign.id}/doorstep", f"/issues/{built.due.id}/revisits"}
    return (
        lists(cast.campaign) | door(cast.assignment) | door(cast.second_assignment) | {visit, f"{visit}/edit"} | others
    )


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
    _same_as_shown(client, pack)


def bare(html: str) -> str:
    """A page without what pages for a phone leave out."""
    return BADGE.sub("", CSRF.sub(r'\1"', plain(html)))


def _same_as_shown(client: PageClient, pack: Pack) -> None:
    for url, html in pack.pages.items():
        shown = client.get(url, follow_redirects=True)
        assert bare(shown.text) == plain(html), url


def _with_much(session: Session, cast: Cast) -> Round:
    built = build_round(session, cast)
    put(session, cast.visitor, cast.assignment, content(Outcome.AWAY, remarks="出门了"), built.visit.uuid, based_on=1)
    when = cast.campaign.created_at + timedelta(hours=5)
    put(session, cast.visitor, cast.second_assignment, content(Outcome.APPOINTED, appointment_at=when))
    _another_round(session, cast, built)
    with opened_album(current_app.config["VISITS"].uploads) as album:
        _photo(session, cast, built, album)
        session.commit()
    return built


def _photo(session: Session, cast: Cast, built: Round, album: Album) -> None:
    actor = actor_of(session, cast.visitor.id)
    add_photo(session, actor, built.visit, album, uuid4(), develop(jpeg()))


@pytest.mark.parametrize("language", list(Language))
def test_each_page_is_what_the_server_shows(language: Language, session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Apart from token, counts and the moment of packing. A page that the script would have to know twice is none."""
    _with_much(session, cast)
    session.execute(update(Account).values(language=language, text_size=TextSize.EXTRA_LARGE))
    session.commit()
    client = sign_in(cast.visitor)
    pack = fetch(client)
    for html in pack.pages.values():
        assert f'data-packed="{pack.told["at"]}"' in html
        assert 'data-size="xl"' in html
    _same_as_shown(client, pack)


def test_no_phone_number_and_no_token(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _with_much(session, cast)
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


Change = Callable[[Session, Cast, Round], object]


def _partner_visits(session: Session, cast: Cast, built: Round) -> None:
    put(session, cast.partner, cast.assignment, content(remarks="伙伴记的"))


def _reassign(session: Session, cast: Cast, built: Round) -> None:
    pair = [cast.visitor.id, cast.team_leader.id]
    give(session, actor_of(session, cast.leader.id), [cast.second_assignment.id], pair)


def _issue_moves(session: Session, cast: Cast, built: Round) -> None:
    step(session, cast, built.issue, "handler", Verb.SIGN)


def _address(session: Session, cast: Cast, built: Round) -> None:
    session.execute(update(Household).where(Household.id == cast.household.id).values(door="18号之三"))


def _text_size(session: Session, cast: Cast, built: Round) -> None:
    session.execute(update(Account).values(text_size=TextSize.LARGE))


DELTAS: dict[str, tuple[Change, Callable[[Cast, Round], set[str]]]] = {
    "partner": (
        _partner_visits,
        lambda cast, built: lists(cast.campaign) | door(cast.assignment),
    ),
    "reassigned": (
        _reassign,
        lambda cast, built: lists(cast.campaign) | door(cast.second_assignment) | _doorstep(cast),
    ),
    "issue": (_issue_moves, lambda cast, built: door(cast.assignment) | _visit(built) | _edit(built)),
    "address": (
        _address,
        lambda cast, built: lists(cast.campaign) | door(cast.assignment) | _visit(built) | _edit(built),
    ),
    "text size": (_text_size, own_pages),
}


def _visit(built: Round) -> set[str]:
    return {f"/visits/{built.visit.uuid}"}


def _edit(built: Round) -> set[str]:
    return {f"/visits/{built.visit.uuid}/edit"}


def _doorstep(cast: Cast) -> set[str]:
    return {f"/campaigns/{cast.campaign.id}/doorstep"}


@pytest.mark.parametrize("name", DELTAS)
def test_delta_sync(name: str, session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Later packs bring what changed and nothing of other households. The lists of a round go together, and so do the
    pages of a household, for they are made of the same rows."""
    change, expected = DELTAS[name]
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    assert fetch(client, before.versions).told["pages"] == 0
    change(session, cast, built)
    session.commit()
    after, delta = fetch(client), fetch(client, before.versions)
    differ = {url for url, html in after.shown.items() if html != before.shown.get(url)}
    assert differ <= delta.pages.keys()
    assert delta.pages.keys() == expected(cast, built)
    assert delta.gone == set()
    assert fetch(client, after.versions).told["pages"] == 0


def _values(session: Session, model: type[Base], id_: int, **values: Any) -> None:
    key = next(iter(model.__table__.primary_key))
    session.execute(update(model).where(key == id_).values(values))


def _void(session: Session, cast: Cast, built: Round) -> None:
    void_visit(session, actor_of(session, cast.leader.id), built.visit, "记错了")


def _clash(session: Session, cast: Cast, built: Round) -> None:
    put(session, cast.visitor, cast.assignment, content(Outcome.DECLINED), built.visit.uuid)


def _add_photo(session: Session, cast: Cast, built: Round) -> None:
    with opened_album(current_app.config["VISITS"].uploads) as album:
        _photo(session, cast, built, album)
        session.commit()


def _expected_today(session: Session, cast: Cast, built: Round) -> None:
    when = cast.campaign.created_at + timedelta(hours=6)
    put(session, cast.partner, cast.second_assignment, content(Outcome.APPOINTED, appointment_at=when))


def _another_round(session: Session, cast: Cast, built: Round) -> None:
    other = make_campaign(session, "暖冬", ends_on=cast.campaign.ends_on - timedelta(days=9))
    team = make_group(session, other, "暖冬组")
    join(session, team, cast.visitor)
    make_assignment(session, other, cast.household, team, (cast.visitor,))


def _visited_elsewhere(session: Session, cast: Cast, built: Round) -> None:
    other = make_campaign(session, "夏安")
    team = make_group(session, other, "夏安组")
    join(session, team, cast.other_visitor)
    there = make_assignment(session, other, cast.household, team, (cast.other_visitor,))
    put(session, cast.other_visitor, there, content(feedback=[said("水压低。")]))


CHANGES: dict[str, Change] = {
    "voided": _void,
    "revised": lambda s, c, b: put(s, c.visitor, c.assignment, content(Outcome.AWAY), b.visit.uuid, based_on=1),
    "clash": _clash,
    "photo": _add_photo,
    "expected today": _expected_today,
    "another round": _another_round,
    "visited in another campaign": _visited_elsewhere,
    "not reached": lambda s, c, b: tell(s, c, b.due, "leader", reached=False),
    "told": lambda s, c, b: tell(s, c, b.due, "leader"),
    "new category": lambda s, c, b: make_category(s, c.campaign, "新的一类", c.unit),
    "made a leader": lambda s, c, b: grant(s, c.visitor, Role.TEAM_LEADER, group_id=c.team.id),
    "made a coordinator": lambda s, c, b: grant(s, c.visitor, Role.COORDINATOR),
    "left the second household": lambda s, c, b: (
        take_back(s, actor_of(s, c.leader.id), [c.second_assignment.id]) and None
    ),
    "language": lambda s, c, b: _values(s, Account, c.visitor.id, language=Language.ENGLISH),
    "campaign": lambda s, c, b: _values(s, Campaign, c.campaign.id, name="三千"),
    "closed": lambda s, c, b: _values(s, Campaign, c.campaign.id, state=CampaignState.CLOSED),
    "category": lambda s, c, b: _values(s, Category, c.category.id, active=False),
    "unit": lambda s, c, b: _values(s, Organisation, c.unit.id, name="水务局"),
    "group": lambda s, c, b: _values(s, Group, c.group.id, name="长巷大组"),
    "team": lambda s, c, b: _values(s, Group, c.team.id, name="长巷小组"),
    "area": lambda s, c, b: _values(s, Area, c.village.id, name="长巷社区"),
    "myself": lambda s, c, b: _values(s, Member, c.visitor.id, name="叶秀"),
    "partner": lambda s, c, b: _values(s, Member, c.partner.id, name="方光"),
    "their leader": lambda s, c, b: _values(s, Member, c.leader.id, name="温永"),
}


@pytest.fixture
def missed(sign_in: SignIn, cast: Cast) -> Callable[[Pack], set[str]]:
    """Which pages show something else than before while their version is the same."""
    client = sign_in(cast.visitor)

    def found(before: Pack) -> set[str]:
        after = fetch(client)
        return {
            url
            for url in before.pages.keys() & after.pages.keys()
            if before.shown[url] != after.shown[url] and before.versions[url] == after.versions[url]
        }

    return found


@pytest.mark.parametrize("name", CHANGES)
def test_no_change_is_missed(
    name: str, session: Session, cast: Cast, sign_in: SignIn, missed: Callable[[Pack], set[str]]
) -> None:
    built = build_round(session, cast)
    before = fetch(sign_in(cast.visitor))
    CHANGES[name](session, cast, built)
    session.commit()
    assert missed(before) == set()


def test_each_round_names_the_other(
    session: Session, cast: Cast, sign_in: SignIn, missed: Callable[[Pack], set[str]]
) -> None:
    other = make_campaign(session, "暖冬")
    team = make_group(session, other, "暖冬组")
    join(session, team, cast.visitor)
    make_assignment(session, other, make_household(session, cast.village), team, (cast.visitor,))
    session.commit()
    before = fetch(sign_in(cast.visitor))
    _values(session, Campaign, cast.campaign.id, name="三千")
    session.commit()
    assert missed(before) == set()


@pytest.mark.parametrize("later", [timedelta(minutes=40), timedelta(hours=7), timedelta(days=1), timedelta(days=6)])
def test_time_passes_and_nothing_is_missed(
    later: timedelta, session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    """But for the time that a new form proposes: the script sets it when the form is opened."""
    _with_much(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    standing_clock.time += later
    after = fetch(client)
    for url in before.pages.keys() & after.pages.keys():
        shown = [PROPOSED.sub("", one.shown[url]) for one in (before, after)]
        assert shown[0] == shown[1] or before.versions[url] != after.versions[url], url


UNTOUCHED = {"devices", "audit_entries", "sign_in_cards"}
"""Tables that show nothing to a visitor, or sign them out."""
IMPOSSIBLE = {
    "accounts.disabled_at",
    "accounts.must_change",
    "members.active",
    "visits.revision",
    "visit_revisions.chosen",
    "visit_revisions.number",
}
"""Columns with which nobody is signed in any more, or a visit says nothing."""


def _other(column: Column[Any], value: Any) -> Any:
    """Another value for a column."""
    if isinstance(column.type, Enum):
        return next((one for one in column.type.python_type if one is not value), value)
    if isinstance(column.type, String):
        return f"{value or ''}改"
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(days=1, hours=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return value + 1


def _columns(table: Table) -> Iterator[Column[Any]]:
    kinds = (String, Enum, Boolean, UtcDateTime, Date, Integer)
    for column in table.columns:
        key = column.primary_key or column.foreign_keys
        if isinstance(column.type, kinds) and not key and str(column) not in IMPOSSIBLE:
            yield column


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", [one for one in Base.metadata.sorted_tables if one.name not in UNTOUCHED], ids=str)
def test_no_column_is_missed(
    table: Table, session: Session, cast: Cast, sign_in: SignIn, missed: Callable[[Pack], set[str]]
) -> None:
    """Each column of each table in turn is changed in every row: no page shows something else in the same version."""
    _with_much(session, cast)
    before = fetch(sign_in(cast.visitor))
    keys = list(table.primary_key)
    wrong = {}
    for column in _columns(table):
        rows = session.execute(select(*keys, column).where(column.is_not(None))).all()
        if _written(session, table, column, {tuple(row[:-1]): _other(column, row[-1]) for row in rows}):
            if found := missed(before):
                wrong[str(column)] = found
            assert _written(session, table, column, {tuple(row[:-1]): row[-1] for row in rows})
    assert not wrong


def _written(session: Session, table: Table, column: Column[Any], values: dict[tuple[Any, ...], Any]) -> bool:
    """Write a column, and say whether the database took it."""
    try:
        for keys, value in values.items():
            here = [key == kept for key, kept in zip(table.primary_key, keys, strict=True)]
            session.execute(update(table).where(*here).values({column: value}))
        session.commit()
    except (IntegrityError, DataError):
        session.rollback()
        return False
    return bool(values)


def test_revoke_on_reassign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """What is no longer theirs leaves the phone: the household, its visits, its revisits, the lists that named it."""
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    leader = actor_of(session, cast.leader.id)
    give(session, leader, [cast.assignment.id], [cast.partner.id, cast.team_leader.id])
    session.commit()
    delta = fetch(client, before.versions)
    assert delta.gone == door(cast.assignment) | _visit(built) | _edit(built)
    assert lists(cast.campaign) <= delta.pages.keys()
    kept = {url: html for url, html in (before.pages | delta.pages).items() if url not in delta.gone}
    assert cast.household.name not in "".join(kept.values())
    take_back(session, leader, [cast.second_assignment.id])
    session.commit()
    assert door(cast.second_assignment) <= fetch(client, before.versions).gone
    session.execute(update(Campaign).values(state=CampaignState.ARCHIVED))
    session.commit()
    last = fetch(client, before.versions)
    assert last.gone == before.pages.keys() - {"/outbox"}, "what waits is still listed"
    assert last.pages.keys() == {"/outbox"}
    _same_as_shown(client, last)
