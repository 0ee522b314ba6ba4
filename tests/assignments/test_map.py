"""The tasks on a map: who sees what, in whose hands, and choosing many."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments import spots
from hengli_visits.assignments.tasks import Wanted
from hengli_visits.models import AssignmentState, Household, Outcome
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_campaign, make_group, make_household, make_member
from tests.pages import PageClient, SignIn

POINTS = "/assignments/map/points"


def place(*households: Household) -> None:
    """Put households in a row, some metres apart."""
    for number, household in enumerate(households):
        household.latitude, household.longitude = 23.02 + number / 1000, 113.97


def told(client: PageClient, query: str = "") -> dict[str, Any]:
    answer = client.get(POINTS + query)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json or {}
    return found


def names(client: PageClient, query: str = "") -> list[str]:
    return [point["name"] for point in told(client, query)["points"]]


def test_a_point_tells_what_a_leader_needs_and_no_more(session: Session, cast: Cast, sign_in: SignIn) -> None:
    place(cast.household, cast.spare_household)
    cast.village.latitude, cast.village.longitude = 23.03, 113.96
    session.commit()
    found = told(sign_in(cast.leader))
    spare, point = sorted(found["points"], key=lambda one: one["hand"] or "")
    assert point == {
        "id": cast.assignment.id,
        "lat": 23.02,
        "lng": 113.97,
        "name": "钟林锡",
        "where": f"二巷 {cast.household.door}",
        "area": "长巷村",
        "hand": f"v{cast.visitor.id}-{cast.partner.id}",
        "hand_name": "叶秀珍、方光润",
        "state": "待访",
        "done": False,
    }
    assert (spare["hand"], spare["hand_name"]) == (None, "未分派")
    assert found["hands"] == [{"key": point["hand"], "name": "叶秀珍、方光润"}]
    assert found["areas"] == [{"name": "长巷村", "lat": 23.03, "lng": 113.96}]
    assert cast.household.phone
    assert cast.household.phone not in sign_in(cast.leader).get(POINTS).text


def test_points_are_those_of_the_list(session: Session, cast: Cast, sign_in: SignIn) -> None:
    place(cast.household, cast.spare_household, cast.other_household)
    session.commit()
    everything = ["钟林锡", "钟海彬", "黎桂兰"]
    assert sorted(names(sign_in(cast.coordinator))) == sorted(everything)
    assert names(sign_in(cast.other_leader)) == ["黎桂兰"]
    assert sorted(names(sign_in(cast.leader))) == ["钟林锡", "钟海彬"]
    assert names(sign_in(cast.team_leader)) == ["钟林锡"]
    assert sorted(names(sign_in(cast.area_lead))) == ["钟林锡", "钟海彬"]
    assert sign_in(cast.visitor).get(POINTS).status_code == 404
    assert sign_in(cast.stranger).get(POINTS).status_code == 404
    assert sign_in(None).get(POINTS, headers={"Accept": "application/json"}).status_code == 401
    elsewhere = make_campaign(session, "别的活动")
    make_assignment(session, elsewhere, cast.other_household)
    session.commit()
    assert sign_in(cast.leader).get(f"{POINTS}?campaign={elsewhere.id}").status_code == 404


def test_points_follow_the_filters_of_the_list(session: Session, cast: Cast, sign_in: SignIn) -> None:
    place(cast.household, cast.second_household, cast.spare_household, cast.other_household)
    session.commit()
    client = sign_in(cast.coordinator)
    assert names(client, "?only=unassigned") == ["钟海彬"]
    assert names(client, f"?area={cast.other_village.id}") == ["黎桂兰"]
    assert names(client, f"?visitor={cast.partner.id}&q=袁") == ["袁国强"]
    assert names(client, "?category=困难户") == ["钟林锡"]
    assert names(client, "?state=visited") == []
    for query in ("group=x", "campaign=x", "day=9999-12-31", "area=99999999999999999999", "state=x"):
        assert client.get(f"{POINTS}?{query}").status_code == 200


def test_households_that_need_no_visit_any_more_are_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    place(cast.household, cast.second_household)
    cast.assignment.state, cast.assignment.last_outcome = AssignmentState.VISITED, Outcome.MET.value
    cast.assignment.last_visit_at = make_visit(session, cast.assignment, cast.visitor, Outcome.MET).visited_at
    second = cast.second_assignment
    second.state, second.last_outcome = AssignmentState.UNREACHABLE, Outcome.MOVED.value
    session.commit()
    client = sign_in(cast.leader)

    def done() -> dict[str, bool]:
        return {point["name"]: point["done"] for point in told(client)["points"]}

    assert done() == {"钟林锡": True, "袁国强": False}
    second.confirmed_at = clock.now()
    session.commit()
    assert done() == {"钟林锡": True, "袁国强": True}


def test_a_household_without_a_group_is_told_as_such(session: Session, cast: Cast, sign_in: SignIn) -> None:
    lost = make_household(session, cast.village, "无组", latitude=23.02, longitude=113.97)
    make_assignment(session, cast.campaign, lost)
    session.commit()
    (point,) = told(sign_in(cast.coordinator), "?group=0")["points"]
    assert (point["hand"], point["hand_name"]) == (None, "未划小组")
    assert names(sign_in(cast.leader)) == []


@pytest.mark.parametrize("address", [POINTS, "/assignments/map"])
def test_a_map_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    def more(number: int) -> None:
        for _each in range(number):
            household = make_household(session, cast.village, latitude=23.02, longitude=113.97)
            make_assignment(session, cast.campaign, household, cast.team, (cast.visitor, cast.partner))
        session.commit()

    only = f"{address}?street=二巷&group={cast.team.id}"
    client = sign_in(cast.leader)
    client.get(only)
    with counted_queries() as one:
        assert client.get(only).status_code == 200
    more(3)
    with counted_queries() as three:
        assert client.get(only).status_code == 200
    more(600)
    with counted_queries() as many:
        assert client.get(only).status_code == 200
    assert len(one) == len(three) == len(many), "\n".join(many)
    assert len(one) < 20


def test_hands_are_visitors_teams_or_groups_whichever_can_be_told_apart(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group)
    loner = make_member(session, "独行")
    alone = make_assignment(
        session, cast.campaign, make_household(session, cast.village, street="九巷"), second, (loner,)
    )
    session.commit()
    actor = acting(session, cast.leader)
    found = spots.spots(session, actor, Wanted(campaign_id=cast.campaign.id))
    assert [spot.names for spot in found if spot.assignment.id == alone.id] == ["独行"]
    by = spots.holder_of(found)
    assert {hand.name for hand in spots.hands_of(found, by)} == {"叶秀珍、方光润", "独行"}
    several = [*found, *(spots.Spot(alone, (spots.Visitor(number, f"某{number}"),)) for number in range(900, 930))]
    assert spots.holder_of(several) is spots.by_team
    assert [hand.name for hand in spots.hands_of(several, spots.by_team)] == ["长巷村第1小组", "长巷村第2小组"]
    monkeypatch.setattr(spots, "MOST_HANDS", 1)
    assert spots.holder_of(several) is spots.by_group
    assert [hand.name for hand in spots.hands_of(several, spots.by_group)] == ["长巷村组"]
    swapped = spots.Spot(found[0].assignment, found[0].visitors[::-1])
    first, again = spots.by_visitors(found[0]), spots.by_visitors(swapped)
    assert first
    assert again
    assert first.key == again.key


def test_the_page_lists_what_the_map_shows_and_apart_what_has_no_position(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    place(cast.household)
    session.commit()
    client = sign_in(cast.leader)
    page = client.page("/assignments/map")
    assert "另有 2 户没有位置" in page.text
    ticks = {int(a["value"]) for a in page.inputs if a.get("name") == "assignment"}
    assert ticks == {cast.assignment.id, cast.second_assignment.id, cast.spare_assignment.id}
    assert f'data-source="{POINTS}?campaign={cast.campaign.id}"' in page.html
    assert cast.household.phone
    assert cast.household.phone not in page.html
    place(cast.second_household, cast.spare_household)
    session.commit()
    assert "没有位置" not in client.page("/assignments/map").text


def test_list_and_map_lead_to_each_other_with_their_filters(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/assignments?q=钟&state=waiting&area={cast.village.id}")
    way = next(href for href, text in page.links if text == "地图")
    shown = client.page(way)
    assert shown.value("q") == "钟"
    assert "袁国强" not in shown.text
    assert shown.html.count('name="state" value="waiting"') == 1, "kept by the search, chosen in the filters"
    back = next(href for href, text in shown.links if text == "看列表")
    assert client.page(back).value("q") == "钟"
    assert "没有符合条件的走访户" in client.page("/assignments/map?q=没有这户").text


def test_an_area_lead_looks_but_does_not_choose(session: Session, cast: Cast, sign_in: SignIn) -> None:
    place(cast.household)
    session.commit()
    page = sign_in(cast.area_lead).page("/assignments/map")
    assert "钟林锡" in page.text
    assert not [a for a in page.inputs if a.get("name") == "assignment"]
    assert "data-map-lasso" not in page.html


def test_too_many_for_one_map_are_told(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spots, "MOST_SPOTS", 2)
    page = sign_in(cast.leader).page("/assignments/map")
    assert "找到 3 户，这里是前 2 户" in page.text


def test_without_a_campaign_there_is_nothing_to_see(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.delete(cast.other_assignment)
    for assignment in (cast.assignment, cast.second_assignment, cast.spare_assignment):
        session.delete(assignment)
    session.flush()
    client = sign_in(cast.area_lead)
    assert "还没有可看的走访任务" in client.page("/assignments/map").text
    assert client.get(POINTS).status_code == 404


def test_many_are_chosen_by_a_form_and_given(session: Session, cast: Cast, sign_in: SignIn) -> None:
    ids = [cast.assignment.id, cast.spare_assignment.id]
    client = sign_in(cast.leader)
    back = "/assignments/map?only=unassigned"
    answer = client.post("/assignments/choice", data={"assignment": ids, "back": back})
    assert answer.status_code == 200
    assert "分派 2 户" in answer.text
    assert f'name="back" value="{back}"' in answer.text
    nobody = client.post("/assignments/choice", data={"back": back})
    assert (nobody.status_code, nobody.location) == (303, back)
    assert client.post("/assignments/choice", data={"back": "//evil.example"}).location == "/assignments"
    theirs = client.post("/assignments/choice", data={"assignment": [cast.other_assignment.id]})
    assert theirs.status_code == 404
    several = client.post("/assignments/choice", data={"assignment": [*ids, cast.other_assignment.id]})
    assert "分派 2 户" in several.text
    assert client.post("/assignments/choice", data={"assignment": ["x", "9" * 30]}).status_code == 303
