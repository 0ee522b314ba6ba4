"""The pages that show: one's own round, a household, the leaders' list."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.models import CampaignState, Member, Outcome
from tests.assignments.making import make_feedback, make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_campaign, make_group, make_household
from tests.pages import SignIn


def test_my_round_says_how_far_and_with_whom(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    visit.appointment_at = clock.now() + timedelta(hours=9, minutes=30)
    session.flush()
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    make_feedback(session, visit, "屋顶漏水")
    page = sign_in(cast.visitor).page("/assignments/mine")
    for words in ("还有 2 户", "与 方光润 结对", "今天约好的", "不在家，约今晚 19:30", "袁国强", "长巷村第1小组"):
        assert words in page.text
    page = sign_in(cast.visitor).page("/assignments/mine?state=again")
    assert "困难户" in page.text
    assert "上次：屋顶漏水" in page.text
    assert "袁国强" not in page.text
    assert "没有找到“不存在”" in sign_in(cast.visitor).page("/assignments/mine?q=不存在").text


def test_my_round_without_households_and_after_all_are_done(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.team_leader)
    assert "还没有分给您的走访户" in client.page("/assignments/mine").text
    for assignment in (cast.assignment, cast.second_assignment):
        make_visit(session, assignment, cast.visitor, Outcome.MET)
        actions.record_visit(session, assignment.id, SYSTEM)
    session.commit()
    done = sign_in(cast.visitor)
    assert "都走完了" in done.page("/assignments/mine").text
    assert "今天的都走完了" in done.page("/assignments/mine?state=waiting").text
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    assert "现在没有进行中的活动" in done.page("/assignments/mine").text


def test_my_round_in_several_campaigns_and_odd_addresses(session: Session, cast: Cast, sign_in: SignIn) -> None:
    second = make_campaign(session, "情系群众周")
    group = make_group(session, second, "第1组")
    join(session, group, cast.visitor)
    make_assignment(session, second, cast.household, group, (cast.visitor,))
    client = sign_in(cast.visitor)
    page = client.page(f"/assignments/mine?campaign={second.id}")
    assert "情系群众周 · 第1组" in page.text
    assert any("双千" in text for _, text in page.links)
    for query in ("campaign=x", "page=99999999999999", "state=nonsense", "q=%25_%5C", "q=99999999999999999999"):
        assert client.get(f"/assignments/mine?{query}").status_code == 200
    assert client.get("/assignments/mine?campaign=12345").status_code == 404


@pytest.mark.parametrize("address", ["/assignments/mine", "/assignments"])
def test_lists_cost_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    """One row, then three, each with a visit."""
    actions.untarget(session, SYSTEM, [cast.second_assignment.id, cast.spare_assignment.id, cast.other_assignment.id])
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY, remarks="没人")
    session.commit()
    client = sign_in(cast.visitor if address.endswith("mine") else cast.leader)
    client.get(address)
    with counted_queries() as one:
        assert client.get(address).status_code == 200
    for number in range(2):
        household = make_household(session, cast.village, street=f"{number}巷", category="低保户")
        more = make_assignment(session, cast.campaign, household, cast.team, (cast.visitor, cast.partner))
        make_visit(session, more, cast.visitor, Outcome.AWAY, remarks="没人")
    session.commit()
    with counted_queries() as three:
        assert client.get(address).status_code == 200
    assert len(one) == len(three), "\n".join(three)
    assert len(one) < 20


def test_three_hundred_households_come_in_pages(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for number in range(300):
        household = make_household(session, cast.village, street="长街", door_number=number + 1)
        make_assignment(session, cast.campaign, household, cast.team, (cast.visitor,))
    client = sign_in(cast.visitor)
    assert client.page("/assignments/mine").counts["article"] == 100
    assert "第 4 / 4 页" in client.page("/assignments/mine?page=4").text


def test_a_household_shows_what_a_visitor_needs(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.household.latitude, cast.household.longitude = 23.02, 113.97
    earlier = make_assignment(session, make_campaign(session, "情系群众周", state=CampaignState.CLOSED), cast.household)
    make_feedback(session, make_visit(session, earlier, cast.partner, Outcome.MET, day=-90), "屋顶漏水，想申请修缮")
    session.flush()
    page = sign_in(cast.visitor).page(f"/assignments/{cast.assignment.id}")
    for words in ("钟林锡", "困难户", "叶秀珍、方光润", "情系群众周", "屋顶漏水，想申请修缮"):
        assert words in page.text
    assert cast.household.phone
    assert cast.household.phone not in page.html
    assert any(href.startswith("geo:23.020000,113.970000") for href, _ in page.links)
    assert "组长处理" not in page.text
    assert "组长处理" in sign_in(cast.leader).page(f"/assignments/{cast.assignment.id}").text
    assert "组长处理" not in sign_in(cast.area_lead).page(f"/assignments/{cast.assignment.id}").text


def test_a_leader_confirms_or_sends_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.MOVED, remarks="搬去东坑了")
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    client = sign_in(cast.leader)
    address = f"/assignments/{cast.assignment.id}"
    assert "搬去东坑了" in client.page(address).text
    answer = client.post(f"{address}/confirmation", data={"agreed": "no", "note": ""})
    assert answer.status_code == 422
    assert "请写一句再访时怎么做" in answer.text
    assert client.post(f"{address}/confirmation", data={"agreed": "no", "note": "请村委陪同"}).status_code == 303
    assert "请村委陪同" in client.page(address).text
    assert client.post(f"{address}/confirmation", data={"agreed": "yes"}).status_code == 409


def test_the_leaders_list_keeps_its_filters(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/assignments?only=unassigned&area={cast.village.id}&q=钟")
    assert "钟海彬" in page.text
    assert "袁国强" not in page.text
    assert page.value("q") == "钟"
    assert "没有符合条件的走访户" in client.page("/assignments?state=visited").text
    cast.household.door_number, cast.second_household.door_number = 7, 12
    session.commit()
    page = client.page("/assignments?side=odd&from=5&to=9")
    assert "钟林锡" in page.text
    assert "袁国强" not in page.text
    assert (page.value("from"), page.value("to")) == ("5", "9")
    kept = [href for href, _ in page.links if href.startswith(("/assignments?", "/exports/assignments"))]
    assert kept
    first = f"/assignments?campaign={cast.campaign.id}"
    off = {f"{first}&from=5&to=9", f"{first}&side=odd"}
    assert off < set(kept)
    assert all("side=odd&from=5&to=9" in href for href in kept if href not in {first, *off})
    whole = client.page(f"/assignments/give?all=1&campaign={cast.campaign.id}&side=odd&from=5&to=9")
    assert "分派 1 户" in whole.text
    for query in (
        "side=x",
        "from=x&to=-1",
        "from=99999999999",
        "group=0",
        "group=x",
        "visitor=99",
        "day=2026-06-29",
        "day=x",
        "outcome=moved",
        "page=0",
    ):
        assert client.get(f"/assignments?{query}").status_code == 200
    assert "还没有可看的走访任务" in sign_in(_leader_of_nothing(session, cast)).page("/assignments").text
    lead = sign_in(cast.area_lead).page("/assignments")
    assert not any(a.get("name") == "assignment" for a in lead.inputs)


def test_what_narrows_the_list_without_a_field_is_told_and_taken_off(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    session.commit()
    client = sign_in(cast.coordinator)
    today = clock.today()
    address = f"/assignments?campaign={cast.campaign.id}&since={today}&until={today}&state=waiting&group={cast.team.id}"
    page = client.page(address)
    off = {text.strip(): href for href, text in page.links}
    assert "since" not in off["6月29日走访到的"]
    assert "until" not in off["6月29日走访到的"]
    assert "state" not in off["待访"]
    assert "group" not in off[cast.team.name]
    assert f"since={today}" in off["待访"]


def _leader_of_nothing(session: Session, cast: Cast) -> Member:
    archived = make_campaign(session, "旧活动", state=CampaignState.DRAFT)
    archived.state = CampaignState.ARCHIVED
    cast.campaign.state = CampaignState.ARCHIVED
    session.commit()
    return cast.coordinator


def test_a_list_of_one_visitor_says_whose_it_is(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.commit()
    page = sign_in(cast.leader).page(f"/assignments?visitor={cast.visitor.id}")
    assert f"{cast.visitor.name}请假和交接" in page.text.replace("\n", "")
    for stranger in (cast.other_leader, cast.area_lead):
        assert "请假和交接" not in sign_in(stranger).page(f"/assignments?visitor={cast.visitor.id}").text


def test_who_is_on_leave_is_told_so_on_the_round(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    assert "您在请假" not in client.page("/assignments/mine").text
    last = clock.today() + timedelta(days=10)
    actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today(), ends_on=last)
    session.commit()
    page = client.page("/assignments/mine")
    assert "您在请假，到7月9日止" in page.text
    assert f"/members/{cast.visitor.id}/leave" in {href for href, _text in page.links}
    assert "您在请假" not in sign_in(cast.partner).page("/assignments/mine").text
