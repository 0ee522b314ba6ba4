"""大家在说: whose themes are shown, and what they count."""

import html
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import CampaignState, Feedback, Handling, Visit
from hengli_visits.voices.actions import find_words
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_campaign
from tests.feedback.test_views import say
from tests.pages import Page, SignIn
from tests.voices.test_views import elsewhere, figures

NOTED: dict[str, Any] = {"handling": Handling.NOTED}


def _theme_row(page: Page, word: str) -> str:
    found = re.search(rf">{word}</a>.*?</tr>", page.html, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


def test_themes_are_of_what_one_reads(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for _ in range(3):
        say(session, cast, "排水渠堵了", **NOTED)
        elsewhere(session, cast, "路灯坏了")
        elsewhere(session, cast, "排水渠也堵了")
    session.commit()
    expected = {"coordinator": (6, 3), "leader": (3, 0), "area_lead": (3, 0), "other_leader": (3, 3)}
    for person, (channel, lamps) in expected.items():
        client = sign_in(getattr(cast, person))
        page = client.page("/themes")
        said = re.findall(r"近 7 天 (\d+) 条", _theme_row(page, "排水渠") + _theme_row(page, "路灯"))
        assert [int(number) for number in said] == [number for number in (channel, lamps) if number], person
        status = 200 if lamps else 404
        assert client.get("/themes/one?word=路灯").status_code == status, person
        assert f"{channel} 条" in figures(client.page("/themes/one?word=排水渠")), person


def test_a_themes_sentences_are_those_it_counts(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "排水渠堵了", **NOTED)
    say(session, cast, "ＰＶＣ的排水渠塌了", **NOTED)
    say(session, cast, "水浸到屋里", handling=Handling.ANSWERED, answer="已告诉村里排水渠的事")
    session.commit()
    page = sign_in(cast.leader).page("/themes/one?word=排水渠")
    assert "2 条" in figures(page)
    assert page.html.count("feedback-card") == 2
    assert "水浸到屋里" not in page.text


def test_the_numbers_of_a_theme_lead_to_their_sentences(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for days in (0, 6, 7, 13, 14, 40):
        past = clock.now() - timedelta(days=days)
        say(session, cast, f"排水渠堵了{days}天", **NOTED).visited_at = past
    session.commit()
    client = sign_in(cast.coordinator)
    links = re.findall(r'data-count="(\d+)" href="([^"]+)"', client.page("/themes").html)
    assert [int(number) for number, _ in links] == [2, 2, 6]
    for number, address in links:
        page = client.page(html.unescape(address))
        assert page.html.count("feedback-card") == int(number)
        assert f"{number} 条" in figures(page)


def test_themes_are_of_the_campaign_of_the_overview(session: Session, cast: Cast, sign_in: SignIn) -> None:
    last = make_campaign(session, "去年", state=CampaignState.CLOSED, starts_on=clock.today() - timedelta(days=400))
    for words in ("排水渠堵了", "排水渠塌了", "路灯坏了"):
        visit = say(session, cast, words, **NOTED)
        if "路灯" in words:
            session.flush()
            session.scalars(select(Feedback).where(Feedback.visit_id == visit.id)).one().campaign_id = last.id
    session.commit()
    client = sign_in(cast.coordinator)
    assert "从 2 条意见建议里数出来" in client.page("/themes").text
    assert "从 3 条意见建议里数出来" in client.page("/themes?campaign=").text
    assert "从 1 条意见建议里数出来" in client.page(f"/themes?campaign={last.id}").text


def test_a_search_that_is_kept_is_not_offered_to_be_kept(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "排水渠一", **NOTED)
    session.commit()
    client = sign_in(cast.leader)
    assert "保存这个查找" in client.page("/search?q=排水渠").text
    client.post("/search/saved", data={"name": "我的水渠", "q": "排水渠"})
    page = client.page("/search?q=排水渠").text
    assert "保存这个查找" not in page
    assert "已保存为“我的水渠”" in page
    assert "保存这个查找" in client.page("/search?q=排水渠&kind=feedback").text
    assert "保存这个查找" in sign_in(cast.coordinator).page("/search?q=排水渠").text


def test_a_rise_is_told_in_words(session: Session, cast: Cast, sign_in: SignIn) -> None:
    past = clock.now() - timedelta(days=9)
    for number in range(40):
        say(session, cast, "路灯坏了" if number % 2 else "垃圾桶太少", **NOTED)
        say(session, cast, "垃圾桶太少", **NOTED).visited_at = past
    session.commit()
    page = sign_in(cast.coordinator).page("/themes")
    rising = page.html.split("voices-rising")[1].split("</ul>")[0]
    assert "近 7 天 20 条，之前 7 天 0 条" in rising
    assert "垃圾桶" not in rising


def test_themes_cost_the_same_and_are_counted_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    say(session, cast, "排水渠堵了", **NOTED)
    session.commit()
    with counted_queries() as first:
        client.page("/themes")
    with counted_queries() as again:
        client.page("/themes")
    assert len(again) < len(first)
    for _ in range(2):
        say(session, cast, "排水渠堵了", **NOTED)
    session.commit()
    with counted_queries() as three:
        client.page("/themes")
    assert len(three) == len(first)
    visit = session.scalars(select(Visit).order_by(Visit.id)).first()
    assert visit
    visit.voided_at = clock.now()
    session.commit()
    assert "近 7 天 2 条" in _theme_row(client.page("/themes"), "排水渠")


def test_words_are_found_by_the_command(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    for words in ("孔雀跑出来了", "希望抓孔雀", "我家有孔雀", "孔雀太吵", "门前石墩碍事", "树根顶起地砖", "信箱锁坏了"):
        say(session, cast, words, **NOTED)
    session.commit()
    assert "孔雀" not in sign_in(cast.leader).page("/themes").text
    assert "1 words" in app.test_cli_runner().invoke(args=["themes", "find"]).output
    assert "近 7 天 4 条" in _theme_row(sign_in(cast.leader).page("/themes"), "孔雀")
    assert find_words(session, clock.now()) == find_words(session, clock.now()) == 1
