"""Pages of a group, of a village and of oneself: what is left and who needs help, never who is best."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.steps import Verb
from hengli_visits.models import AssignmentState, CampaignState, Issue, IssueState, Move, Nudge, Outcome, Supervision
from tests.assignments.making import make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_household, make_member
from tests.issues.making import make_issue
from tests.pages import PageClient, SignIn
from tests.reports.chance import Chance
from tests.reports.test_views import Numbers, listed


def _long_ago(session: Session, cast: Cast) -> None:
    """The campaign began ten days ago, and nobody has sent anything."""
    cast.campaign.started_at = clock.now() - timedelta(days=10)
    session.commit()


def test_who_has_sent_nothing_is_helped_and_reminded_with_one_tap(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    _long_ago(session, cast)
    client = sign_in(cast.leader)
    page = client.page(f"/overview/groups/{cast.team.id}")
    assert "叶秀珍" in page.text
    assert "还没有过记录" in page.text
    assert page.text.count("催办") >= 2
    form = {
        "campaign": cast.campaign.id,
        "members": str(cast.visitor.id),
        "words": "请尽快安排时间走完。",
        "back": f"/overview/groups/{cast.team.id}",
    }
    answer = client.post("/assignments/nudge", data=form)
    assert (answer.status_code, answer.location) == (303, form["back"])
    session.rollback()
    assert session.scalars(select(Nudge.member_id)).all() == [cast.visitor.id]
    again = client.page(f"/overview/groups/{cast.team.id}")
    assert "一天内已经提醒过" in again.text
    assert f'value="{cast.visitor.id}"' not in again.html


def test_who_has_just_sent_something_is_left_alone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _long_ago(session, cast)
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    session.commit()
    text = sign_in(cast.leader).page(f"/overview/groups/{cast.team.id}").text
    assert "叶秀珍" not in text
    assert "方光润" in text
    assert "不用催" in text


def test_issues_that_do_not_get_on(session: Session, cast: Cast, sign_in: SignIn) -> None:
    late, parked, fine = (make_issue(session, cast) for _ in range(3))
    late.step_due_at = clock.now() - timedelta(hours=1)
    parked.state, parked.step_due_at = IssueState.PARKED, None
    parked.review_on = clock.today() - timedelta(days=1)
    fine.step_due_at = clock.now() + timedelta(days=1)
    session.commit()
    for who, address in (
        ("leader", f"/overview/groups/{cast.group.id}"),
        ("area_lead", f"/overview/areas/{cast.village.id}"),
    ):
        page = sign_in(getattr(cast, who)).page(address)
        assert late.number in page.text
        assert parked.number in page.text
        assert fine.number not in page.text
        assert any(href == f"/issues/{late.id}" for href, _ in page.links)


def _press(client: PageClient, page: str, issue: Issue, word: str) -> None:
    """Press the button of the page that does this to an issue, with the values that it carries."""
    html = client.page(page).html
    form = re.search(rf'<form[^>]* action="(/issues/{issue.id}/moves/{word})".*?</form>', html, re.DOTALL)
    assert form is not None, word
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))
    answer = client.post(form[1], data={name: unescape(value) for name, value in values.items()})
    assert (answer.status_code, answer.location) == (303, page)


def test_a_unit_is_pressed_on_with_one_tap(session: Session, cast: Cast, sign_in: SignIn) -> None:
    late = make_issue(session, cast, IssueState.IN_PROGRESS)
    late.step_due_at = clock.now() - timedelta(hours=1)
    session.commit()
    group, area = f"/overview/groups/{cast.group.id}", f"/overview/areas/{cast.village.id}?campaign={cast.campaign.id}"
    leader, lead = sign_in(cast.leader), sign_in(cast.area_lead)
    assert f"/issues/{late.id}/moves/supervise" not in leader.page(group).html
    for client, page, verb, level in (
        (leader, group, Verb.REMIND, Supervision.REMINDED),
        (lead, area, Verb.SUPERVISE, Supervision.WRITTEN),
    ):
        _press(client, page, late, verb.value)
        session.rollback()
        session.refresh(late)
        assert late.supervision is level
        told = client.page(page).text
        assert cast.unit.name in told
        assert ("解除督办" in told) is (verb is Verb.SUPERVISE)
        last = session.scalars(select(Move).where(Move.issue_id == late.id).order_by(Move.id.desc())).first()
        assert last is not None
        assert (last.verb, bool(last.note)) == (verb, True)
    assert f"/issues/{late.id}/moves/remind" not in leader.page(group).html
    ways = [href for href, _ in lead.page(area).links if href.startswith(f"/issues/{late.id}/moves/supervise")]
    assert len(ways) == 1  # 通报 names a unit before all: it has its form


def test_all_who_may_need_help_are_reminded_with_one_press(session: Session, cast: Cast, sign_in: SignIn) -> None:
    members = [make_member(session, f"黄{number}") for number in range(10)]
    join(session, cast.other_group, *members)
    for member in members:
        make_assignment(
            session, cast.campaign, make_household(session, cast.other_village), cast.other_group, (member,)
        )
    _long_ago(session, cast)
    client, address = sign_in(cast.other_leader), f"/overview/groups/{cast.other_group.id}"
    page = client.page(address)
    assert page.text.index("卡住的问题") < page.text.index("可能要帮一把")
    assert "其余" in page.text
    pressed = page.html.partition("一起催办")[0].rpartition("<form")[2]
    whom = re.search(r'name="members" value="([0-9 ]+)"', pressed)
    assert whom is not None
    assert {int(id_) for id_ in whom[1].split()} >= {member.id for member in members}
    data = {"campaign": cast.campaign.id, "members": whom[1], "words": "请尽快。", "back": address}
    assert client.post("/assignments/nudge", data=data).status_code == 303
    session.rollback()
    assert set(session.scalars(select(Nudge.member_id))) == {int(id_) for id_ in whom[1].split()}


def test_only_who_answers_for_them(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.commit()
    group, area = f"/overview/groups/{cast.other_group.id}", f"/overview/areas/{cast.other_village.id}"
    assert sign_in(cast.leader).get(group).status_code == 404
    assert sign_in(cast.area_lead).get(area).status_code == 404
    assert sign_in(cast.area_lead).get(group).status_code == 404
    assert sign_in(cast.team_leader).get(f"/overview/groups/{cast.group.id}").status_code == 404
    assert sign_in(cast.coordinator).get("/overview/groups/999999").status_code == 404
    assert sign_in(cast.coordinator).get("/overview/areas/999999").status_code == 404
    assert sign_in(cast.coordinator).get(f"{area}?campaign=999999").status_code == 404


def test_an_area_lead_sees_no_people(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _long_ago(session, cast)
    text = sign_in(cast.area_lead).page(f"/overview/areas/{cast.village.id}").text
    assert "叶秀珍" not in text
    assert "可能要帮一把" not in text
    assert "长巷村组" in text


@pytest.mark.parametrize("who", ["leader", "coordinator"])
def test_numbers_lead_to_their_rows(app: Flask, session: Session, cast: Cast, sign_in: SignIn, who: str) -> None:
    Chance(session, cast, 6).fill()
    _long_ago(session, cast)
    client = sign_in(getattr(cast, who))
    numbers = Numbers(client.page(f"/overview/groups/{cast.group.id}").html).found
    if who == "coordinator":
        numbers |= Numbers(client.page(f"/overview/areas/{cast.village.id}").html).found
    assert len(numbers) > 8
    for address, number in numbers.items():
        with listed(app) as totals:
            client.get(address)
        assert totals == [number], address


def test_people_stand_by_name_whatever_their_figures(session: Session, cast: Cast, sign_in: SignIn) -> None:
    names = ["安一", "毕二", "陈三", "邓四"]
    members = [
        make_member(session, name, pinyin=pinyin)
        for name, pinyin in zip(names, ("an yi", "bi er", "chen san", "deng si"), strict=True)
    ]
    join(session, cast.other_group, *members)
    for done, member in enumerate(members):
        for number in range(4):
            state = AssignmentState.VISITED if number < (done * 7 + 2) % 4 else AssignmentState.WAITING
            household = make_household(session, cast.other_village)
            make_assignment(session, cast.campaign, household, cast.other_group, (member,), state=state)
    _long_ago(session, cast)
    client = sign_in(cast.other_leader)
    for address in ("/overview", f"/overview/groups/{cast.other_group.id}", "/workload"):
        page = client.page(address)
        places = [page.text.find(name) for name in names if name in page.text]
        assert len(places) >= 3
        assert places == sorted(places), address
        asked = [href for href, _ in page.links if "sort=" in href or "order=" in href]
        assert asked == [], address


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _long_ago(session, cast)
    client = sign_in(cast.other_leader)
    costs = []
    for _ in range(2):
        session.commit()
        with counted_queries() as statements:
            client.page(f"/overview/groups/{cast.other_group.id}")
        costs.append(len(statements))
        for member in (make_member(session, f"黄{number}") for number in range(2)):
            join(session, cast.other_group, member)
            household = make_household(session, cast.other_village)
            make_assignment(session, cast.campaign, household, cast.other_group, (member,))
    assert costs[0] == costs[1] <= 24


def test_own_figures_are_ones_own(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    make_visit(session, cast.second_assignment, cast.visitor, Outcome.AWAY)
    make_visit(session, cast.other_assignment, cast.other_visitor, Outcome.MET)
    closed = make_issue(session, cast)
    closed.state = IssueState.CLOSED
    make_issue(session, cast)
    session.commit()
    client = sign_in(cast.visitor)
    page = client.page("/me/figures")
    numbers = Numbers(page.html).found
    assert sorted(numbers.values()) == [1, 1, 1, 1, 2, 2]
    for address, number in numbers.items():
        with listed(app) as totals:
            client.page(address)
        assert totals == [number], address
    for name in ("方光润", "黄润", "苏慧"):
        assert name not in page.text
    assert ("/me/figures", "看我走访的") in client.page("/me").links
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    assert Numbers(client.page("/me/figures").html).found == numbers


def test_who_never_visited_is_told_so(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.other_leader.active = True
    session.commit()
    assert "还没有走访过" in sign_in(cast.other_leader).page("/me/figures").text
    assert sign_in(cast.other_leader).get("/me/figures/issues").status_code == 404
    assert sign_in(cast.stranger).get("/me/figures").status_code == 404
