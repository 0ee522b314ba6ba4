"""录入走访单: which household a line means, and what is wrong with it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.keycodes import write
from hengli_visits.assignments.sheets import write_pair
from hengli_visits.models import (
    Outcome,
)
from tests.cast import Cast
from tests.factories import make_assignment, make_household
from tests.pages import SignIn
from tests.visits.making import content, put
from tests.visits.sheets import address_of, line_of, pair_of, refused, visits_in


def test_by_door_on_a_chosen_sheet(session: Session, cast: Cast, sign_in: SignIn) -> None:
    pair = (cast.partner, cast.visitor)
    homes = {
        door: make_assignment(
            session,
            cast.campaign,
            make_household(session, cast.village, door, street=street, door=door, door_number=None),
            cast.team,
            pair,
        )
        for street, door in (("八巷", "517号"), ("八巷", "517-1"), ("八巷", "518"), ("九巷", "518号"))
    }
    alone = make_household(session, cast.village, "独", street="八巷", door="519号")
    make_assignment(session, cast.campaign, alone, cast.team, (cast.visitor,))
    session.commit()
    client, went = sign_in(cast.leader), [str(cast.visitor.id)]
    address = address_of(cast, pair_of(cast))
    for typed, door in (("517", "517号"), ("５１７－１", "517-1")):
        assert client.post(address, data=line_of(cast.assignment, code=typed, went=went)).status_code == 303
        assert visits_in(session)[-1].assignment_id == homes[door].id
    for typed, words in (
        ("518", "这张单上有几户是 518：八巷 518、九巷 518号。请用识别码"),
        ("519", "这张单上没有门牌 519"),
        ("999999", "这张单上没有门牌 999999"),
    ):
        assert words in refused(client, address, line_of(cast.assignment, code=typed, went=went)).text
    assert "识别码不对" in refused(client, address_of(cast), line_of(cast.assignment, code="517")).text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"code": ""}, "请填识别码"),
        ({"code": "N7KP8"}, "识别码不对，可能抄错或打错了一个字"),
        ({"code": "钟" * 300}, "识别码不对"),
        ({"outcome": ""}, "请按 1 到 6 里的一个数字"),
        ({"outcome": "7"}, "请按 1 到 6 里的一个数字"),
        ({"time": "2560"}, "请填时间"),
        ({"time": ""}, "请填时间"),
        ({"time": "2300"}, "走访时间还没到"),
        ({"day": "2026-06-30"}, "走访时间还没到"),
        ({"day": "2026-02-30"}, "请填走访日期"),
        ({"day": ""}, "请填走访日期"),
        ({"outcome": "3"}, "请填写约好的时间"),
        ({"outcome": "3", "appointment": "明天"}, "请填约好的日期和时间"),
        ({"outcome": "3", "appointment": "6-28 9:00"}, "约好的时间要在这次走访之后"),
        ({"words": "路灯", "nature": "8"}, "请按 1 到 5 里的一个数字"),
        ({"follow_up": "y"}, "要跟进的，请写下群众说了什么"),
        ({"words": "长" * 2001}, "2000"),
    ],
)
def test_slips_are_said_beside_the_field(
    session: Session, cast: Cast, sign_in: SignIn, more: dict[str, str], words: str
) -> None:
    """Nothing is lost, the first wrong field has the cursor, and mended it is saved as the same line."""
    client, line = sign_in(cast.leader), line_of(cast.assignment)
    page = refused(client, address_of(cast), line | more)
    assert words in page.text
    focused = [one for one in page.inputs if "autofocus" in one]
    assert len(focused) == 1
    assert focused[0].get("aria-invalid") == "true" or focused[0]["name"] == "day"
    assert "有误：" in page.html
    assert visits_in(session) == []
    assert client.post(address_of(cast), data=line).status_code == 303
    assert str(visits_in(session)[0].uuid) == line["uuid"]


def test_all_slips_of_a_line_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line = line_of(cast.assignment, "9", code="?", time="x")
    page = refused(sign_in(cast.leader), address_of(cast), line)
    for words in ("识别码不对", "请按 1 到 6", "请填时间"):
        assert words in page.text


def test_somebody_elses_household(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """The same words, whether it is another group's or another campaign's; and it is not said whose it is."""
    for person in (cast.leader, cast.visitor):
        client = sign_in(person)
        page = refused(client, address_of(cast), line_of(cast.other_assignment))
        assert "不是这次活动里归您录入的户" in page.text
        assert cast.other_household.name not in page.text
        told = client.get(f"{address_of(cast)}/household?code={write(cast.other_assignment.id)}").get_json()
        assert told["found"] is False
        assert cast.other_household.name not in told["text"]
    nobodys = refused(sign_in(cast.leader), address_of(cast), line_of(cast.spare_assignment))
    assert "这一户还没有分给人，请先分派再录" in nobodys.text
    others = write_pair((cast.other_visitor.id,))
    assert sign_in(cast.leader).get(address_of(cast, others)).status_code == 404
    assert sign_in(cast.leader).get(address_of(cast, "x")).status_code == 404
    assert visits_in(session) == []


def test_the_household_of_a_code_is_told_while_typing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    told = client.get(f"{address_of(cast)}/household?code={write(cast.assignment.id).lower()}").get_json()
    assert told["found"] is True
    assert told["text"].startswith("钟林锡 · 二巷 ")
    assert client.get(f"{address_of(cast)}/household").get_json()["found"] is False
    number = cast.household.door_number
    assert client.get(f"{address_of(cast)}/household?code={number}&pair={pair_of(cast)}").get_json()["found"] is True
    assert client.get(f"{address_of(cast)}/household?code={number}&pair=x").get_json()["found"] is False


def test_visited_that_day_already(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """It is said once; who really went again ticks that. Another day, and a voided visit, are no matter."""
    earlier = put(session, cast.visitor, cast.assignment, content(Outcome.AWAY)).visit
    put(session, cast.visitor, cast.second_assignment, content(visited_at=clock.now() - timedelta(days=1)))
    session.commit()
    client, line = sign_in(cast.leader), line_of(cast.assignment)
    page = refused(client, address_of(cast), line)
    assert "这天已经记过：09:00 不在家" in page.text
    assert any(one.get("name") == "repeat" for one in page.inputs)
    assert client.post(address_of(cast), data=line | {"repeat": "y"}).status_code == 303
    assert client.post(address_of(cast), data=line_of(cast.second_assignment)).status_code == 303
    assert len(visits_in(session)) == 4
    for visit in (session.merge(earlier), visits_in(session)[2]):
        visit.voided_at = clock.now()
    session.commit()
    assert client.post(address_of(cast), data=line_of(cast.assignment)).status_code == 303
