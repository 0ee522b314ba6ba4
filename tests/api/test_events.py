"""Events for other systems: what leaves, to whom, and in which form."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.api import actions
from hengli_visits.config import Outgoing
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.models import ApiScope, ApiToken, Area, Channel, ChannelKind, Delivery, Issue, Visit
from hengli_visits.notices.parcels import Note, Parcel, webhook_sign, write
from tests.api.making import HOOK, USUAL, make_key
from tests.cast import Cast
from tests.issues.making import actor_for, make_issue, open_one
from tests.notices.making import all_of, listed, route
from tests.visits.making import content, put

BOTH = ("issue.moved", "visit.saved")


def _hook(session: Session, cast: Cast, area: Area | None = None, events: tuple[str, ...] = BOTH) -> Channel:
    token, _key = make_key(session, cast, area=area)
    hook = actions.add_hook(session, actor_for(session, cast.administrator), token, HOOK, "s", events, Outgoing())
    session.commit()
    return hook


def _put_on_the_way(session: Session) -> list[Delivery]:
    session.commit()
    all_of(session, actions.put_events_on_the_way(session, clock.now()))
    return listed(session)


def test_ids_and_states_and_nothing_else(session: Session, cast: Cast) -> None:
    hook = _hook(session, cast)
    hook.told_until = clock.now().replace(year=2025)
    put(session, cast.visitor, cast.assignment, content())
    issue = open_one(session, cast)
    found = {one.title: json.loads(one.body) for one in _put_on_the_way(session)}
    visit = session.scalars(select(Visit)).one()
    assert set(found) == set(BOTH)
    assert found["visit.saved"].pop("at").endswith("Z")
    assert found["issue.moved"].pop("at").endswith("Z")
    assert found["visit.saved"] == {
        "visit_id": str(visit.uuid), "assignment_id": cast.assignment.id, "campaign_id": cast.campaign.id,
        "area_id": cast.village.id, "outcome": "met", "revision": 1,
    }  # fmt: skip
    assert found["issue.moved"] == {
        "issue_id": issue.id, "campaign_id": cast.campaign.id, "area_id": cast.village.id, "from": None,
        "to": "triage", "round": 1,
    }  # fmt: skip


def test_told_once(session: Session, cast: Cast) -> None:
    _hook(session, cast).told_until = clock.now().replace(year=2025)
    open_one(session, cast)
    first = len(_put_on_the_way(session))
    assert first == len(_put_on_the_way(session)) == 1


def test_another_part_of_the_town_is_not_told_of(session: Session, cast: Cast) -> None:
    _hook(session, cast, area=cast.other_village).told_until = clock.now().replace(year=2025)
    put(session, cast.visitor, cast.assignment, content())
    open_one(session, cast)
    assert _put_on_the_way(session) == []
    other = open_one(session, cast, cast.other_assignment)
    assert [json.loads(one.body)["issue_id"] for one in _put_on_the_way(session)] == [other.id]


def test_issues_about_somebody_are_not_told_of(session: Session, cast: Cast) -> None:
    _hook(session, cast).told_until = clock.now().replace(year=2025)
    issue = open_one(session, cast)
    session.get_one(Issue, issue.id).about_unit_id = cast.unit.id
    assert _put_on_the_way(session) == []


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_a_key_that_works_no_more_is_told_nothing(session: Session, cast: Cast, end: str) -> None:
    hook = _hook(session, cast)
    hook.told_until = clock.now().replace(year=2025)
    setattr(session.get_one(ApiToken, hook.token_id), end, clock.now())
    open_one(session, cast)
    assert _put_on_the_way(session) == []


def test_notices_of_people_do_not_go_there(session: Session, cast: Cast) -> None:
    _hook(session, cast).told_until = clock.now().replace(year=2025)
    make_issue(session, cast)
    assert route(session) == []


def test_what_is_sent_is_signed(session: Session, cast: Cast) -> None:
    hook = _hook(session, cast)
    hook.told_until = clock.now().replace(year=2025)
    open_one(session, cast)
    (delivery,) = _put_on_the_way(session)
    note = Note(f"{hook.id}:{delivery.key}", delivery.title, delivery.body)
    letter = write(Parcel(ChannelKind.WEBHOOK, hook.address, "s", (note,), clock.now()))
    assert json.loads(letter.body)["event"] == "issue.moved"
    assert json.loads(letter.body)["to"] == "triage"
    assert letter.headers["Idempotency-Key"] == note.key
    seconds = int(letter.headers["X-Visits-Timestamp"])
    assert letter.headers["X-Visits-Signature"] == webhook_sign("s", seconds, letter.body)


def test_addresses_and_events_that_are_refused(session: Session, cast: Cast) -> None:
    actor = actor_for(session, cast.administrator)
    token, _key = make_key(session, cast, (ApiScope.VISITS,))
    for address, events in (
        ("https://127.0.0.1/x", ("visit.saved",)),
        ("http://data.example.com/x", ("visit.saved",)),
        (HOOK, ("issue.moved",)),
        (HOOK, ("visit.deleted",)),
        (HOOK, ()),
    ):
        with pytest.raises(Invalid):
            actions.add_hook(session, actor, token, address, "", events, Outgoing())
    actions.add_hook(session, actor, token, HOOK, "", ("visit.saved",), Outgoing())
    with pytest.raises(Invalid):
        actions.add_hook(session, actor, token, HOOK, "", ("visit.saved",), Outgoing())
    actions.revoke(session, actor, token)
    session.refresh(token)
    with pytest.raises(Conflict):
        actions.add_hook(session, actor, token, f"{HOOK}/2", "", ("visit.saved",), Outgoing())
    assert ApiScope.VISITS in USUAL
