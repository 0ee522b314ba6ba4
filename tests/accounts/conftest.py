"""What the tests of accounts share: passwords, requests from elsewhere, an app with production's cookies."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import create_app
from hengli_visits.accounts import passwords
from hengli_visits.accounts.actions import set_password
from hengli_visits.config import Config
from hengli_visits.extensions import db
from hengli_visits.models import Account, Member, Role
from tests.factories import grant, make_member
from tests.pages import PageClient

PASSWORD = "荔枝树下 三盏 凉茶"

GivePassword = Callable[[Member], Member]


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP_DUMMY = CHEAP.hash("nobody has this password")


@pytest.fixture
def own_parameters() -> None:
    """Asked for by a test that wants passwords hashed with the parameters that the app has."""


@pytest.fixture(autouse=True)
def cheap_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; where the parameters are not what is tested, the same algorithm has cheap ones."""
    if "own_parameters" not in request.fixturenames:
        monkeypatch.setattr(passwords, "HASHER", CHEAP)
        monkeypatch.setattr(passwords, "DUMMY", CHEAP_DUMMY)


@pytest.fixture
def with_password(session: Session) -> GivePassword:
    """Gives a member the password PASSWORD and commits."""

    def give(member: Member) -> Member:
        set_password(session, session.get_one(Account, member.id), PASSWORD)
        session.commit()
        return member

    return give


@pytest.fixture
def production(sqlite_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An app as it runs behind TLS: secure cookies, CSRF tokens, one public address; its database holds nothing."""
    shutil.copy(sqlite_app.config["VISITS"].instance / "empty.db", tmp_path / "app.db")
    app = create_app(
        Config(
            secret_key="p" * 32,
            database_url=f"sqlite:///{tmp_path / 'app.db'}",
            instance=tmp_path,
            public_url="https://visits.example.cn",
            proxies=0,
            secure_cookies=True,
        )
    )
    app.test_client_class = PageClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def coordinator(production: Flask) -> Member:
    """A coordinator of the production app with the password PASSWORD."""
    with Session(db.engine, expire_on_commit=False) as session:
        member = make_member(session, "统建文")
        grant(session, member, Role.COORDINATOR)
        set_password(session, session.get_one(Account, member.id), PASSWORD)
        session.commit()
    return member
