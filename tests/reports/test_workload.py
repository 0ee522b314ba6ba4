"""走访员进度: whose load one sees, in which order, that every number leads to its rows, and what is said beside it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import nudge
from hengli_visits.assignments.workload import Sought, Which
from hengli_visits.errors import Missing
from hengli_visits.groups.actions import leave
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentState,
    CampaignState,
    Device,
    DeviceKind,
    Member,
    Outcome,
)
from hengli_visits.reports.queries import Row, workload
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_campaign, make_group, make_household, make_member
from tests.pages import SignIn
from tests.reports.chance import Chance
from tests.reports.test_views import Numbers, listed

LEADERS = ("coordinator", "leader", "team_leader", "other_leader")


def rows(session: Session, cast: Cast, who: str, **sought: object) -> list[Row]:
    wanted = Sought(cast.campaign.id, 11, **sought)  # type: ignore[arg-type]
    return list(workload(session, acting(session, getattr(cast, who)), wanted, 1).page.items)


def people(session: Session, cast: Cast, who: str, **sought: object) -> list[str]:
    return [row.load.member.name for row in rows(session, cast, who, **sought)]


def row_of(session: Session, cast: Cast, member: Member, who: str = "leader") -> Row:
    return next(row for row in rows(session, cast, who) if row.load.member.id == member.id)


def test_everybody_sees_the_people_they_lead(session: Session, cast: Cast) -> None:
    team = {"叶秀珍", "方光润", "苏慧"}
    assert set(people(session, cast, "leader")) == team
    assert set(people(session, cast, "team_leader")) == team
    assert people(session, cast, "other_leader") == ["黄润"]
    assert set(people(session, cast, "coordinator")) == {*team, "黄润"}


def test_the_figures_are_those_of_ones_households(session: Session, cast: Cast, standing_clock: Clock) -> None:
    cast.assignment.state = AssignmentState.VISITED
    cast.second_assignment.due_on = clock.today() - timedelta(days=1)
    make_assignment(
        session,
        cast.campaign,
        make_household(session, cast.village),
        cast.team,
        (cast.visitor,),
        state=AssignmentState.UNREACHABLE,
    )
    standing_clock.time += timedelta(days=11)
    load = row_of(session, cast, cast.visitor).load
    assert (load.total, load.visited, load.unreachable, load.left, load.late, load.stale) == (3, 1, 1, 1, 1, 1)
    assert load.total == load.visited + load.unreachable + load.left
    empty = row_of(session, cast, cast.team_leader).load
    assert (empty.total, empty.left, empty.stale, empty.gone) == (0, 0, 0, 0)


@pytest.mark.parametrize("person", ["coordinator", "leader"])
def test_every_number_leads_to_the_rows_it_counts(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock, person: str
) -> None:
    Chance(session, cast, 1).fill()
    leave(session, acting(session, cast.coordinator), cast.team, cast.visitor.id)
    session.commit()
    standing_clock.time += timedelta(days=12)
    client = sign_in(getattr(cast, person))
    numbers = Numbers(client.get("/workload").get_data(as_text=True)).found
    assert len(numbers) >= 3
    for address, number in numbers.items():
        with listed(app) as totals:
            client.page(address)
        assert totals == [number], address


def test_groups_teams_and_names_make_the_order_and_no_figure_does(session: Session, cast: Cast) -> None:
    late_team = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group)
    for team, name, sound in ((late_team, "阿丙", "abing"), (cast.team, "周一", "zhouyi"), (cast.group, "张三", "z")):
        member = make_member(session, name, pinyin=sound)
        join(session, team, member)
        household = make_household(session, cast.village)
        make_assignment(session, cast.campaign, household, team, (member,), state=AssignmentState.VISITED)
    cast.visitor.pinyin, cast.partner.pinyin, cast.team_leader.pinyin = "yexiuzhen", "fangguangrun", "suhui"
    cast.other_visitor.pinyin = "huangrun"
    session.flush()
    ordered = ["张三", "方光润", "苏慧", "叶秀珍", "周一", "阿丙", "黄润"]
    assert people(session, cast, "coordinator") == ordered
    for number, name in enumerate(ordered):
        member = next(row.load.member for row in rows(session, cast, "coordinator") if row.load.member.name == name)
        for _ in range(7 - number if number % 2 else number):
            make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (member,))
    assert people(session, cast, "coordinator") == ordered


def test_filters(session: Session, cast: Cast) -> None:
    cast.partner.pinyin, cast.partner.initials = "fangguangrun", "fgr"
    session.flush()
    for words in ("方光", "fgr", "fangg"):
        assert people(session, cast, "leader", words=words) == ["方光润"]
    assert set(people(session, cast, "coordinator", group_id=cast.group.id)) == {"叶秀珍", "方光润", "苏慧"}
    assert people(session, cast, "coordinator", group_id=cast.other_group.id) == ["黄润"]
    assert set(people(session, cast, "leader", which=Which.LEFT)) == {"叶秀珍", "方光润"}
    assert people(session, cast, "leader", which=Which.LATE) == []
    for who, group in (("leader", cast.other_group), ("team_leader", cast.group), ("other_leader", cast.team)):
        with pytest.raises(Missing):
            rows(session, cast, who, group_id=group.id)


def test_who_left_still_stands_there_with_what_is_in_hand(session: Session, cast: Cast, sign_in: SignIn) -> None:
    actor = acting(session, cast.coordinator)
    leave(session, actor, cast.team, cast.visitor.id)
    leave(session, actor, cast.team, cast.team_leader.id)
    cast.other_visitor.active = False
    session.commit()
    load = row_of(session, cast, cast.visitor).load
    assert (load.left, load.gone, load.group) == (2, 2, cast.team)
    assert people(session, cast, "leader", which=Which.GONE) == ["叶秀珍"]
    assert "苏慧" not in people(session, cast, "leader")
    text = sign_in(cast.leader).page("/workload").text
    assert text.count("已离组") >= 1
    assert "名下的户要有人接" in text
    assert "已停用" in sign_in(cast.coordinator).page("/workload").text


def test_in_another_group_now_is_gone_for_the_old_one(session: Session, cast: Cast) -> None:
    leave(session, acting(session, cast.coordinator), cast.team, cast.visitor.id)
    join(session, cast.other_group, cast.visitor)
    assert row_of(session, cast, cast.visitor).load.gone == 2
    here = row_of(session, cast, cast.visitor, "coordinator").load
    assert (here.group, here.gone, here.left) == (cast.other_group, 2, 2)
    there = row_of(session, cast, cast.visitor, "other_leader").load
    assert (there.total, there.gone) == (0, 0)


def test_last_heard_of_by_a_visit_or_by_the_phone(session: Session, cast: Cast, standing_clock: Clock) -> None:
    assert row_of(session, cast, cast.visitor).heard is None
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET, day=-1)
    assert row_of(session, cast, cast.visitor).heard == clock.now()
    at = clock.now() + timedelta(hours=2)
    device = Device(
        id=uuid4(),
        member_id=cast.visitor.id,
        token_hash="x" * 64,
        kind=DeviceKind.FIELD,
        created_at=clock.now(),
        last_seen_at=at,
        expires_at=at + timedelta(days=9),
        unsent=3,
        told_at=at,
        oldest_unsent_at=clock.now() - timedelta(hours=5),
    )
    session.add(device)
    session.flush()
    found = row_of(session, cast, cast.visitor)
    assert found.heard == at
    assert found.phone
    assert (found.phone.unsent, found.phone.since) == (3, clock.now() - timedelta(hours=5))
    standing_clock.time += timedelta(days=3)
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    assert row_of(session, cast, cast.visitor).heard == clock.now()


def test_the_page_says_who_is_on_leave_what_waits_and_who_reminded(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    nudge(session, acting(session, cast.leader), cast.campaign, [cast.visitor.id])
    day = clock.today()
    for member, last in ((cast.partner, day + timedelta(days=4)), (cast.team_leader, None)):
        session.add(Absence(member_id=member.id, starts_on=day, ends_on=last, noted_at=clock.now()))
    session.commit()
    page = sign_in(cast.leader).page("/workload")
    text = " ".join(page.text.split())
    assert "上次催办 6月29日 温永然" in text
    assert "请假至7月3日" in text
    assert "请假中" in text
    assert "不知道" in text
    assert page.html.count('name="member"') == 2
    assert f"&amp;member={cast.visitor.id}&amp;" not in page.html
    assert f"&amp;member={cast.partner.id}&amp;" not in page.html
    session.delete(session.scalars(select(Absence).where(Absence.member_id == cast.partner.id)).one())
    session.commit()
    assert f"&amp;member={cast.partner.id}&amp;" in sign_in(cast.leader).page("/workload").html
    tasks = f"/assignments?campaign={cast.campaign.id}&visitor={cast.visitor.id}"
    assert (tasks, "叶秀珍") in page.links


def _stranger(_session: Session, cast: Cast) -> Member:
    return cast.stranger


def _area_lead(_session: Session, cast: Cast) -> Member:
    return cast.area_lead


@pytest.mark.parametrize("whoever", [_stranger, _area_lead])
def test_nobody_else_sees_it(
    session: Session, cast: Cast, sign_in: SignIn, whoever: Callable[[Session, Cast], Member]
) -> None:
    assert sign_in(whoever(session, cast)).get("/workload").status_code == 404


def test_one_comes_to_it_from_the_tasks_and_the_overview(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for who in LEADERS:
        client = sign_in(getattr(cast, who))
        for address in ("/assignments", "/overview"):
            assert any(href.startswith("/workload?") for href, _ in client.page(address).links), (who, address)
    lead = sign_in(cast.area_lead)
    for address in ("/assignments", "/overview"):
        assert "/workload" not in lead.page(address).html


def test_campaigns_in_which_one_leads_nobody(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "情系群众周", state=CampaignState.CLOSED)
    make_assignment(session, other, make_household(session, cast.other_village), make_group(session, other, "机关组"))
    session.commit()
    assert "还没有走访员" in sign_in(cast.coordinator).page(f"/workload?campaign={other.id}").text
    assert "没有符合条件的人" in sign_in(cast.coordinator).page("/workload?which=late").text
    assert sign_in(cast.leader).get(f"/workload?campaign={other.id}").status_code == 404
    assert sign_in(cast.leader).get(f"/workload?group={cast.other_group.id}").status_code == 404
    cast.campaign.state = CampaignState.ARCHIVED
    other.state = CampaignState.ARCHIVED
    session.commit()
    assert "还没有活动" in sign_in(cast.coordinator).page("/workload").text
    assert sign_in(cast.leader).get("/workload").status_code == 404


def test_after_the_end_nobody_is_reminded(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    page = sign_in(cast.leader).page("/workload")
    assert "叶秀珍" in page.text
    assert 'name="member"' not in page.html
    assert "/assignments/nudge" not in page.html


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.other_leader)
    costs = []
    for _ in range(2):
        session.commit()
        with counted_queries() as statements:
            client.page("/workload")
        costs.append(len(statements))
        more = [make_member(session, f"黄{number}") for number in range(2)]
        join(session, cast.other_group, *more)
        for member in more:
            household = make_household(session, cast.other_village)
            made: Assignment = make_assignment(session, cast.campaign, household, cast.other_group, (member,))
            make_visit(session, made, member, Outcome.AWAY)
        nudge(session, acting(session, cast.other_leader), cast.campaign, [more[0].id])
    assert costs[0] == costs[1] <= 16


def test_pages(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for number in range(52):
        join(session, cast.other_group, make_member(session, f"黄{number}号"))
    session.commit()
    client = sign_in(cast.other_leader)
    first, second = client.page("/workload").text, client.page("/workload?page=2").text
    assert sum(f"黄{number}号" in first for number in range(52)) == 49
    assert sum(f"黄{number}号" in second for number in range(52)) == 3
    assert client.page("/workload?page=99").text.count("黄5号") == second.count("黄5号")
