"""The page on which a household is added at the door, without script."""

import re
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits.models import Assignment, Campaign, CampaignState, Household, Visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_area, make_assignment, make_campaign, make_household, make_member
from tests.pages import Page, PageClient, SignIn

KEPT = ("uuid", "visited_at", "feedback-0-uuid", "household-uuid")
LINK = "加一户（名册上没有的）"


def _value(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page.html)
    assert found is not None, name
    return found.group(1)


def _address(cast: Cast) -> str:
    return f"/campaigns/{cast.campaign.id}/doorstep"


def _form(client: PageClient, cast: Cast, **change: Any) -> dict[str, Any]:
    page = client.page(_address(cast))
    told = {
        "household-name": "卢带好",
        "household-area": str(cast.village.id),
        "household-street": "三巷",
        "household-door": "7号",
        "household-phone": "138 0013 8000",
        "household-category": "独居老人户",
    }
    return {name: _value(page, name) for name in KEPT} | told | {"outcome": "met", "manner": "door"} | change


def _rows(session: Session, *models: Any) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_household_and_its_visit_are_saved(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    card = {"feedback-0-nature": "appeal", "feedback-0-words": "路灯不亮", "feedback-0-handling": "follow_up"}
    data = _form(client, cast, **card)
    responses = [client.post(_address(cast), data=data) for _ in range(2)]
    assert [response.status_code for response in responses] == [303, 303]
    page = client.page(responses[0].location)
    for text in ("卢带好 · 三巷 7号", "已见面", "路灯不亮", "待受理"):
        assert text in page.text
    session.rollback()
    household = session.scalars(select(Household).where(Household.door_uuid == UUID(data["household-uuid"]))).one()
    assert (household.phone, household.category, household.listed) == ("13800138000", "独居老人户", False)
    assert session.scalars(select(Visit.uuid)).one() == UUID(data["uuid"])
    assert "卢带好" in client.page("/assignments/mine?state=visited").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast, outcome="", remarks="下午在家")
    data |= {"household-name": " ", "household-area": "", "household-phone": "123", "household-street": "学前街"}
    before = _rows(session, Household, Assignment, Visit)
    response = client.post(_address(cast), data=data)
    assert response.status_code == 422
    page = Page(response.get_data(as_text=True))
    for text in (
        "户主姓名：请填写姓名或名称。",
        "村(社区)：请选择村(社区)。",
        "联系电话：这不像一个电话号码",
        "请选这次走访的情况",
    ):
        assert text in page.text
    for field in ("name", "area", "phone"):
        assert f'id="household-{field}-error"' in page.html
    assert page.text.index("户主姓名：请填写") < page.text.index("见到了吗：请选这次")
    for name, value in (("household-street", "学前街"), ("household-phone", "123"), *((k, data[k]) for k in KEPT)):
        assert _value(page, name) == value
    assert '<option selected value="独居老人户">' in page.html
    assert "下午在家" in page.text
    assert _rows(session, Household, Assignment, Visit) == before


def test_a_village_where_nobody_goes_is_refused_beside_its_field(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    response = client.post(_address(cast), data=_form(client, cast, **{"household-area": str(cast.town.id)}))
    assert response.status_code == 422
    assert 'id="household-area-error"' in response.get_data(as_text=True)
    assert _rows(session, Visit) == [0]


def test_cards_are_added_without_script(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    response = client.post(_address(cast), data=_form(client, cast, add_feedback="1"))
    assert response.status_code == 200
    page = Page(response.get_data(as_text=True))
    assert page.html.count("data-said-uuid") == 3
    assert _value(page, "household-name") == "卢带好"
    assert f'<option selected value="{cast.village.id}">' in page.html


def test_the_form_offers_villages_partners_and_says_where_it_belongs(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.visitor).page(_address(cast))
    assert f'data-doorstep data-campaign="{cast.campaign.id}"' in page.html
    assert "长巷村" in page.text
    assert "石涌村" in page.text
    assert "横沥镇</option>" not in page.html
    assert {a["value"] for a in page.inputs if a.get("name") == "companions"} == {str(cast.partner.id)}
    alone = sign_in(cast.leader).page(_address(cast))
    assert [a for a in alone.inputs if a.get("name") == "companions"] == []


def test_closed_while_the_form_was_open(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast)
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    assert client.get(_address(cast)).status_code == 404
    response = client.post(_address(cast), data=data)
    assert "活动结束后补录" in client.page(response.location).text


def test_my_round_leads_there_while_the_campaign_runs(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    page = client.page("/assignments/mine")
    assert LINK in page.text
    assert f'href="{_address(cast)}"' in page.html
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    assert LINK not in client.page("/assignments/mine").text


def test_other_campaigns_are_not_there(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "情系群众周")
    session.commit()
    client = sign_in(cast.visitor)
    assert client.get(f"/campaigns/{other.id}/doorstep").status_code == 404
    assert client.get("/campaigns/999999/doorstep").status_code == 404


def test_the_page_costs_the_same_however_large_the_town(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.visitor)
    client.page(_address(cast))
    costs = []
    for more in ("新", "老"):
        with counted_queries() as statements:
            client.page(_address(cast))
        costs.append(len(statements))
        for number in range(3):
            village = make_area(session, f"{more}村{number}", parent=cast.town)
            pair = (cast.visitor, make_member(session, f"{more}人{number}"))
            make_assignment(session, cast.campaign, make_household(session, village), cast.team, pair)
        session.commit()
    assert costs[0] == costs[1]
