"""Every number of the overview leads to the list that counts the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, template_rendered
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import CampaignState, Role
from hengli_visits.paging import Page
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant, make_assignment, make_campaign, make_group, make_household, make_member
from tests.issues.making import make_issue
from tests.pages import SignIn
from tests.reports.chance import Chance

PEOPLE = ("coordinator", "area_lead", "leader", "team_leader", "other_leader")


class Numbers(HTMLParser):
    """The links of a page that say how many rows stand behind them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, int] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "data-count" in given:
            number = int(given["data-count"])
            assert self.found.setdefault(given["href"], number) == number, given["href"]


@contextmanager
def listed(app: Flask) -> Iterator[list[int]]:
    """Collects how many rows the lists that are rendered inside the block have in all."""
    totals: list[int] = []

    def note(_app: Flask, context: dict[str, Any], **_rest: Any) -> None:
        page = context.get("page")
        if isinstance(page, Page):
            totals.append(page.total)

    with template_rendered.connected_to(note, app):
        yield totals


@pytest.mark.parametrize("person", PEOPLE)
def test_every_number_leads_to_the_rows_it_counts(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, person: str
) -> None:
    Chance(session, cast, 1).fill()
    session.commit()
    client = sign_in(getattr(cast, person))
    numbers = Numbers(client.get("/overview").get_data(as_text=True)).found
    assert len(numbers) > 25
    for address, number in numbers.items():
        with listed(app) as totals:
            client.page(address)
        assert totals == [number], address


@pytest.mark.parametrize("person", PEOPLE)
def test_costs_at_most_twenty_queries(session: Session, cast: Cast, sign_in: SignIn, person: str) -> None:
    client = sign_in(getattr(cast, person))
    Chance(session, cast, 1).fill()
    session.commit()
    with counted_queries() as statements:
        client.page("/overview")
    assert len(statements) <= 20


def test_what_waits_does_so_whatever_the_period(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast)
    issue.raised_at = clock.now() - timedelta(days=20)
    issue.step_due_at = clock.now() - timedelta(days=2)
    session.commit()
    today = clock.today().isoformat()
    client = sign_in(cast.coordinator)
    page = client.page(f"/overview?campaign={cast.campaign.id}&since={today}&until={today}&area={issue.area_id}")
    card = page.html.partition('id="todo"')[2].partition("</section>")[0]
    assert "都处理好了" not in card
    assert '<b class="total-number">1</b>' in card
    assert issue.number in page.text
    for address, number in Numbers(card).found.items():
        with listed(app) as totals:
            client.page(address)
        assert totals == [number], address


def test_an_empty_campaign_says_what_comes(session: Session, cast: Cast, sign_in: SignIn) -> None:
    campaign = make_campaign(session, "情系群众周", starts_on=clock.today() + timedelta(days=3))
    session.commit()
    page = sign_in(cast.coordinator).page(f"/overview?campaign={campaign.id}")
    assert "还没有走访对象" in page.text
    assert "还有 3 天开始" in page.text


def test_the_day_and_the_hour_are_the_towns(session: Session, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.coordinator).page("/overview")
    assert "第 11 天，共 31 天" in page.text
    assert "数据截至 10:00" in page.text


def test_a_campaign_is_chosen_among_those_one_may_see(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "情系群众周", state=CampaignState.CLOSED)
    group = make_group(session, other, "机关组")
    make_assignment(session, other, make_household(session, cast.other_village), group)
    session.commit()
    assert sign_in(cast.coordinator).page(f"/overview?campaign={other.id}").text.count("情系群众周") > 1
    assert sign_in(cast.leader).get(f"/overview?campaign={other.id}").status_code == 404
    assert sign_in(cast.coordinator).get("/overview?campaign=999999").status_code == 404


def test_who_leads_in_no_campaign_is_told_so(session: Session, cast: Cast, sign_in: SignIn) -> None:
    lead = make_member(session, "挂清闲")
    area = cast.town
    grant(session, lead, Role.AREA_LEAD, area_id=area.id)
    cast.campaign.state = CampaignState.ARCHIVED
    session.commit()
    assert "现在没有进行中的活动" in sign_in(lead).page("/overview").text
    assert "还没有活动" in sign_in(cast.coordinator).page("/overview").text


def test_the_latest_words_and_the_issues_that_are_due(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast)
    issue.step_due_at = clock.now() - timedelta(days=2)
    session.commit()
    page = sign_in(cast.coordinator).page("/overview")
    assert issue.number in page.text
    assert "已超 2 天" in page.text
    assert issue.number not in sign_in(cast.other_leader).page("/overview").text


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("coordinator", "/overview"),
        ("area_lead", "/overview"),
        ("leader", "/overview"),
        ("team_leader", "/overview"),
        ("visitor", "/assignments/mine"),
        ("handler", "/issues"),
        ("administrator", "/accounts"),
        ("stranger", "/me"),
    ],
)
def test_the_day_starts_where_it_suits(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, person: str, address: str
) -> None:
    assert sign_in(getattr(cast, person)).get("/").location == address
