"""The board of a group: what lies where, moving, taking back, undoing; what is refused and who is told."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, board
from hengli_visits.assignments.changes import Change, hold, visitors_of, write
from hengli_visits.models import AssignmentMove, AssignmentVerb, CampaignState, Outcome
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_group, make_household, make_member
from tests.pages import Page, SignIn


def sent(page: Page, *assignment_ids: int, to: object) -> dict[str, object]:
    """What the page's form sends."""
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page.html) for name in ("group", "seen")}
    return {name: found[1] if found else "" for name, found in hidden.items()} | {
        "assignment": list(assignment_ids),
        "to": to,
    }


def test_columns_are_those_who_go_together_and_those_with_nothing(session: Session, cast: Cast) -> None:
    newcomer = make_member(session, "温镜波")
    join(session, cast.group, newcomer)
    gone = make_member(session, "走了")
    household = make_household(session, cast.village, door_number=1)
    swapped = make_assignment(session, cast.campaign, household, cast.team, (cast.partner, cast.visitor))
    left = make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (gone,))
    make_visit(session, cast.second_assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.second_assignment.id, SYSTEM)
    found = board.get_board(session, acting(session, cast.leader), [cast.group, cast.team])
    told = [(one.title, one.group, [row.id for row in one.rows], one.visited, one.present) for one in found.columns]
    assert told == [
        ("温镜波", "长巷村组", [], 0, True),
        ("叶秀珍、方光润", "长巷村第1小组", [swapped.id, cast.assignment.id], 1, True),
        ("苏慧", "长巷村第1小组", [], 0, True),
        ("走了", "", [left.id], 0, False),
    ]
    assert [row.id for row in found.free] == [cast.spare_assignment.id]
    assert found.total == 4
    assert (cast.partner.id,) in [members for members, _title, _count in found.sides]


def test_households_are_given_taken_back_and_a_step_undone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = f"/assignments/board?group={cast.group.id}"
    page = client.page(address)
    pair = f"{cast.visitor.id},{cast.partner.id}"
    answer = client.post("/assignments/board", data=sent(page, cast.spare_assignment.id, to=pair))
    assert answer.status_code == 303
    page = client.page(answer.location)
    assert "已分派 1 户" in page.text
    session.rollback()
    assert visitors_of(session, [cast.spare_assignment.id])[cast.spare_assignment.id] == (
        cast.visitor.id,
        cast.partner.id,
    )
    both = (cast.spare_assignment.id, cast.assignment.id)
    answer = client.post("/assignments/board", data=sent(page, *both, to="nobody"))
    page = client.page(answer.location)
    assert "已收回 2 户" in page.text
    assert "撤销上一步" in page.text
    step = answer.location.split("step=")[1]
    undone = client.post("/assignments/board/undo", data={"group": cast.group.id, "step": step}, follow_redirects=True)
    assert "已撤销，2 户恢复原样" in undone.text
    again = client.post("/assignments/board/undo", data={"group": cast.group.id, "step": step}, follow_redirects=True)
    assert "不能整批撤销" in again.text
    assert "撤销上一步" not in client.page(answer.location).text
    session.rollback()
    assert len(visitors_of(session, both)) == 2
    moves = select(AssignmentMove.verb).where(AssignmentMove.assignment_id == both[0]).order_by(AssignmentMove.id)
    verbs = session.scalars(moves).all()
    assert verbs[:2] == [AssignmentVerb.GIVE, AssignmentVerb.TAKE_BACK]
    assert len(verbs) == 3


def test_a_step_is_undone_until_somebody_goes_on_from_there(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    standing_clock.time += timedelta(hours=1)
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/board?group={cast.group.id}")
    answer = client.post("/assignments/board", data=sent(page, cast.assignment.id, to=cast.team_leader.id))
    assert "撤销上一步" in client.page(answer.location).text
    standing_clock.time += timedelta(hours=1)
    make_visit(session, cast.assignment, cast.team_leader, Outcome.MET)
    session.commit()
    assert "撤销上一步" not in client.page(answer.location).text
    step = {"group": cast.group.id, "step": answer.location.split("step=")[1]}
    assert "不能整批撤销" in client.post("/assignments/board/undo", data=step, follow_redirects=True).text


def test_who_was_slower_is_told_which_and_sees_how_it_is(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/board?group={cast.group.id}")
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.team_leader.id])
    session.commit()
    both = (cast.assignment.id, cast.spare_assignment.id)
    data = sent(page, *both, to=cast.visitor.id)
    answer = client.post("/assignments/board", data=data, follow_redirects=True)
    assert "已分派 1 户" in answer.text
    assert "钟林锡 等 1 户刚被别人调整过" in answer.text
    data = sent(page, cast.assignment.id, to="nobody")
    assert "刚被别人调整过" in client.post("/assignments/board", data=data, follow_redirects=True).text
    session.rollback()
    assert visitors_of(session, both) == {
        cast.assignment.id: (cast.team_leader.id,),
        cast.spare_assignment.id: (cast.visitor.id,),
    }


def test_what_is_not_right_comes_back_with_the_ticks(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/board?group={cast.group.id}")
    answer = client.post("/assignments/board", data=sent(page, cast.assignment.id, to=""))
    assert answer.status_code == 422
    assert "请选交给谁" in answer.text
    assert re.search(rf'value="{cast.assignment.id}" checked', answer.text)
    assert client.post("/assignments/board", data=sent(page, to="nobody")).status_code == 422
    answer = client.post("/assignments/board", data=sent(page, cast.assignment.id, to=cast.other_visitor.id))
    assert answer.status_code == 422
    assert "不都是这些走访户所在小组的成员" in answer.text
    answer = client.post("/assignments/board", data=sent(page, cast.assignment.id, to="others"))
    assert answer.status_code == 303
    assert f"/assignments/give?assignment={cast.assignment.id}" in answer.location
    foreign = sent(page, cast.other_assignment.id, to=cast.visitor.id)
    assert client.post("/assignments/board", data=foreign).status_code == 404
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    answer = client.post("/assignments/board", data=sent(page, cast.assignment.id, to=cast.visitor.id))
    assert answer.status_code == 409
    assert "已经结束" in answer.text
    closed = client.page(f"/assignments/board?group={cast.group.id}")
    assert not any(a.get("name") == "assignment" for a in closed.inputs)


def test_a_board_is_that_of_ones_own_groups(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.team_leader)
    assert "钟林锡" in client.page("/assignments/board").text
    assert client.get(f"/assignments/board?group={cast.group.id}").status_code == 404
    for other in (cast.other_leader, cast.visitor, cast.area_lead, cast.stranger):
        assert sign_in(other).get(f"/assignments/board?group={cast.team.id}").status_code == 404
    step = {"group": cast.team.id, "step": "00000000-0000-0000-0000-000000000000"}
    assert client.post("/assignments/board/undo", data=step).status_code == 404
    assert client.post("/assignments/board/undo", data={"group": cast.team.id}).status_code == 404
    batch = uuid.uuid4()
    planned = Change(hold(session, [cast.assignment.id], true())[cast.assignment.id], cast.team.id, None, ())
    write(session, SYSTEM, AssignmentVerb.SHARE, [planned], batch=batch)
    session.commit()
    assert client.post("/assignments/board/undo", data=step | {"step": batch}).status_code == 404
    for query in ("step=x", f"group={cast.team.id}&step=00000000-0000-0000-0000-000000000000"):
        assert client.get(f"/assignments/board?{query}").status_code == 200


def test_a_board_without_anything(session: Session, cast: Cast, sign_in: SignIn) -> None:
    empty = make_group(session, cast.campaign, "空组")
    session.commit()
    client = sign_in(cast.coordinator)
    assert "还没有人" in client.page(f"/assignments/board?group={empty.id}").text
    cast.campaign.state = CampaignState.ARCHIVED
    session.commit()
    assert "还没有小组" in client.page("/assignments/board").text


def test_a_board_that_would_be_too_long(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_CARDS", 2)
    page = sign_in(cast.leader).page(f"/assignments/board?group={cast.group.id}")
    assert "这个组有 3 户要走访，一页放不下" in page.text


def test_a_board_costs_the_same_with_more_on_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = f"/assignments/board?group={cast.group.id}"
    client.get(address)
    with counted_queries() as few:
        assert client.get(address).status_code == 200
    for number in range(40):
        member = make_member(session, f"温{number}")
        join(session, cast.team, member)
        household = make_household(session, cast.village, street=f"{number}巷", category="低保户")
        make_assignment(session, cast.campaign, household, cast.team, (member,) if number % 2 else ())
    session.commit()
    with counted_queries() as many:
        assert client.get(address).status_code == 200
    assert len(few) == len(many), "\n".join(many)
    assert len(few) < 20
