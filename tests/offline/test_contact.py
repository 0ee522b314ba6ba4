"""/contact: who is signed in here, a token for what is sent next, and what the phone says of its outbox."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.rules import REST
from hengli_visits.models import Account, Device, Member
from hengli_visits.offline.versions import build
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import PageClient, SignIn

DAY = timedelta(days=1)


def ask(client: PageClient, told: Any = None) -> tuple[int, Any]:
    response = client.post("/contact", json={} if told is None else told)
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.get_json()


def noted(session: Session, member: Member) -> tuple[Any, ...]:
    session.rollback()
    query = select(Device.unsent, Device.oldest_unsent_at, Device.told_at).where(Device.member_id == member.id)
    return tuple(session.execute(query).one())


def test_tells_who_is_signed_in(session: Session, cast: Cast, sign_in: SignIn) -> None:
    status, answer = ask(sign_in(cast.visitor))
    token = answer.pop("token")
    assert (status, answer) == (200, {"app": "hengli-visits", "member": cast.visitor.id, "build": build()})
    assert len(token) > 40
    assert noted(session, cast.visitor) == (None, None, None)


def test_the_token_opens_what_is_sent_next(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_app.config, "WTF_CSRF_ENABLED", True)
    client = sign_in(cast.visitor)
    assert client.post("/pack", json={}).status_code == 400
    headers = {"X-CSRFToken": ask(client)[1]["token"]}
    assert client.post("/pack", json={}, headers=headers).status_code == 200


def test_a_foreign_page_learns_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/contact", json={"unsent": 9}, headers=headers).status_code == 403
    assert noted(session, cast.visitor) == (None, None, None)


def test_notes_what_waits(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, now = sign_in(cast.visitor), clock.now()
    ask(client, {"unsent": 3, "oldest": (now - 2 * DAY).isoformat()})
    assert noted(session, cast.visitor) == (3, now - 2 * DAY, now)
    ask(client, {"unsent": 2, "oldest": (now + 5 * DAY).isoformat()})
    assert noted(session, cast.visitor) == (2, now, now), "no later than now, whatever the phone's clock says"
    ask(client, {"unsent": 1})
    assert noted(session, cast.visitor) == (1, None, now)
    ask(client, {"unsent": 0, "oldest": now.isoformat()})
    assert noted(session, cast.visitor) == (0, None, now)


def test_each_phone_tells_for_itself(session: Session, cast: Cast, sign_in: SignIn) -> None:
    first, second = sign_in(cast.visitor), sign_in(cast.visitor)
    ask(first, {"unsent": 4})
    ask(second, {"unsent": 0})
    session.rollback()
    assert set(session.scalars(select(Device.unsent))) == {4, 0}


@pytest.mark.parametrize("unsent", [None, True, -1, 100_001, 2**63, 1.5, "3", [], {}, "\ud800"])
def test_nonsense_is_ignored(unsent: Any, session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, now = sign_in(cast.visitor), clock.now()
    ask(client, {"unsent": 2, "oldest": (now - DAY).isoformat()})
    assert ask(client, {"unsent": unsent, "oldest": "x"})[0] == 200
    assert noted(session, cast.visitor) == (2, now - DAY, now)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b"\xff", b"[" * 2000])
def test_a_body_that_is_none_is_a_mere_question(body: bytes, session: Session, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.visitor).post("/contact", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["member"]) == (200, cast.visitor.id)
    assert noted(session, cast.visitor) == (None, None, None)


def test_long_bodies_are_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.visitor).post("/contact", json={"x": "y" * 5000}).status_code == 413


def test_it_counts_as_a_sign_of_life(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    client = sign_in(cast.visitor)
    standing_clock.time += DAY
    ask(client)
    session.rollback()
    assert session.scalar(select(Device.last_seen_at)) == clock.now()


def test_who_never_signed_in_is_not_ended(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(None)
    expected = (401, {"app": "hengli-visits", "ended": False, "build": build()})
    assert ask(client) == expected
    with client.session_transaction() as cookie:
        cookie["device"] = uuid4().hex
    assert ask(client) == expected


def test_a_device_that_lapsed_may_stay_readable(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    client = sign_in(cast.visitor)
    standing_clock.time += max(REST.values())
    assert ask(client)[1]["ended"] is False
    client = sign_in(cast.visitor)
    session.execute(update(Device).values(expires_at=clock.now()))
    session.commit()
    assert ask(client)[0] == 401
    assert ask(client)[1]["ended"] is False


def test_a_device_that_was_signed_out_is_ended(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    session.execute(update(Device).values(ended_at=clock.now()))
    session.commit()
    assert (ask(client)[0], ask(client, {"unsent": 3})[1]["ended"]) == (401, True)
    assert noted(session, cast.visitor) == (None, None, None)


@pytest.mark.parametrize("model", [Account, Member])
def test_an_account_that_was_closed_is_ended(
    model: type[Account | Member], session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.visitor)
    closed = (
        update(Account).values(disabled_at=clock.now()) if model is Account else update(Member).values(active=False)
    )
    session.execute(closed)
    session.commit()
    status, answer = ask(client)
    assert (status, answer["ended"]) == (401, True)
    assert "token" not in answer
    assert "member" not in answer


def test_who_has_to_change_the_password_first(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    session.execute(update(Account).values(must_change=True))
    session.commit()
    assert client.post("/contact", json={}).status_code == 302
