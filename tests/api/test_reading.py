"""What a key opens and what it does not, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.api.actions import revoke
from hengli_visits.api.rules import PER_MINUTE
from hengli_visits.models import ApiScope, ApiToken, AuditEntry, Feedback, Issue
from tests.api.making import USUAL, get, items, make_key
from tests.cast import Cast
from tests.counting import counted_queries
from tests.issues.making import actor_for, open_one
from tests.visits.making import content, put, said

LISTS = ("campaigns", "assignments", "visits", "feedback", "issues")
PRIVATE = ("钟林锡", "黎桂兰", "排水渠", "杂物", "叶秀珍")
"""Residents, what they said, and who visited them."""


def _visited(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=[said()]))
    put(session, cast.other_visitor, cast.other_assignment, content(feedback=[said()]))
    session.commit()


def _audited(session: Session) -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "api_key.residents")))


def test_nothing_without_a_key(app: Flask, session: Session, cast: Cast) -> None:
    token, key = make_key(session, cast)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert {rule.endpoint for rule in rules} == {"api.openapi", "api.figures", "api.listed", "api.item"}
    bodies = set[str]()
    for path in ("figures", *LISTS, *(f"{name}/1" for name in LISTS)):
        for wrong in (None, "", "hlzf_x", key + "x", "x" * 5000):
            answer = get(app, path, wrong)
            assert answer.status_code == 401, path
            assert answer.mimetype == "application/problem+json"
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            bodies.add(answer.get_json()["detail"])
    revoke(session, actor_for(session, cast.administrator), token)
    session.commit()
    bodies.add(get(app, "visits", key).get_json()["detail"])
    assert len(bodies) == 1
    assert get(app, "visits", key).status_code == 401


def test_an_expired_key_is_none(app: Flask, session: Session, cast: Cast) -> None:
    _token, key = make_key(session, cast)
    assert get(app, "visits", key).status_code == 200
    later = clock.now() + timedelta(days=367)
    clock.set_source(lambda: later)
    assert get(app, "visits", key).status_code == 401


def test_a_cookie_opens_nothing_and_none_is_set(app: Flask, session: Session, cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).get("/api/v1/visits")
    assert answer.status_code == 401
    _token, key = make_key(session, cast)
    answer = get(app, "visits", key)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading(sqlite_app: Flask, method: str) -> None:
    answer = get(sqlite_app, "visits", None, method=method)
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_missing_scope_is_told(app: Flask, session: Session, cast: Cast) -> None:
    for scope in USUAL:
        _token, key = make_key(session, cast, (scope,))
        for name in (*LISTS, "figures"):
            wanted = 200 if name == scope.value else 403
            path = f"figures?campaign={cast.campaign.id}" if name == "figures" else name
            answer = get(app, path, key)
            assert answer.status_code == wanted, (scope, name)
            if wanted == 403:
                assert name in answer.get_json()["detail"]


def test_another_part_of_the_town_is_not_there(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    _whole, every = make_key(session, cast)
    _part, key = make_key(session, cast, area=cast.village)
    for name in LISTS[1:]:
        own = items(app, name, key)
        assert {one["area_id"] for one in own} == {cast.village.id}, name
        for one in items(app, name, every):
            wanted = 200 if one["area_id"] == cast.village.id else 404
            assert get(app, f"{name}/{one['id']}", key).status_code == wanted, name
        assert get(app, f"{name}?area={cast.other_village.id}", key).status_code == 404
        assert get(app, f"{name}?area={cast.other_village.id}", every).status_code == 200
    other = get(app, f"figures?campaign={cast.campaign.id}&area={cast.other_village.id}", key)
    assert other.status_code == 404
    figures = get(app, f"figures?campaign={cast.campaign.id}", key).get_json()
    assert [row["area"] for row in figures["villages"]] == [cast.village.name]
    assert figures["coverage"]["total"] == 3
    assert (figures["area_id"], figures["visited_in_period"]) == (cast.village.id, None)
    today = clock.today()
    told = get(app, f"figures?campaign={cast.campaign.id}&from={today}&to={today}", key).get_json()
    assert told["coverage"] == figures["coverage"]
    assert told["visited_in_period"] == figures["coverage"]["visited"]
    later = get(app, f"figures?campaign={cast.campaign.id}&from={today + timedelta(days=1)}", key).get_json()
    assert (later["coverage"], later["visited_in_period"]) == (figures["coverage"], 0)


def test_nothing_of_a_person_without_its_scope(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    _token, key = make_key(session, cast)
    for name in LISTS:
        text = get(app, name, key).get_data(as_text=True)
        assert items(app, name, key)
        assert not [word for word in PRIVATE if word in text], name
        assert "household_name" not in text
    assert not _audited(session)


def test_words_and_residents_with_their_scopes(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    _token, words = make_key(session, cast, (*USUAL, ApiScope.WORDS))
    assert "排水渠" in get(app, "feedback", words).get_data(as_text=True)
    assert "钟林锡" not in get(app, "assignments", words).get_data(as_text=True)
    assert not _audited(session)
    token, key = make_key(session, cast, (*USUAL, ApiScope.RESIDENTS))
    found = items(app, "assignments", key)
    assert "钟林锡" in [one["household_name"] for one in found]
    assert {one["household_name"] for one in items(app, "issues", key)} == {None}, "released issues alone"
    assert get(app, "visits", key).status_code == 200
    noted = [(one.object_id, one.data["what"], one.data["rows"]) for one in _audited(session)]
    assert sorted(noted) == [(str(token.id), "assignments", len(found)), (str(token.id), "issues", 2)]
    issue = session.scalars(select(Issue).where(Issue.area_id == cast.village.id)).one()
    issue.identity_released = True
    session.commit()
    assert get(app, f"issues/{issue.id}", key).get_json()["household_name"] == "钟林锡"


def test_issues_about_somebody_stay_inside(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    about = session.scalars(select(Issue).where(Issue.area_id == cast.village.id)).one()
    about.about_member_id = cast.leader.id
    session.commit()
    saying = session.scalars(select(Feedback.uuid).where(Feedback.issue_id == about.id)).one()
    _token, key = make_key(session, cast, (*USUAL, ApiScope.WORDS, ApiScope.RESIDENTS))
    assert about.id not in [one["id"] for one in items(app, "issues", key)]
    assert get(app, f"issues/{about.id}", key).status_code == 404
    assert str(saying) not in get(app, "feedback", key).get_data(as_text=True)
    assert get(app, f"feedback/{saying}", key).status_code == 404


def test_pages_are_stable_and_cursors_are_ours(app: Flask, session: Session, cast: Cast) -> None:
    _token, key = make_key(session, cast)
    _other, foreign = make_key(session, cast)
    first = [open_one(session, cast).id for _ in range(5)]
    session.commit()
    found, path, pages = [], "issues?limit=2", 0
    while path:
        answer = get(app, path, key)
        found += [one["id"] for one in answer.get_json()["items"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</api/v1/")
        pages += 1
        if path:
            assert link.endswith('; rel="next"')
            assert get(app, path, foreign).status_code == 404, "another key's cursor"
            assert get(app, path.replace("issues", "visits"), key).status_code == 404
            assert get(app, f"{path}&campaign={cast.campaign.id}", key).status_code == 404
        if pages == 1:
            first.append(open_one(session, cast).id)
            session.commit()
    assert found == first
    assert pages == 3


def test_since_finds_what_changed(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    _token, key = make_key(session, cast)
    later = clock.now() + timedelta(hours=1)
    clock.set_source(lambda: later)
    since = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {name: items(app, f"{name}?since={since}", key) for name in LISTS} == {name: [] for name in LISTS}
    put(session, cast.visitor, cast.second_assignment, content(feedback=[said()]))
    session.commit()
    counts = {name: len(items(app, f"{name}?since={since}", key)) for name in LISTS}
    assert counts == {"campaigns": 0, "assignments": 1, "visits": 1, "feedback": 1, "issues": 1}


def test_what_did_not_change_is_not_sent_again(app: Flask, session: Session, cast: Cast) -> None:
    _visited(session, cast)
    _token, key = make_key(session, cast)
    one = session.scalars(select(Issue.id)).first()
    session.rollback()
    tag = ""
    for path in (f"issues/{one}", "openapi.json", "issues"):
        tag = get(app, path, key).headers["ETag"]
        again = get(app, path, key, headers={"If-None-Match": tag})
        assert (again.status_code, again.get_data()) == (304, b""), path
    open_one(session, cast)
    session.commit()
    assert get(app, "issues", key, headers={"If-None-Match": tag}).status_code == 200


def test_a_key_is_used_so_often_in_a_minute(app: Flask, session: Session, cast: Cast) -> None:
    token, key = make_key(session, cast)
    assert get(app, "issues", key).status_code == 200
    session.rollback()
    session.get_one(ApiToken, token.id, populate_existing=True).used = PER_MINUTE - 1
    session.commit()
    assert get(app, "issues", key).status_code == 200
    answer = get(app, "issues", key)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    later = clock.now() + timedelta(minutes=1)
    clock.set_source(lambda: later)
    assert get(app, "issues", key).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=１", "limit=", "limit=1&limit=2", "cursor=x", "cursor=", "area=x", "campaign=-1",
     "since=today", "since=2026-02-30T00:00:00Z", "page=2", "campaign=99999999999"],
)  # fmt: skip
def test_parameters_are_read_strictly(app: Flask, session: Session, cast: Cast, query: str) -> None:
    _token, key = make_key(session, cast)
    answer = get(app, f"visits?{query}", key)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"]


def test_years_beyond_reckoning_find_all_or_nothing(app: Flask, session: Session, cast: Cast) -> None:
    _token, key = make_key(session, cast)
    assert len(items(app, "assignments?since=0000-02-29T00:00:00%2B23:59", key)) == 4
    assert items(app, "assignments?since=9999-12-31T23:59:59-23:59", key) == []


@pytest.mark.parametrize("name", LISTS)
def test_queries_do_not_grow(app: Flask, session: Session, cast: Cast, name: str) -> None:
    _token, key = make_key(session, cast, (*USUAL, ApiScope.WORDS))
    put(session, cast.visitor, cast.assignment, content(feedback=[said()]))
    session.commit()
    numbers = []
    for more in ((), (said(), said())):
        if more:
            put(session, cast.visitor, cast.second_assignment, content(feedback=more))
            session.commit()
        with counted_queries() as statements:
            items(app, name, key)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] == 2
