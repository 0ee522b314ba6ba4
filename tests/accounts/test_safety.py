"""What every answer carries, what is refused at the gate, and where secrets must not get."""

import importlib.util
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from gunicorn.config import Config as ServerConfig  # type: ignore[import-untyped]
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits.extensions import db
from hengli_visits.models import Member
from tests.accounts.conftest import PASSWORD, GivePassword
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_member
from tests.pages import PageClient, SignIn

BASE = "https://visits.example.cn"
ROOT = Path(__file__).parents[2]
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"


def token_of(html: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found.group(1)


def test_headers_of_every_answer(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    for response in (client.get("/me", base_url="https://localhost"), client.get("/nowhere"), sign_in(None).get("/me")):
        policy = response.headers["Content-Security-Policy"]
        for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Request-Id"]
    assert sign_in(None).get("/sign-in", base_url="https://localhost").headers["Strict-Transport-Security"] == (
        "max-age=31536000"
    )
    assert "Strict-Transport-Security" not in client.get("/me").headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_headers_of_a_foreign_page_are_refused(headers: dict[str, str], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    wanted = {"text_size": "xl", "language": "zh_CN"}
    assert client.post("/me/preferences", data=wanted, headers=headers).status_code == 403
    assert client.get("/me", headers=headers).status_code == 200
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/me/preferences", data=wanted, headers=own).status_code == 303


def test_a_form_needs_its_token(cast: Cast, sign_in: SignIn, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = sign_in(cast.visitor)
    wanted = {"text_size": "l", "language": "zh_CN"}
    assert client.post("/me/preferences", data=wanted).status_code == 400
    token = token_of(client.page("/me").html)
    assert client.post("/me/preferences", data={**wanted, "csrf_token": token}).status_code == 303
    stranger = sign_in(cast.partner)
    stranger.get("/me")
    assert stranger.post("/me/preferences", data={**wanted, "csrf_token": token}).status_code == 400


def enter_production(app: Flask, member: Member) -> tuple[PageClient, TestResponse]:
    client = app.test_client()
    assert isinstance(client, PageClient)
    token = token_of(client.get("/sign-in", base_url=BASE).get_data(as_text=True))
    response = client.post(
        "/sign-in",
        base_url=BASE,
        headers={"Referer": f"{BASE}/sign-in", "Origin": BASE},
        data={"name": member.phone, "password": PASSWORD, "csrf_token": token},
    )
    return client, response


def test_cookie_flags(production: Flask, coordinator: Member) -> None:
    _, response = enter_production(production, coordinator)
    assert response.status_code == 303
    name, _, flags = response.headers["Set-Cookie"].partition("=")
    parts = {part.strip() for part in flags.split(";")}
    assert name == "__Host-visits"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert any(part.startswith("Expires") for part in parts), "kept when the browser is closed"


def test_links_never_follow_the_host_header(production: Flask, coordinator: Member) -> None:
    client, _ = enter_production(production, coordinator)
    token = token_of(client.get("/me", base_url=BASE).get_data(as_text=True))
    with Session(db.engine) as session:
        member_id = make_member(session, "叶秀珍").id
        session.commit()
    response = client.post(
        f"/members/{member_id}/cards",
        base_url=BASE,
        headers={"Referer": f"{BASE}/me", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
        data={"csrf_token": token, "back": "//evil.example"},
    )
    text = response.get_data(as_text=True)
    assert 'value="https://visits.example.cn/cards/' in text
    assert "evil.example" not in text


def test_no_link_of_a_card_gets_into_the_log() -> None:
    spec = importlib.util.spec_from_file_location("gunicorn_conf", ROOT / "gunicorn.conf.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    logger = module.PrivateLogger(ServerConfig())
    for path in ("/cards/AbC-123_xyz", "/cards/" + "x" * 43, "/cards/x,y;z", "/cards/a/b", "/r/a,b", "/r/" + "x" * 43):
        environ = {"REQUEST_METHOD": "GET", "RAW_URI": path, "PATH_INFO": path, "SERVER_PROTOCOL": "HTTP/1.1"}
        answer = SimpleNamespace(status="200 OK", sent=1, headers=[])
        asked = SimpleNamespace(headers=[])
        atoms: dict[str, Any] = logger.atoms(answer, asked, environ, timedelta(milliseconds=3))
        assert module.access_log_format % logger.atoms_wrapper_class(atoms) != ""
        assert path.removeprefix("/cards/").removeprefix(
            "/r/"
        ) not in module.access_log_format % logger.atoms_wrapper_class(atoms)


@pytest.mark.parametrize(
    ("person", "rest", "life"),
    [
        ("visitor", timedelta(days=30), timedelta(days=90)),
        ("leader", timedelta(days=30), timedelta(days=90)),
        ("handler", timedelta(minutes=30), timedelta(hours=12)),
        ("coordinator", timedelta(minutes=30), timedelta(hours=12)),
        ("administrator", timedelta(minutes=15), timedelta(hours=12)),
    ],
)
def test_session_timeout(
    person: str, rest: timedelta, life: timedelta, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    begin = standing_clock.time
    client = sign_in(getattr(cast, person))
    step = rest - timedelta(seconds=61)
    while standing_clock.time + step < begin + life:
        standing_clock.time += step
        assert client.get("/me").status_code == 200, "each use lets it live on"
    standing_clock.time = begin + life
    assert client.get("/me").status_code == 302, "at most"
    rested = sign_in(getattr(cast, person))
    standing_clock.time += rest
    assert rested.get("/me").status_code == 302, "rested too long"


@pytest.mark.parametrize(
    ("target", "onward"),
    [
        ("/accounts?q=a", "/accounts?q=a"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("evil", "/"),
        ("", "/"),
    ],
)
def test_open_redirect_is_refused(
    target: str, onward: str, cast: Cast, sign_in: SignIn, with_password: GivePassword
) -> None:
    with_password(cast.visitor)
    client = sign_in(None)
    response = client.post(
        "/sign-in", query_string={"next": target}, data={"name": cast.visitor.phone, "password": PASSWORD}
    )
    assert (response.status_code, response.location) == (303, onward)
    assert client.get("/sign-in", query_string={"next": target}).location == onward
