"""The pages beside the overview: every number leads to its rows, nothing grows with the rows, nobody sees more than theirs."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import CampaignState, Household
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_campaign, make_household
from tests.issues.making import make_issue
from tests.pages import SignIn
from tests.reports.chance import Chance
from tests.reports.test_views import Numbers, listed

BESIDE = ("/overview/visits", "/overview/feedback", "/overview/issues", "/overview/comparison", "/overview/map")
WALKS = [
    ("coordinator", "", BESIDE),
    ("leader", "week", ("/overview", "/overview/visits", "/overview/feedback", "/overview/issues")),
    ("area_lead", "village", ("/overview", "/overview/issues", "/overview/map?layer=issues")),
    ("coordinator", "group", ("/overview", "/overview/feedback", "/overview/map?layer=visits")),
]


def _asked(cast: Cast, what: str) -> str:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    wishes: dict[str, dict[str, object]] = {
        "week": {"since": yesterday, "until": clock.today().isoformat()},
        "village": {"area": cast.village.id, "until": yesterday},
        "group": {"group": cast.group.id, "since": yesterday},
    }
    return urlencode({"campaign": cast.campaign.id, **wishes.get(what, {})})


@pytest.mark.parametrize(("person", "what", "addresses"), WALKS)
def test_every_number_leads_to_the_rows_it_counts(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, person: str, what: str, addresses: tuple[str, ...]
) -> None:
    Chance(session, cast, 3).fill()
    gap = timedelta(days=365)
    starts, ends = cast.campaign.starts_on - gap, cast.campaign.ends_on - gap
    last = make_campaign(session, "去年", state=CampaignState.CLOSED, starts_on=starts, ends_on=ends)
    make_assignment(session, last, make_household(session, cast.village), state="visited")
    session.commit()
    client = sign_in(getattr(cast, person))
    numbers: dict[str, int] = {}
    for address in addresses:
        found = Numbers(client.page(f"{address}{'&' if '?' in address else '?'}{_asked(cast, what)}").html).found
        assert found, address
        assert all(numbers.setdefault(href, number) == number for href, number in found.items())
    assert len(numbers) > 40
    for address, number in numbers.items():
        with listed(app) as totals:
            client.get(address)
        assert totals == [number], address


@pytest.mark.parametrize("address", [*BESIDE, "/overview/map/points", "/overview/issues/list", "/overview/revisits"])
def test_costs_the_same_whatever_the_size(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    client = sign_in(cast.coordinator)
    Chance(session, cast, 4).fill()
    costs = []
    for seed in (None, 5):
        if seed:
            Chance(session, cast, seed).fill()
        session.commit()
        with counted_queries() as statements:
            assert client.get(address).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 24


def test_an_address_with_nonsense_is_the_whole_campaign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.commit()
    client = sign_in(cast.coordinator)
    for query in ("since=gestern&until=1", "area=x&group=-", "measure=x&age=x&tab=x&unit=x&state=x", "layer=x"):
        for address in ("/overview", *BESIDE, "/overview/issues/list", "/overview/revisits"):
            assert client.get(f"{address}?{query}").status_code == 200, (address, query)
    assert client.get("/overview/visits?campaign=999999").status_code == 404
    today = clock.today().isoformat()
    assert (
        "11月" in client.page(f"/overview?since={today}&until=2026-11-01").text or "至" in client.page("/overview").text
    )


def test_rates_are_told_with_formula_numbers_and_what_is_left_out(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    make_issue(session, cast)
    session.commit()
    text = sign_in(cast.coordinator).page("/overview/issues").text
    for part in (
        "响应率",
        "期限内联系住户的件数 ÷ 期内交办的件数",
        "按期办结率（原定期限）",
        "部分解决另列",
        "92%",
        "挂账、不予受理、并单、撤回不进各项比率",
        "活动全程，截至现在",
    ):
        assert part in text
    assert "92%%" not in text


def test_a_chart_says_nothing_that_its_table_does_not(session: Session, cast: Cast, sign_in: SignIn) -> None:
    Chance(session, cast, 2).fill()
    session.commit()
    client = sign_in(cast.coordinator)
    for address in BESIDE[:3]:
        html = client.page(address).html
        assert html.count("data-chart=") == html.count('<details class="disclosure chart-table" open') > 0
        assert 'src="/static/build/charts' in html
    assert "build/charts" not in client.page("/overview").html


def test_the_map_holds_only_what_its_reader_may_see(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for household in (cast.household, cast.spare_household, cast.other_household):
        place: Household = household
        place.latitude, place.longitude = 23.02, 113.97
    cast.village.latitude, cast.village.longitude = 23.02, 113.97
    session.commit()
    told = sign_in(cast.coordinator).get("/overview/map/points").get_json()
    assert {point["name"] for point in told["points"]} == {"钟林锡", "钟海彬", "黎桂兰"}
    assert [area["name"] for area in told["areas"]] == [cast.village.name]
    assert {hand["key"]: hand["tone"] for hand in told["hands"]}["visited"] == "done"
    for point in told["points"]:
        assert point["name"] in sign_in(cast.coordinator).page(f"{told['way']}{point['to']}").text
    assert set(told["points"][0]) == {"id", "to", "lat", "lng", "name", "where", "area", "hand", "hand_name"}
    told = sign_in(cast.team_leader).get("/overview/map/points").get_json()
    assert {point["name"] for point in told["points"]} == {"钟林锡"}
    assert sign_in(cast.area_lead).get("/overview/map/points?layer=visits").get_json()["points"] == []
    assert sign_in(cast.visitor).get("/overview/map/points").status_code == 404
    assert "村界没有数据" in sign_in(cast.coordinator).page("/overview/map").text
