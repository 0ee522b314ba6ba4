"""What a later pack brings: what changed, nothing else, and never a changed page in the same version."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import give, note_absence, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Account,
    Area,
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
from hengli_visits.orm import Base
from hengli_visits.visits.actions import void_visit
from hengli_visits.visits.pictures import opened_album
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant, join, make_assignment, make_campaign, make_category, make_group, make_household
from tests.issues.making import step, tell
from tests.offline.packing import (
    Round,
    another_round,
    build_round,
    door,
    edit_page,
    fetch,
    lists,
    missed,
    own_pages,
    same_as_shown,
    take_photo,
    visit_page,
    with_much,
)
from tests.pages import SignIn
from tests.visits.making import content, put, said

PROPOSED = re.compile(r'(<input[^>]*type="datetime-local"[^>]* value=")[^"]*"|\d+月\d+日 \d\d:\d\d(?= · 入户)')
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


def _leave(session: Session, cast: Cast, built: Round) -> None:
    note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today())


DELTAS: dict[str, tuple[Change, Callable[[Cast, Round], set[str]]]] = {
    "partner": (
        _partner_visits,
        lambda cast, built: lists(cast.campaign) | door(cast.assignment),
    ),
    "reassigned": (
        _reassign,
        lambda cast, built: lists(cast.campaign) | door(cast.second_assignment) | _doorstep(cast),
    ),
    "issue": (_issue_moves, lambda cast, built: door(cast.assignment) | visit_page(built) | edit_page(built)),
    "address": (
        _address,
        lambda cast, built: lists(cast.campaign) | door(cast.assignment) | visit_page(built) | edit_page(built),
    ),
    "text size": (_text_size, own_pages),
    "leave": (_leave, lambda cast, built: lists(cast.campaign)),
}


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
        take_photo(session, cast, built, album)
        session.commit()


def _expected_today(session: Session, cast: Cast, built: Round) -> None:
    when = cast.campaign.created_at + timedelta(hours=6)
    put(session, cast.partner, cast.second_assignment, content(Outcome.APPOINTED, appointment_at=when))


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
    "another round": another_round,
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


@pytest.mark.parametrize("name", CHANGES)
def test_no_change_is_missed(name: str, session: Session, cast: Cast, sign_in: SignIn) -> None:
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    CHANGES[name](session, cast, built)
    session.commit()
    assert missed(client, before) == set()


def test_each_round_names_the_other(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "暖冬")
    team = make_group(session, other, "暖冬组")
    join(session, team, cast.visitor)
    make_assignment(session, other, make_household(session, cast.village), team, (cast.visitor,))
    session.commit()
    client = sign_in(cast.visitor)
    before = fetch(client)
    _values(session, Campaign, cast.campaign.id, name="三千")
    session.commit()
    assert missed(client, before) == set()


@pytest.mark.parametrize("later", [timedelta(minutes=40), timedelta(hours=7), timedelta(days=1), timedelta(days=6)])
def test_time_passes_and_nothing_is_missed(
    later: timedelta, session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    """But for the time that a new form proposes: the script sets it when the form is opened."""
    with_much(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    standing_clock.time += later
    after = fetch(client)
    for url in before.pages.keys() & after.pages.keys():
        shown = [PROPOSED.sub("", one.shown[url]) for one in (before, after)]
        assert shown[0] == shown[1] or before.versions[url] != after.versions[url], url


def test_revoke_on_reassign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """What is no longer theirs leaves the phone: the household, its visits, its revisits, the lists that named it."""
    built = build_round(session, cast)
    client = sign_in(cast.visitor)
    before = fetch(client)
    leader = actor_of(session, cast.leader.id)
    give(session, leader, [cast.assignment.id], [cast.partner.id, cast.team_leader.id])
    session.commit()
    delta = fetch(client, before.versions)
    assert delta.gone == door(cast.assignment) | visit_page(built) | edit_page(built)
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
    same_as_shown(client, last)
