"""Making keys: what they may be, shown once, and the pages about them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import hash_token
from hengli_visits.api import actions
from hengli_visits.api.rules import FURTHER, Wishes
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import ApiScope, ApiToken, AuditEntry, Role
from tests.api.making import get, make_key
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant
from tests.issues.making import actor_for
from tests.pages import SignIn


def _wishes() -> Wishes:
    return Wishes("平台", "", (ApiScope.VISITS,), None, clock.today())


def test_made_once_and_only_its_hash_is_kept(session: Session, cast: Cast) -> None:
    token, key = make_key(session, cast)
    session.expire_all()
    row = session.scalars(select(ApiToken)).one()
    assert row.token_hash == hash_token(key)
    kept = [str(getattr(row, column.key)) for column in ApiToken.__table__.columns]
    assert not [value for value in kept if key in value]
    assert key.startswith(row.prefix)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "api_key.make")).one()
    assert entry.object_id == str(token.id)
    assert key not in str(entry.data)


def test_what_a_key_may_be(session: Session, cast: Cast) -> None:
    actor, today = actor_for(session, cast.administrator), clock.today()
    both = replace(actor, roles=actor.roles | {Role.COORDINATOR})
    for field, wishes in (
        ("until", replace(_wishes(), until=today - timedelta(days=1))),
        ("until", replace(_wishes(), until=today + timedelta(days=366))),
        ("scopes", replace(_wishes(), scopes=(ApiScope.WORDS, ApiScope.RESIDENTS), purpose="x")),
        ("purpose", replace(_wishes(), scopes=(ApiScope.VISITS, ApiScope.RESIDENTS))),
        ("area", replace(_wishes(), area_id=10**6)),
    ):
        with pytest.raises(Invalid) as caught:
            actions.make(session, both, wishes)
        assert caught.value.field == field
    with pytest.raises(Missing):
        actions.make(session, actor_for(session, cast.coordinator), _wishes())
    token, _key = actions.make(session, actor, _wishes())
    assert token.expires_at == clock.from_town(token.expires_at)
    assert clock.town_time(token.expires_at).date() == today + timedelta(days=1)


@pytest.mark.parametrize("scope", FURTHER)
def test_an_administrator_alone_opens_no_residents(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, scope: ApiScope
) -> None:
    actor = actor_for(session, cast.administrator)
    wishes = replace(_wishes(), scopes=(ApiScope.VISITS, scope), purpose="汇总")
    with pytest.raises(Invalid) as caught:
        actions.make(session, actor, wishes)
    assert caught.value.field == "scopes"
    client = sign_in(cast.administrator)
    page = client.page("/keys/new")
    assert re.search(rf'value="{scope.value}"[^>]*disabled|disabled[^>]*value="{scope.value}"', page.html)
    assert "同时是统筹员" in page.text
    until = clock.today().isoformat()
    data = {"name": "平台", "scopes": ["visits", scope.value], "purpose": "汇总", "area": "", "until": until}
    assert client.post("/keys/new", data=data).status_code == 422
    session.rollback()
    assert session.scalars(select(ApiToken)).all() == []
    grant(session, cast.administrator, Role.COORDINATOR)
    session.commit()
    again = sign_in(cast.administrator)
    assert "disabled" not in again.page("/keys/new").html.partition('id="scopes"')[2].partition("</fieldset>")[0]
    assert again.post("/keys/new", data=data).status_code == 200


def test_revoked_once(session: Session, cast: Cast) -> None:
    actor = actor_for(session, cast.administrator)
    token, _key = make_key(session, cast)
    actions.revoke(session, actor, token)
    with pytest.raises(Conflict):
        actions.revoke(session, actor, token)


def test_the_page_shows_it_once(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    until = (clock.today() + timedelta(days=9)).isoformat()
    data = {"name": "镇数据平台", "scopes": ["campaigns"], "area": str(cast.village.id), "until": until}
    page = client.post("/keys/new", data=data).get_data(as_text=True)
    key = page.partition('value="hlzf_')[2].partition('"')[0]
    session.rollback()
    token = session.scalars(select(ApiToken)).one()
    assert get(app, "campaigns", f"hlzf_{key}").status_code == 200
    for path in ("/keys", f"/keys/{token.id}"):
        text = client.get(path).get_data(as_text=True)
        assert key not in text
        assert token.prefix in text
        assert "活动" in text
        assert f"{int(until[5:7])}月{int(until[8:])}日" in text
        assert cast.village.name in text


def test_what_was_entered_is_kept(session: Session, cast: Cast, sign_in: SignIn) -> None:
    data = {"name": "镇数据平台", "scopes": ["visits", "residents"], "area": "", "until": clock.today().isoformat()}
    grant(session, cast.administrator, Role.COORDINATOR)
    session.commit()
    answer = sign_in(cast.administrator).post("/keys/new", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请写明用途" in text
    assert 'value="镇数据平台"' in text


def test_the_list_asks_no_more_for_more_keys(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    numbers = []
    for more in (1, 2):
        for _ in range(more):
            make_key(session, cast, area=cast.village)
        with counted_queries() as statements:
            assert client.get("/keys").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_the_guide_tells_every_field(session: Session, cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.administrator).get("/keys/guide").get_data(as_text=True)
    assert "http://localhost/api/v1/" in text
    assert "issue.moved" in text
    document = sign_in(None).get("/api/v1/openapi.json").get_json()
    for name, schema in document["components"]["schemas"].items():
        if name != "problem":
            assert not [field for field in schema["properties"] if f"<code>{field}</code>" not in text]
