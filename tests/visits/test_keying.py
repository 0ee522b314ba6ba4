"""录入走访单: a sheet that came back on paper, line by line."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.assignments.keycodes import write
from hengli_visits.assignments.sheets import write_pair
from hengli_visits.assignments.story import KEYED_IN
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AuditEntry,
    CampaignState,
    Handling,
    Issue,
    Nature,
    Outcome,
    Visit,
)
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_household
from tests.pages import Page, PageClient, SignIn, page_of
from tests.visits.making import content, put

DAY = "2026-06-29"


def _address(cast: Cast, pair: str = "") -> str:
    return f"/campaigns/{cast.campaign.id}/key-in" + (f"?pair={pair}" if pair else "")


def _pair(cast: Cast) -> str:
    return write_pair((cast.visitor.id, cast.partner.id))


def _line(assignment: Assignment, outcome: str = "1", **more: Any) -> dict[str, Any]:
    return {"uuid": str(uuid4()), "day": DAY, "time": "0905", "code": write(assignment.id), "outcome": outcome} | more


def _visits(session: Session) -> list[Visit]:
    session.rollback()
    whole = selectinload(Visit.companions), selectinload(Visit.feedback), joinedload(Visit.assignment)
    query = select(Visit).options(*whole).order_by(Visit.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _refused(client: PageClient, address: str, line: dict[str, Any]) -> Page:
    answer = client.post(address, data=line)
    assert answer.status_code == 422
    page = page_of(answer.get_data(as_text=True))
    for name, value in line.items():
        if name not in ("uuid", "follow_up", "went", "repeat"):
            assert page.value(name) == value, f"{name} was lost"
    assert line["uuid"] in page.html
    return page


def test_a_leader_enters_for_the_pair(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """The visit is told by the leader, those who went are the pair, and it says so; the next line is open."""
    client = sign_in(cast.leader)
    page = client.page(_address(cast))
    assert "注明由温永然代录" in page.text
    answer = client.post(_address(cast), data=_line(cast.assignment, words="路灯坏了", nature="1", follow_up="y"))
    assert answer.status_code == 303
    assert answer.location == f"{_address(cast)}?day={DAY}&time=0905"
    page = client.page(answer.location)
    assert "已录：钟林锡" in page.text
    assert (page.value("code"), page.value("outcome"), page.value("time"), page.value("day")) == ("", "", "09:05", DAY)
    (visit,) = _visits(session)
    assert visit.author_id == cast.leader.id
    assert {one.member_id for one in visit.companions} == {cast.visitor.id, cast.partner.id}
    assert visit.answers == {KEYED_IN: True}
    assert visit.assignment.state is AssignmentState.VISITED
    assert clock.town_time(visit.visited_at).strftime("%H:%M") == "09:05"
    (said,) = visit.feedback
    assert (said.nature, said.handling, said.words) == (Nature.APPEAL, Handling.FOLLOW_UP, "路灯坏了")
    assert session.scalar(select(func.count(Issue.id))) == 1
    entered = select(AuditEntry.object_id).where(AuditEntry.action == "visit.key_in")
    assert session.scalars(entered).all() == [str(visit.id)]
    for address in (f"/visits/{visit.uuid}", f"/assignments/{cast.assignment.id}", _address(cast)):
        text = client.page(address).text
        assert "叶秀珍、方光润" in text, address
        assert "由温永然代录" in text, address
    assert (f"/visits/{visit.uuid}/edit", "改正：钟林锡") in client.page(_address(cast)).links


def test_a_visitor_enters_the_own_sheet(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Who went and enters it is the author, the other one went along: as in the visit form."""
    client = sign_in(cast.visitor)
    page = client.page(_address(cast, _pair(cast)))
    assert "代录" not in page.text
    went = [one["value"] for one in page.inputs if one.get("name") == "went" and "checked" in one]
    assert set(went) == {str(cast.visitor.id), str(cast.partner.id)}
    assert client.post(_address(cast, _pair(cast)), data=_line(cast.assignment, "2", went=went)).status_code == 303
    (visit,) = _visits(session)
    assert (visit.author_id, visit.outcome, visit.answers) == (cast.visitor.id, Outcome.AWAY, {})
    assert [one.member_id for one in visit.companions] == [cast.partner.id]
    assert "代录" not in client.page(f"/visits/{visit.uuid}").text


def test_only_one_of_the_pair_went_and_that_is_carried_on(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, address = sign_in(cast.leader), _address(cast, _pair(cast))
    answer = client.post(address, data=_line(cast.assignment, went=[str(cast.partner.id)]))
    page = client.page(answer.location)
    went = [one["value"] for one in page.inputs if one.get("name") == "went" and "checked" in one]
    assert went == [str(cast.partner.id)]
    assert [one.member_id for one in _visits(session)[0].companions] == [cast.partner.id]
    assert "请勾选谁去的" in _refused(client, address, _line(cast.second_assignment)).text
    stranger = _line(cast.second_assignment, went=[str(cast.stranger.id)])
    assert client.post(address, data=stranger).status_code == 404
    assert client.post(address, data=_line(cast.second_assignment, went=["x"])).status_code == 404
    assert len(_visits(session)) == 1


def test_a_line_sent_twice_is_one_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, line = sign_in(cast.leader), _line(cast.assignment, words="要装路灯")
    for _ in range(2):
        assert client.post(_address(cast), data=line).status_code == 303
    assert len(_visits(session)) == 1
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "visit.key_in")) == 1
    page = client.page(_address(cast))
    assert "这条走访已经保存过" in page.text
    assert page.html.count(">改正<span") == 1


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
    address = _address(cast, _pair(cast))
    for typed, door in (("517", "517号"), ("５１７－１", "517-1")):
        assert client.post(address, data=_line(cast.assignment, code=typed, went=went)).status_code == 303
        assert _visits(session)[-1].assignment_id == homes[door].id
    for typed, words in (
        ("518", "这张单上有几户是 518：八巷 518、九巷 518号。请用识别码"),
        ("519", "这张单上没有门牌 519"),
        ("999999", "这张单上没有门牌 999999"),
    ):
        assert words in _refused(client, address, _line(cast.assignment, code=typed, went=went)).text
    assert "识别码不对" in _refused(client, _address(cast), _line(cast.assignment, code="517")).text


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
    client, line = sign_in(cast.leader), _line(cast.assignment)
    page = _refused(client, _address(cast), line | more)
    assert words in page.text
    focused = [one for one in page.inputs if "autofocus" in one]
    assert len(focused) == 1
    assert focused[0].get("aria-invalid") == "true" or focused[0]["name"] == "day"
    assert "有误：" in page.html
    assert _visits(session) == []
    assert client.post(_address(cast), data=line).status_code == 303
    assert str(_visits(session)[0].uuid) == line["uuid"]


def test_all_slips_of_a_line_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line = _line(cast.assignment, "9", code="?", time="x")
    page = _refused(sign_in(cast.leader), _address(cast), line)
    for words in ("识别码不对", "请按 1 到 6", "请填时间"):
        assert words in page.text


def test_somebody_elses_household(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """The same words, whether it is another group's or another campaign's; and it is not said whose it is."""
    for person in (cast.leader, cast.visitor):
        client = sign_in(person)
        page = _refused(client, _address(cast), _line(cast.other_assignment))
        assert "不是这次活动里归您录入的户" in page.text
        assert cast.other_household.name not in page.text
        told = client.get(f"{_address(cast)}/household?code={write(cast.other_assignment.id)}").get_json()
        assert told["found"] is False
        assert cast.other_household.name not in told["text"]
    nobodys = _refused(sign_in(cast.leader), _address(cast), _line(cast.spare_assignment))
    assert "这一户还没有分给人，请先分派再录" in nobodys.text
    others = write_pair((cast.other_visitor.id,))
    assert sign_in(cast.leader).get(_address(cast, others)).status_code == 404
    assert sign_in(cast.leader).get(_address(cast, "x")).status_code == 404
    assert _visits(session) == []


def test_the_household_of_a_code_is_told_while_typing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    told = client.get(f"{_address(cast)}/household?code={write(cast.assignment.id).lower()}").get_json()
    assert told["found"] is True
    assert told["text"].startswith("钟林锡 · 二巷 ")
    assert client.get(f"{_address(cast)}/household").get_json()["found"] is False
    number = cast.household.door_number
    assert client.get(f"{_address(cast)}/household?code={number}&pair={_pair(cast)}").get_json()["found"] is True
    assert client.get(f"{_address(cast)}/household?code={number}&pair=x").get_json()["found"] is False


def test_visited_that_day_already(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """It is said once; who really went again ticks that. Another day, and a voided visit, are no matter."""
    earlier = put(session, cast.visitor, cast.assignment, content(Outcome.AWAY)).visit
    put(session, cast.visitor, cast.second_assignment, content(visited_at=clock.now() - timedelta(days=1)))
    session.commit()
    client, line = sign_in(cast.leader), _line(cast.assignment)
    page = _refused(client, _address(cast), line)
    assert "这天已经记过：09:00 不在家" in page.text
    assert any(one.get("name") == "repeat" for one in page.inputs)
    assert client.post(_address(cast), data=line | {"repeat": "y"}).status_code == 303
    assert client.post(_address(cast), data=_line(cast.second_assignment)).status_code == 303
    assert len(_visits(session)) == 4
    for visit in (session.merge(earlier), _visits(session)[2]):
        visit.voided_at = clock.now()
    session.commit()
    assert client.post(_address(cast), data=_line(cast.assignment)).status_code == 303


def test_an_appointment(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    assert client.post(_address(cast), data=_line(cast.assignment, "3", appointment="7-5 1930")).status_code == 303
    (visit,) = _visits(session)
    assert visit.appointment_at
    assert clock.town_time(visit.appointment_at).strftime("%m-%d %H:%M") == "07-05 19:30"


def test_a_correction_keeps_that_it_was_entered_for_others(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    client.post(_address(cast), data=_line(cast.assignment))
    (visit,) = _visits(session)
    form = {"uuid": str(visit.uuid), "based_on": "1", "outcome": "away", "visited_at": f"{DAY}T09:05"}
    went = [str(cast.visitor.id), str(cast.partner.id)]
    assert client.post(f"/visits/{visit.uuid}/edit", data=form | {"companions": went}).status_code == 303
    text = client.page(_address(cast)).text
    assert "不在家" in text
    assert "由温永然代录" in client.page(f"/visits/{visit.uuid}").text


def test_when_sheets_may_be_entered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A closed campaign's by leaders, flagged late; a draft's and an archived one's by nobody."""
    for state, leader, visitor in (
        (CampaignState.RUNNING, 200, 200), (CampaignState.CLOSED, 200, 404), (CampaignState.ARCHIVED, 404, 404),
        (CampaignState.DRAFT, 404, 404),
    ):  # fmt: skip
        session.rollback()
        cast.campaign.state = state
        session.commit()
        address = _address(cast)
        assert sign_in(cast.leader).get(address).status_code == leader, state
        assert sign_in(cast.visitor).get(address).status_code == visitor, state
        session.rollback()
        if state is CampaignState.CLOSED:
            assert sign_in(cast.leader).post(address, data=_line(cast.assignment)).status_code == 303
            assert _visits(session)[0].late
    assert sign_in(cast.leader).get("/campaigns/12345/key-in").status_code == 404


def test_what_was_entered_in_this_sitting(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Any) -> None:
    """By this person, today, the latest first; what a phone sent is not among it."""
    put(session, cast.leader, cast.spare_assignment, content())
    session.commit()
    client = sign_in(cast.leader)
    assert "刚才录的" not in client.page(_address(cast)).text
    for one in (cast.assignment, cast.second_assignment):
        client.post(_address(cast), data=_line(one))
    client.page(_address(cast))
    text = client.page(_address(cast)).text
    assert text.index(cast.second_household.name) < text.index(cast.household.name)
    assert cast.spare_household.name not in text
    assert "刚才录的" not in sign_in(cast.team_leader).page(_address(cast)).text
    standing_clock.time += timedelta(hours=13)
    assert "刚才录的" not in sign_in(cast.leader).page(_address(cast)).text


@pytest.mark.parametrize("address", ["?day=x&time=99&went=x", "?day=0001-01-01", "?time=%00", "?went=99999999999999"])
def test_odd_addresses(cast: Cast, sign_in: SignIn, address: str) -> None:
    assert sign_in(cast.leader).get(_address(cast) + address).status_code in (200, 400)


def test_costs_the_same_with_more_lines(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    client.post(_address(cast), data=_line(cast.assignment, words="一句"))
    counts = []
    for _ in range(2):
        with counted_queries() as queries:
            client.page(_address(cast))
        counts.append(len(queries))
        for _ in range(2):
            more = make_assignment(
                session, cast.campaign, make_household(session, cast.village), cast.team, (cast.visitor,)
            )
            session.commit()
            assert client.post(_address(cast), data=_line(more, words="一句")).status_code == 303
    assert counts[0] == counts[1]
    assert counts[0] < 20
