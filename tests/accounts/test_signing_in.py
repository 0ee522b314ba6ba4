"""Signing in and out at the pages: what is refused, for how long, and that every refusal is the same."""

import re
import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts import actions, passwords, pausing
from hengli_visits.actor import SYSTEM
from hengli_visits.models import Account, AuditEntry, Device, Member, SignInTry
from tests.accounts.conftest import PASSWORD, GivePassword
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import PageClient, SignIn

WRONG = "一定不是这个密码的"


def enter(client: PageClient, name: str | None, password: str = PASSWORD, **request: str) -> int:
    return client.post("/sign-in", data={"name": name, "password": password}, environ_base=request).status_code


def device_of(client: PageClient) -> str | None:
    with client.session_transaction() as cookie:
        token: str | None = cookie.get("device")
        return token


@pytest.mark.parametrize("shape", ["{}", "+86 {}", "  {}  ", "full"])
def test_sign_in_with_a_phone_as_people_type_it(
    shape: str, cast: Cast, sign_in: SignIn, with_password: GivePassword
) -> None:
    phone = with_password(cast.visitor).phone or ""
    typed = phone.translate({48 + d: 0xFF10 + d for d in range(10)}) if shape == "full" else shape.format(phone)
    client = sign_in(None)
    assert enter(client, typed) == 303
    assert client.get("/me").status_code == 200


def test_sign_in_with_a_staff_number(
    session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword
) -> None:
    cast.visitor.staff_number = "DY-017"
    with_password(cast.visitor)
    assert enter(sign_in(None), "dy-017") == 422
    cast.visitor.staff_number = "DY017"
    session.commit()
    assert enter(sign_in(None), "dy-017") == 303


def test_every_refusal_is_the_same(
    session: Session,
    cast: Cast,
    sign_in: SignIn,
    with_password: GivePassword,
    monkeypatch: pytest.MonkeyPatch,
    standing_clock: Clock,
) -> None:
    for member in (cast.visitor, cast.partner, cast.leader, cast.handler, cast.stranger):
        with_password(member)
    session.get_one(Account, cast.partner.id).disabled_at = clock.now()
    cast.stranger.active = False
    session.get_one(Account, cast.handler.id).initial_expires_at = clock.now()
    session.commit()
    for _ in range(5):
        enter(sign_in(None), cast.leader.phone, WRONG, REMOTE_ADDR="10.9.9.9")
    looked: list[bool] = []
    verify = passwords.verify

    def watched(stored: str | None, password: str) -> bool:
        looked.append(True)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", watched)
    answers = set()
    for name, password in [
        ("13999999999", PASSWORD),
        (cast.visitor.phone, WRONG),
        (cast.partner.phone, PASSWORD),
        (cast.leader.phone, PASSWORD),
        (cast.handler.phone, PASSWORD),
        (cast.stranger.phone, PASSWORD),
        (cast.other_visitor.phone, PASSWORD),
    ]:
        looked.clear()
        client = sign_in(None)
        response = client.post("/sign-in", data={"name": name, "password": password})
        assert len(looked) == 1, "one password is looked at, whatever the reason"
        text = response.get_data(as_text=True).replace(str(name), "NAME")
        answers.add((response.status_code, re.sub(r'value="[^"]*"', "", text)))
        assert device_of(client) is None
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_lockout_of_an_account(
    session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword, standing_clock: Clock
) -> None:
    with_password(cast.visitor)
    inside = sign_in(cast.visitor)
    for _ in range(5):
        assert enter(sign_in(None), cast.visitor.phone, WRONG) == 422
    assert enter(sign_in(None), cast.visitor.phone) == 422, "paused, even with the right password"
    assert inside.get("/me").status_code == 200, "a live session goes on"
    standing_clock.time += timedelta(minutes=14)
    assert enter(sign_in(None), f"+86{cast.visitor.phone}") == 422, "however the number is typed"
    standing_clock.time += timedelta(minutes=1)
    assert enter(sign_in(None), cast.visitor.phone) == 303
    for _ in range(4):
        enter(sign_in(None), cast.visitor.phone, WRONG)
    assert enter(sign_in(None), cast.visitor.phone) == 303, "the right password made the count start anew"


def test_lockout_holds_against_many_at_once(
    app: Flask, cast: Cast, sign_in: SignIn, with_password: GivePassword, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(cast.visitor)
    looked: list[str] = []
    verify = passwords.verify

    def watched(stored: str | None, password: str) -> bool:
        if stored is not None:
            looked.append(password)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", watched)
    clients = [sign_in(None) for _ in range(12)]
    threads = [
        threading.Thread(target=enter, args=(client, cast.visitor.phone, f"{WRONG}{n}"))
        for n, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == pausing.ACCOUNT_LIMIT


def test_lockout_is_ended_by_an_administrator(cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    for _ in range(5):
        enter(sign_in(None), cast.visitor.phone, WRONG)
    administrator = sign_in(cast.administrator)
    assert "暂停中" in administrator.page(f"/accounts/{cast.visitor.id}").text
    assert "叶秀珍" in administrator.page("/accounts?state=paused").text
    administrator.post(f"/accounts/{cast.visitor.id}/unlock")
    assert enter(sign_in(None), cast.visitor.phone) == 303
    assert "叶秀珍" not in administrator.page("/accounts?state=paused").text


def test_lockout_of_an_address_and_of_a_password(cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    client = sign_in(None)
    for n in range(pausing.ADDRESS_LIMIT):
        enter(client, f"1380000{n:04d}", f"{WRONG}{n}", REMOTE_ADDR="10.1.1.1")
    assert enter(client, cast.visitor.phone, REMOTE_ADDR="10.1.1.1") == 422
    for n in range(pausing.PASSWORD_LIMIT):
        enter(client, f"1370000{n:04d}", PASSWORD, REMOTE_ADDR=f"10.2.2.{n}")
    assert enter(client, cast.visitor.phone, REMOTE_ADDR="10.3.3.3") == 422, "one password tried on many accounts"


def test_lockout_rows_are_kept_though_signing_in_failed_and_deleted_in_passing(
    session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword, standing_clock: Clock
) -> None:
    with_password(cast.visitor)
    enter(sign_in(None), cast.visitor.phone, WRONG)
    session.rollback()
    keys = list(session.scalars(select(SignInTry.key)))
    assert len(keys) == 3
    assert not any(str(cast.visitor.phone) in key or WRONG in key for key in keys)
    standing_clock.time += timedelta(hours=25)
    assert enter(sign_in(None), cast.visitor.phone) == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SignInTry)) == 0


def test_initial_password_must_be_changed_and_expires(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    account = session.get_one(Account, cast.visitor.id)
    actions.set_password(session, account, PASSWORD, must_change=True)
    session.commit()
    client = sign_in(None)
    assert enter(client, cast.visitor.phone) == 303
    for address in ("/me", "/accounts", "/nowhere"):
        assert client.get(address).location in ("/password", None)
    assert client.get("/me").location == "/password"
    page = client.page("/password")
    assert "别人为您设的" in page.text
    assert not [href for href, _text in page.links if href == "/me"]
    card = actions.issue_card(session, SYSTEM, cast.visitor.id)
    session.commit()
    assert client.get(f"/cards/{card}").status_code == 200, "who forgot it needs a card"
    same = client.post("/password", data={"current": PASSWORD, "password": PASSWORD})
    assert same.status_code == 422
    assert client.post("/password", data={"current": PASSWORD, "password": "石桥头三只白鹭晒太阳"}).status_code == 303
    assert client.get("/me").status_code == 200
    session.rollback()
    actions.set_password(session, session.get_one(Account, cast.partner.id), PASSWORD, must_change=True)
    session.commit()
    standing_clock.time += timedelta(hours=72)
    assert enter(sign_in(None), cast.partner.phone) == 422


@pytest.mark.usefixtures("own_parameters")
def test_hash_params_are_renewed_at_sign_in(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = session.get_one(Account, cast.visitor.id)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    account.password_hash = weak.hash(PASSWORD)
    session.commit()
    assert enter(sign_in(None), cast.visitor.phone) == 303
    session.rollback()
    session.expire_all()
    assert session.get_one(Account, cast.visitor.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")  # type: ignore[union-attr]


def test_fixation(session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    planted = actions.open_device(session, cast.stranger.id, frozenset())
    session.commit()
    client = sign_in(None)
    with client.session_transaction() as cookie:
        cookie["device"], cookie["left"] = planted, "behind"
    assert enter(client, cast.visitor.phone) == 303
    with client.session_transaction() as cookie:
        assert "left" not in cookie
        assert cookie.permanent
    first = device_of(client)
    assert first not in (None, planted)
    session.rollback()
    ended = session.scalars(select(Device).where(Device.member_id == cast.stranger.id)).one()
    assert ended.ended_at is not None, "who was signed in here before is signed out"
    assert enter(client, cast.visitor.phone) == 303
    assert device_of(client) not in (None, first)


def test_session_ends_with_signing_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    token = device_of(client)
    response = client.post("/sign-out")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    replayed = sign_in(None)
    with replayed.session_transaction() as cookie:
        cookie["device"] = token
    assert replayed.get("/me").status_code == 302


def test_what_was_typed_is_kept_but_the_password(cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(None).post("/sign-in", data={"name": "13900001111", "password": WRONG})
    assert "13900001111" in response.get_data(as_text=True)
    assert WRONG not in response.get_data(as_text=True)
    empty = sign_in(None).post("/sign-in", data={})
    assert empty.status_code == 422
    assert "请输入您的手机号或编号" in empty.get_data(as_text=True)


def test_sign_in_is_audited(session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    enter(sign_in(None), cast.visitor.phone, WRONG)
    enter(sign_in(None), cast.visitor.phone)
    session.rollback()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.sign_in").order_by(AuditEntry.id))
    assert [(e.result, e.actor_id, e.object_id, e.address) for e in entries] == [
        ("refused", None, str(cast.visitor.id), "127.0.0.1"),
        ("done", cast.visitor.id, str(cast.visitor.id), "127.0.0.1"),
    ]


def test_a_card_signs_in_and_is_then_spent(session: Session, cast: Cast, sign_in: SignIn, app: Flask) -> None:
    token = actions.issue_card(session, SYSTEM, cast.visitor.id)
    session.commit()
    client = sign_in(None)
    page = client.page(f"/cards/{token}")
    assert "叶*" in page.text
    assert "秀珍" not in page.html
    assert str(cast.visitor.phone) not in page.html
    client.page(f"/cards/{token}")
    assert client.post(f"/cards/{token}", data={"password": "短"}).status_code == 422
    assert client.post(f"/cards/{token}", data={"password": PASSWORD}).status_code == 303
    assert client.get("/me").status_code == 200
    for again in (client.get(f"/cards/{token}"), client.post(f"/cards/{token}", data={"password": PASSWORD})):
        assert again.status_code == 410
    assert client.get("/cards/unknown").status_code == 410
    assert enter(sign_in(None), cast.visitor.phone) == 303
    assert isinstance(cast.visitor, Member)
