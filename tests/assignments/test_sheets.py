"""走访单: who prints whose, what stands on it and what does not, and that each printing is noted."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, keycodes, sheets
from hengli_visits.models import AuditEntry, CampaignState, HouseholdKind, Member, Outcome
from tests.assignments.making import acting, make_feedback, make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_campaign, make_group, make_household, make_member
from tests.pages import Page, PageClient, SignIn, page_of

ADDRESS = "/assignments/sheets"


def _pair(*members: Member) -> str:
    return sheets.write_pair(member.id for member in members)


def _printed(client: PageClient, *pairs: str, status: int = 200, **more: str) -> Page:
    answer = client.post(ADDRESS, data={"pair": list(pairs), **more})
    assert answer.status_code == status
    return page_of(answer.get_data(as_text=True))


def _offered(page: Page) -> set[str]:
    return {one["value"] for one in page.inputs if one.get("name") == "pair"}


def test_what_stands_on_a_sheet(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.household.size, cast.household.remarks = 3, "狗要拴好"
    cast.campaign.full_name = "千名党员走访千户家庭"
    visit = make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY, remarks="下午再来")
    make_feedback(session, visit, "屋顶漏水")
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    session.commit()
    page = _printed(sign_in(cast.visitor), _pair(cast.visitor, cast.partner))
    household = cast.household
    for words in (
        "千名党员走访千户家庭", "长巷村第1小组：叶秀珍、方光润", keycodes.write(cast.assignment.id), "钟林锡", "困难户",
        f"{household.street} {household.door}", "第 1 / 1 页", "打印：叶秀珍 2026年6月29日 10:00 · 用后收回",
        "已见面", "不在家", "约时间再访", "不便接待", "已搬离", "空户", "意见摘要", "需跟进",
    ):  # fmt: skip
        assert words in page.text, words
    assert household.phone
    for words in ("屋顶漏水", "下午再来", "狗要拴好", household.phone, household.phone[-4:], household.code):
        assert words not in page.html, words


def test_each_printing_is_noted_and_looking_is_not(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    client.page(ADDRESS)
    printed = select(AuditEntry).where(AuditEntry.action == "sheet.print")
    assert session.scalars(printed).all() == []
    session.rollback()
    pair = _pair(cast.visitor, cast.partner)
    _printed(client, pair)
    _printed(client, pair)
    session.rollback()
    entries = session.scalars(printed).all()
    assert [(one.actor_id, one.object_id) for one in entries] == [(cast.leader.id, str(cast.campaign.id))] * 2
    assert entries[0].data == {"pairs": [pair], "households": 2}


def test_whose_sheets_are_offered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A visitor's own, a leader's teams, a coordinator's groups one by one."""
    own, others = _pair(cast.visitor, cast.partner), _pair(cast.other_visitor)
    for person, wanted in (
        (cast.visitor, {own}), (cast.partner, {own}), (cast.leader, {own}), (cast.team_leader, {own}),
        (cast.other_leader, {others}), (cast.other_visitor, {others}), (cast.coordinator, {own}),
    ):  # fmt: skip
        assert _offered(sign_in(person).page(ADDRESS)) == wanted, person.name
    coordinator = sign_in(cast.coordinator)
    assert _offered(coordinator.page(f"{ADDRESS}?group={cast.other_group.id}")) == {others}
    assert sign_in(cast.leader).get(f"{ADDRESS}?group={cast.other_group.id}").status_code == 404
    for person in (cast.visitor, cast.leader):
        assert sign_in(person).post(ADDRESS, data={"pair": others}).status_code == 404
    assert sign_in(cast.area_lead).get(ADDRESS).status_code == 404


def test_a_leader_who_visits_elsewhere_prints_both(session: Session, cast: Cast, sign_in: SignIn) -> None:
    join(session, cast.other_group, cast.leader)
    make_assignment(
        session, cast.campaign, make_household(session, cast.other_village), cast.other_group, (cast.leader,)
    )
    session.commit()
    assert _offered(sign_in(cast.leader).page(ADDRESS)) == {_pair(cast.visitor, cast.partner), _pair(cast.leader)}


def test_visited_ones_only_when_asked_for(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    session.commit()
    client, pair = sign_in(cast.visitor), _pair(cast.visitor, cast.partner)
    assert "要去 1/2 户" in client.page(ADDRESS).text
    assert "钟林锡" not in _printed(client, pair).text
    assert "钟林锡" in _printed(client, pair, every="y").text
    make_visit(session, cast.second_assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.second_assignment.id, SYSTEM)
    session.commit()
    assert "所选的走访员都走完了" in _printed(client, pair).text


def test_pages_are_numbered_by_pair(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Fourteen households of one pair make two pages, and the single visitor has a sheet of their own. The pair is one,
    whoever of the two stands first."""
    for number in range(12):
        household = make_household(session, cast.village, f"李{number}", street="九巷", door=f"{number + 1}号")
        pair = (cast.partner, cast.visitor) if number % 2 else (cast.visitor, cast.partner)
        make_assignment(session, cast.campaign, household, cast.team, pair)
    enterprise = make_household(session, cast.village, "五金厂", kind=HouseholdKind.ENTERPRISE, street="", door="")
    make_assignment(session, cast.campaign, enterprise, cast.team, (cast.visitor,))
    session.commit()
    page = _printed(sign_in(cast.leader), _pair(cast.visitor, cast.partner), _pair(cast.visitor))
    assert re.findall(r"日 · 第 (\d) / (\d) 页", page.text) == [("1", "1"), ("1", "2"), ("2", "2")]
    assert page.counts["table"] == 3
    assert page.html.count('scope="row"') == 12 + (2 + sheets.SPARE_ROWS) + (1 + sheets.SPARE_ROWS)
    assert "企业" in page.text


def test_in_walking_order_with_codes_that_lead_back(session: Session, cast: Cast) -> None:
    actor = acting(session, cast.visitor)
    for door in ("20号", "3号之二", "3号"):
        household = make_household(session, cast.village, door, street="九巷", door=door, door_number=None)
        make_assignment(session, cast.campaign, household, cast.team, (cast.visitor, cast.partner))
    scope = sheets.printable(actor, cast.campaign.id)
    made = sheets.sheets(session, scope, sheets.parties(session, scope))
    lines = [line for page in made[0].pages for line in page if line.assignment]
    assert [line.assignment.household.door for line in lines if line.assignment][2:] == ["3号", "3号之二", "20号"]
    assert [keycodes.read(line.code) for line in lines] == [line.assignment.id for line in lines if line.assignment]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]


def test_nothing_chosen_and_odd_choices(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = _printed(client, status=422)
    assert "请先勾选要打印谁的走访单" in page.text
    for odd in ("x", "-", "1-", "99999999999-1", "9" * 400, "１-２"):
        assert client.post(ADDRESS, data={"pair": odd}).status_code == 404
    many = [str(number) for number in range(sheets.MOST_SHEETS + 1)]
    assert client.post(ADDRESS, data={"pair": many}).status_code == 422


def test_campaigns_that_are_over(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A visitor's access ends with the campaign; a leader may still print."""
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    assert "现在没有可以打印的走访单" in sign_in(cast.visitor).page(ADDRESS).text
    assert sign_in(cast.visitor).post(ADDRESS, data={"pair": "1"}).status_code == 404
    assert _offered(sign_in(cast.leader).page(ADDRESS)) == {_pair(cast.visitor, cast.partner)}


def test_two_campaigns(session: Session, cast: Cast, sign_in: SignIn) -> None:
    second = make_campaign(session, "情系群众周")
    group = make_group(session, second, "第1组")
    join(session, group, cast.visitor)
    make_assignment(session, second, cast.household, group, (cast.visitor,))
    session.commit()
    page = sign_in(cast.visitor).page(f"{ADDRESS}?campaign={second.id}")
    assert _offered(page) == {_pair(cast.visitor)}
    assert any("双千" in text for _, text in page.links)
    assert sign_in(cast.visitor).get(f"{ADDRESS}?campaign=12345").status_code == 404


@pytest.mark.parametrize("printing", [False, True])
def test_costs_the_same_with_more_pairs(session: Session, cast: Cast, sign_in: SignIn, printing: bool) -> None:
    client, pairs, counts = sign_in(cast.leader), [_pair(cast.visitor, cast.partner)], []
    for _ in range(2):
        with counted_queries() as queries:
            page = _printed(client, *pairs) if printing else client.page(ADDRESS)
        assert "叶秀珍、方光润" in page.text
        counts.append(len(queries))
        for _ in range(2):
            member = make_member(session, "温生")
            join(session, cast.team, member)
            make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (member,))
            pairs.append(_pair(member))
        session.commit()
    assert counts[0] == counts[1]
    assert counts[0] < 20
