"""查找, kept searches and 大家在说: who finds what, and what is told of it."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.feedback.actions import save_feedback
from hengli_visits.models import AuditEntry, Handling, Issue, IssueState, SavedSearch, Visit
from hengli_visits.voices.actions import keep_search
from hengli_visits.voices.queries import searching
from hengli_visits.voices.queries.saved import kept_searches
from hengli_visits.voices.queries.searching import Sought, last_rows
from hengli_visits.voices.rules import MOST_SAVED, Kind
from tests.cast import Cast
from tests.counting import counted_queries
from tests.feedback.test_actions import item, make_visit
from tests.feedback.test_views import say
from tests.issues.making import actor_for, make_issue
from tests.pages import Page, SignIn
from tests.racing import at_once, posting

NOTED: dict[str, Any] = {"handling": Handling.NOTED}


def elsewhere(session: Session, cast: Cast, words: str) -> Visit:
    visit = make_visit(session, cast, cast.other_assignment, author_id=cast.other_visitor.id)
    save_feedback(session, actor_for(session, cast.other_visitor), visit, [item(cast, words=words, **NOTED)])
    return visit


def figures(page: Page) -> str:
    return " ".join(re.findall(r"<small>(.*?)</small>", page.html))


def test_finds_in_scope_alone_and_counts_nothing_else(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "村口的排水渠堵了", **NOTED)
    say(session, cast, "作废的排水渠", **NOTED).voided_at = clock.now()
    elsewhere(session, cast, "石涌的排水渠塌了")
    session.commit()
    expected = {
        "coordinator": {"村口的", "石涌的"},
        "leader": {"村口的"},
        "team_leader": {"村口的"},
        "area_lead": {"村口的"},
        "other_leader": {"石涌的"},
        "visitor": set(),
        "handler": set(),
    }
    for person, found in expected.items():
        page = sign_in(getattr(cast, person)).page("/search?q=排水渠")
        assert {words for words in ("村口的", "石涌的", "作废的") if words in page.text} == found, person
        assert not found or f"{len(found)} 条" in figures(page), person
        assert f"{len(found) + 1} 条" not in page.text, person


def test_issues_are_found_by_whom_they_concern(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    make_issue(session, cast, IssueState.TRIAGE)
    session.commit()
    counts = {"coordinator": 2, "leader": 2, "area_lead": 2, "visitor": 2, "handler": 1, "other_handler": 0}
    for person, number in counts.items():
        page = sign_in(getattr(cast, person)).page("/search?kind=issues&q=排水渠")
        assert page.html.count("feedback-card") == number, person
    page = sign_in(cast.handler).page(f"/search?q={issue.number}")
    assert "<mark>" in page.html
    assert cast.household.name not in page.text


def test_what_a_unit_may_not_see_cannot_be_found(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.handler)
    for hidden in (cast.household.name, cast.household.phone or "", cast.visitor.name, "二巷"):
        assert "feedback-card" not in client.page(f"/search?q={quote(hidden)}").html, hidden


FILTERED = [
    ("q=排水渠", 2),
    ("q=排水渠 堵了", 1),
    ("q=水渠&category=水利排涝", 2),
    ("q=水渠&category=村务公开", 0),
    ("q=水渠&area={village}", 1),
    ("q=水渠&area={other_village}", 1),
    ("q=水渠&campaign={campaign}", 2),
    ("q=水渠&campaign=999", 0),
    ("q=水渠&since=2026-06-29&until=2026-06-29", 2),
    ("q=水渠&until=2026-06-28", 0),
    ("q=水渠&kind=issues", 0),
    ("q=水渠&since=nonsense&area=x&kind=x", 2),
    ("q=%25%25", 0),
    ("q=__", 0),
    ("q='OR'1'='1", 0),
    ("q=水\\渠", 0),
]


def test_filters(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "村口的排水渠堵了", **NOTED)
    elsewhere(session, cast, "石涌的排水渠塌了")
    session.commit()
    ids = {name: getattr(row, "id", "") for name, row in vars(cast).items()}
    client = sign_in(cast.coordinator)
    for query, found in FILTERED:
        page = client.page(f"/search?{query.format(**ids)}")
        assert page.html.count("feedback-card") == found, query


@pytest.mark.parametrize("wanted", ["水", "排水 渠", "字" * 41])
def test_too_short_or_too_long_is_told_beside_the_box(cast: Cast, sign_in: SignIn, wanted: str) -> None:
    page = sign_in(cast.coordinator).page(f"/search?q={wanted}", 422)
    assert "search-problem" in page.html
    assert page.value("q") == wanted


def test_pages_follow_each_other_without_gap(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE_SIZE", 2)
    for number in range(5):
        say(session, cast, f"排水渠堵了第{number}回", **NOTED)
    session.commit()
    client, address, seen = sign_in(cast.leader), "/search?kind=feedback&q=排水渠", []
    while address:
        page = client.page(address)
        seen += re.findall(r"第\d回", page.text)
        address = next((link for link, text in page.links if text == "更早的"), "")
    assert seen == [f"第{number}回" for number in (4, 3, 2, 1, 0)]


def test_words_in_thousands_of_texts_are_found_in_a_small_scope(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "DEEP", (2, 3))
    say(session, cast, "村口的排水渠", **NOTED)
    for number in range(6):
        elsewhere(session, cast, f"石涌的排水渠{number}")
    session.commit()
    for person, number, more in (("leader", 1, False), ("other_leader", 6, False), ("area_lead", 1, False)):
        (hits, _issues) = searching.hits(session, actor_for(session, getattr(cast, person)), Sought(q="排水渠"))
        assert (len(hits.rows), hits.more) == (number, more), person


def test_the_page_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "排水渠一")
    session.commit()
    client = sign_in(cast.leader)
    for address in ("/search?q=排水渠", "/search?q=排水渠&kind=issues"):
        client.page(address)
        with counted_queries() as one:
            client.page(address)
        say(session, cast, "排水渠二")
        say(session, cast, "排水渠三")
        session.commit()
        with counted_queries() as three:
            client.page(address)
        assert len(one) == len(three)


def test_a_kept_search_tells_what_is_new_and_is_nobody_elses(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "排水渠一", **NOTED)
    session.commit()
    client = sign_in(cast.leader)
    assert client.post("/search/saved", data={"name": "水渠", "q": "排水渠"}).status_code == 303
    assert "没有新的" in client.page("/search").text
    say(session, cast, "排水渠二", **NOTED)
    say(session, cast, "排水渠三")
    say(session, cast, "路灯", **NOTED)
    elsewhere(session, cast, "别处的排水渠")
    session.commit()
    assert "3 条新的" in client.page("/search").text
    kept = session.scalar(select(SavedSearch.id))
    session.rollback()
    answer = client.post(f"/search/saved/{kept}/open")
    assert answer.status_code == 303
    assert "排水渠二" in client.page(answer.location).text
    assert "没有新的" in client.page("/search").text
    assert "水渠" not in sign_in(cast.team_leader).page("/search").text.replace("例如：水渠", "").replace("“水渠”", "")
    assert {entry.action for entry in session.scalars(select(AuditEntry))} >= {"search.keep"}


def test_kept_searches_cost_the_same_however_many(session: Session, cast: Cast, sign_in: SignIn) -> None:
    actor, client = actor_for(session, cast.leader), sign_in(cast.leader)
    keep_search(session, actor, "一", Sought(q="排水渠"))
    session.commit()
    client.page("/search")
    with counted_queries() as one:
        client.page("/search")
    keep_search(session, actor, "二", Sought(q="路灯", kind=Kind.ISSUES))
    keep_search(session, actor, "三", Sought(q="垃圾", kind=Kind.FEEDBACK, area=cast.village.id))
    session.commit()
    with counted_queries() as three:
        client.page("/search")
    assert len(one) == len(three)
    assert [kept.fresh for kept in kept_searches(session, actor)] == [0, 0, 0]


def test_keeping_refuses_with_nothing_lost(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    assert client.post("/search/saved", data={"name": "水渠", "q": "排水渠"}).status_code == 303
    assert client.post("/search/saved", data={"name": "水渠", "q": "排水渠"}).status_code == 303
    again = client.post("/search/saved", data={"name": "水渠", "q": "路灯"})
    assert again.status_code == 422
    assert "已经有一个" in again.text
    assert "路灯" in again.text
    assert client.post("/search/saved", data={"name": "x", "q": "水"}).status_code == 422
    actor = actor_for(session, cast.visitor)
    for number in range(MOST_SAVED - 1):
        keep_search(session, actor, f"第{number}个", Sought(q="路灯"))
    session.commit()
    assert "最多保存" in client.post("/search/saved", data={"name": "多一个", "q": "路灯"}).text
    assert len(session.scalars(select(SavedSearch)).all()) == MOST_SAVED


def test_renaming_and_deleting(session: Session, cast: Cast, sign_in: SignIn) -> None:
    actor = actor_for(session, cast.leader)
    first = keep_search(session, actor, "一", Sought(q="排水渠")).id
    keep_search(session, actor, "二", Sought(q="路灯"))
    session.commit()
    client = sign_in(cast.leader)
    assert client.post(f"/search/saved/{first}", data={"name": "二"}).status_code == 422
    assert client.post(f"/search/saved/{first}", data={"name": "三"}).status_code == 303
    session.rollback()
    assert set(session.scalars(select(SavedSearch.name))) == {"三", "二"}
    for method in (client.get, client.post):
        assert method("/search/saved/999999").status_code == 404
    assert client.post(f"/search/saved/{first}/removal").status_code == 303
    assert client.post(f"/search/saved/{first}/open").status_code == 404
    session.rollback()
    assert set(session.scalars(select(SavedSearch.name))) == {"二"}


def test_the_same_sent_by_two_at_once_is_kept_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clients = [sign_in(cast.leader) for _ in range(4)]
    sent = (posting(client, "/search/saved", name="水渠", q="排水渠") for client in clients)
    assert at_once(sent) == {303: 4}
    session.rollback()
    assert len(session.scalars(select(SavedSearch)).all()) == 1


def test_the_last_rows_are_known(session: Session, cast: Cast) -> None:
    assert last_rows(session) == (0, 0)
    say(session, cast, "排水渠")
    assert last_rows(session)[1] == session.scalar(select(Issue.id))
