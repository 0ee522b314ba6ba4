"""Who is kept apart from whom: noted, held against every giving, lifted; seen by those who lead only."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, avoidances
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.queries import get_assignment
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import AuditEntry
from tests.assignments.making import acting
from tests.cast import Cast
from tests.factories import join
from tests.pages import SignIn


def test_noted_once_held_and_lifted(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    first = actions.avoid_household(session, leader, cast.assignment, cast.team_leader.id, " 亲属 ")
    assert actions.avoid_household(session, leader, cast.assignment, cast.team_leader.id).id == first.id
    assert first.note == "亲属"
    both = actions.avoid_member(session, leader, cast.visitor.id, cast.partner.id)
    assert actions.avoid_member(session, leader, cast.partner.id, cast.visitor.id).id == both.id
    held = avoidances.in_force(session)
    assert held.households == {(cast.team_leader.id, cast.household.id)}
    assert held.members == {(cast.visitor.id, cast.partner.id), (cast.partner.id, cast.visitor.id)}
    assert avoidances.in_force(session, [cast.partner.id]).members == held.members
    assert not avoidances.in_force(session, [cast.stranger.id]).members
    assert actions.lift_avoidance(session, leader, first)
    assert not actions.lift_avoidance(session, leader, first)
    assert not avoidances.in_force(session).households
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("avoidance.%")).order_by(AuditEntry.id))
    assert [entry.action for entry in entries] == ["avoidance.note", "avoidance.note", "avoidance.lift"]


def test_no_giving_past_it(session: Session, cast: Cast) -> None:
    avoidance = actions.avoid_household(session, SYSTEM, cast.assignment, cast.team_leader.id)
    with pytest.raises(Invalid, match="钟林锡要回避苏慧") as refused:
        actions.give(session, SYSTEM, [cast.second_assignment.id, cast.assignment.id], [cast.team_leader.id])
    assert refused.value.field == "members"
    assert visitors_of(session, [cast.second_assignment.id])[cast.second_assignment.id] == (
        cast.visitor.id,
        cast.partner.id,
    )
    assert actions.give(session, SYSTEM, [cast.second_assignment.id], [cast.team_leader.id]).done
    actions.lift_avoidance(session, SYSTEM, avoidance)
    assert actions.give(session, SYSTEM, [cast.assignment.id], [cast.team_leader.id]).done
    actions.avoid_member(session, SYSTEM, cast.visitor.id, cast.team_leader.id)
    with pytest.raises(Invalid, match="要回避，不能一起走访"):
        actions.give(session, SYSTEM, [cast.spare_assignment.id], [cast.team_leader.id, cast.visitor.id])
    assert actions.give(session, SYSTEM, [cast.spare_assignment.id], [cast.visitor.id]).done


def test_scope(session: Session, cast: Cast) -> None:
    avoidance = actions.avoid_household(session, SYSTEM, cast.assignment, cast.team_leader.id)
    both = actions.avoid_member(session, SYSTEM, cast.visitor.id, cast.partner.id)
    for who in (cast.other_leader, cast.visitor, cast.stranger, cast.area_lead):
        person = acting(session, who)
        with pytest.raises(Missing):
            actions.avoid_household(session, person, cast.assignment, cast.team_leader.id)
        with pytest.raises(Missing):
            actions.avoid_member(session, person, cast.visitor.id, cast.team_leader.id)
        for one in (avoidance, both):
            with pytest.raises(Missing):
                avoidances.get_avoidance(session, person, one.id)
    with pytest.raises(Missing):
        actions.avoid_member(session, acting(session, cast.leader), cast.visitor.id, cast.other_visitor.id)
    with pytest.raises(Invalid):
        actions.avoid_member(session, SYSTEM, cast.visitor.id, cast.visitor.id)


def test_who_is_offered_in_the_order_of_the_roster(session: Session, cast: Cast) -> None:
    """Those of the group by 拼音, without who is kept apart already; who is in two teams stands there once."""
    join(session, cast.group, cast.visitor)
    cast.visitor.pinyin, cast.partner.pinyin, cast.team_leader.pinyin = "yexiuzhen", "fangguangrun", "suhui"
    session.flush()
    leader = acting(session, cast.leader)
    assignment = get_assignment(session, leader, cast.assignment.id)

    def offered() -> list[str]:
        return [name.split("（")[0] for _, name in avoidances.possible_visitors(session, leader, assignment)]

    assert offered() == ["方光润", "苏慧", "叶秀珍"]
    companions = avoidances.possible_companions(session, leader, cast.visitor.id)
    assert [name.split("（")[0] for _, name in companions] == ["方光润", "苏慧"]
    actions.avoid_household(session, leader, cast.assignment, cast.partner.id)
    assert offered() == ["苏慧", "叶秀珍"]


def test_on_the_pages(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.commit()
    leader = sign_in(cast.leader)
    address = f"/assignments/{cast.assignment.id}"
    assert any(href == f"{address}/avoidances" for href, _ in leader.page(address).links)
    data = {"member": cast.visitor.id, "note": "住户请求换人"}
    assert leader.post(f"{address}/avoidances", data=data).headers["Location"] == address
    page = leader.page(address)
    assert "叶秀珍现在就是走访员，请改派" in page.text
    assert "这户请求回避" not in sign_in(cast.partner).page(address).text
    assert "这户请求回避" not in sign_in(cast.area_lead).page(address).text
    seen = f"{cast.assignment.id}:{cast.visitor.id},{cast.partner.id}"
    given = leader.post("/assignments/give", data={"seen": seen, "members": cast.visitor.id})
    assert given.status_code == 422
    assert "钟林锡要回避叶秀珍" in given.text
    own = f"/members/{cast.visitor.id}/avoidances"
    assert any(href == own for href, _ in leader.page(f"/members/{cast.visitor.id}").links)
    assert leader.post(own, data={"member": cast.partner.id}).status_code == 303
    page = leader.page(own)
    assert "不一起走访的人" in page.text
    assert "钟林锡" in page.text
    assert "叶秀珍" in leader.page(f"/members/{cast.partner.id}/avoidances").text
    session.rollback()
    assert avoidances.in_force(session).households == {(cast.visitor.id, cast.household.id)}
    (one,) = avoidances.of_household(session, cast.household.id)
    assert leader.post(f"/avoidances/{one.id}/lift").headers["Location"] == f"{address}/avoidances"
    assert "这户请求回避" not in leader.page(address).text


def test_nothing_is_undone_that_would_send_somebody_back_who_is_kept_apart_by_now(session: Session, cast: Cast) -> None:
    step, second = uuid4(), uuid4()
    ids = [cast.assignment.id, cast.second_assignment.id]
    actions.give(session, SYSTEM, ids, [cast.team_leader.id], batch=step)
    avoidance = actions.avoid_household(session, SYSTEM, cast.assignment, cast.partner.id)
    with pytest.raises(Conflict, match="钟林锡现在要回避方光润"):
        actions.undo_batch(session, SYSTEM, step)
    assert set(visitors_of(session, ids).values()) == {(cast.team_leader.id,)}
    actions.lift_avoidance(session, SYSTEM, avoidance)
    both = actions.avoid_member(session, SYSTEM, cast.visitor.id, cast.partner.id)
    with pytest.raises(Conflict, match="叶秀珍和方光润现在要回避"):
        actions.undo_batch(session, SYSTEM, step)
    actions.lift_avoidance(session, SYSTEM, both)
    assert actions.undo_batch(session, SYSTEM, step) == 2
    with pytest.raises(Missing):
        actions.undo_batch(session, SYSTEM, second)
