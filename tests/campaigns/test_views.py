"""Pages of campaigns."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.campaigns import actions
from hengli_visits.models import AssignmentState, Campaign, CampaignState, Category
from tests.campaigns.permissions import GOOD
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_campaign, make_group
from tests.pages import Page, SignIn


def test_the_list_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    with counted_queries() as few:
        client.page("/campaigns")
    for number in range(3):
        make_assignment(session, make_campaign(session, f"第{number}次"), cast.household)
    session.commit()
    with counted_queries() as many:
        client.page("/campaigns")
    assert len(many) == len(few) <= 10


def test_leaders_see_their_own_progress_and_no_other_campaign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.assignment.state = AssignmentState.VISITED
    other = make_campaign(session, "情系群众周")
    session.commit()
    client = sign_in(cast.leader)
    text = client.page("/campaigns").text
    assert "已访 1 / 3 户" in text
    assert "情系群众周" not in text
    assert client.get(f"/campaigns/{other.id}").status_code == 404
    page = client.page(f"/campaigns/{cast.campaign.id}")
    assert "结束活动" not in page.text
    assert "修改" not in page.text


def test_a_new_campaign_keeps_what_was_typed_and_shows_the_next_step(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.coordinator)
    bad = client.post("/campaigns/new", data=GOOD | {"ends_on": "2026-09-01", "theme": "服务基层"})
    page = Page(bad.get_data(as_text=True))
    assert bad.status_code == 422
    assert "结束日期不能早于开始日期" in page.text
    assert page.value("theme") == "服务基层"
    made = client.post("/campaigns/new", data=GOOD)
    assert made.status_code == 303
    page = client.page(made.location)
    assert "还没有选" in page.text
    assert "17 个类别" in page.text
    assert "启动活动" not in page.text
    session.rollback()
    campaign = session.scalars(select(Campaign).where(Campaign.name == GOOD["name"])).one()
    assert client.post(f"/campaigns/{campaign.id}/moves", data={"to": "running"}).status_code == 409


def test_starting_closing_reopening(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.state = CampaignState.DRAFT
    session.commit()
    client = sign_in(cast.coordinator)
    address = f"/campaigns/{cast.campaign.id}"
    assert "启动活动" in client.page(address).text
    assert client.post(f"{address}/moves", data={"to": "running"}).status_code == 303
    assert client.post(f"{address}/moves", data={"to": "running"}).status_code == 409
    assert client.post(f"{address}/moves", data={"to": "closed"}).status_code == 303
    refused = client.post(f"{address}/moves", data={"to": "running", "note": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.get_data(as_text=True)
    assert client.post(f"{address}/moves", data={"to": "running", "note": "还有几户约在周末"}).status_code == 303
    text = client.page(address).text
    assert "还有几户约在周末" in text
    assert "重新开启" in text


def test_an_ended_campaign_is_not_changed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    client = sign_in(cast.coordinator)
    assert client.post(f"/campaigns/{cast.campaign.id}/edit", data=GOOD).status_code == 409


def test_the_set_up_page_costs_the_same_with_more_groups(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    with counted_queries() as few:
        client.page(f"/campaigns/{cast.campaign.id}")
    for number in range(3):
        make_group(session, cast.campaign, f"第{number}组")
    session.commit()
    with counted_queries() as many:
        page = client.page(f"/campaigns/{cast.campaign.id}")
    assert len(many) == len(few) <= 10
    assert "5 个组，其中 3 个还没有组长" in page.text


def test_categories_are_changed_and_tried(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = f"/campaigns/{cast.campaign.id}/categories"
    data = {"name": "水利排涝", "lead": "unit", "unit": str(cast.unit.id), "words": "排水渠，水浸 水浸", "active": "y"}
    assert client.post(f"{address}/{cast.category.id}", data=data).status_code == 303
    session.rollback()
    session.refresh(cast.category)
    assert cast.category.words == ["排水渠", "水浸"]
    text = client.page(f"{address}?said=排水渠堵了，一下雨就水浸").text
    assert "因为提到：排水渠、水浸" in text
    assert "拿不准" in client.page(f"{address}?said=都好").text
    form = client.page(f"{address}/{cast.category.id}")
    assert "排水渠、水浸" in form.html


def test_a_category_of_another_campaign_is_not_there(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = actions.create_campaign(
        session, SYSTEM, name="别的", starts_on=cast.campaign.starts_on, ends_on=cast.campaign.ends_on
    )
    session.commit()
    foreign = session.scalars(select(Category.id).where(Category.campaign_id == other.id)).first()
    client = sign_in(cast.coordinator)
    assert client.get(f"/campaigns/{cast.campaign.id}/categories/{foreign}").status_code == 404
