"""Households of a member on leave: who is proposed for them, handed over in one step, undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import absences, actions, handing
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    AssignmentMove,
    AssignmentVerb,
    Outcome,
)
from tests.assignments.leaving import handed, on_leave
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import join, make_assignment, make_branch, make_campaign, make_group, make_household, make_member
from tests.pages import SignIn


def test_the_partner_keeps_a_pairs_households(session: Session, cast: Cast) -> None:
    absence = on_leave(session, cast.visitor)
    plan = handing.plan_of(session, acting(session, cast.team_leader), cast.visitor.id)
    assert [(row.assignment.id, row.proposed) for row in plan.rows] == [
        (cast.assignment.id, handing.NOBODY),
        (cast.second_assignment.id, handing.NOBODY),
    ]
    assert [one.name for one in plan.rows[0].replacements] == ["苏慧"]
    done = handed(session, cast, absence, cast.assignment, cast.second_assignment)
    assert len(done.done) == 2
    assert set(visitors_of(session, done.done).values()) == {(cast.partner.id,)}
    moves = session.scalars(select(AssignmentMove).where(AssignmentMove.verb == AssignmentVerb.HAND_OVER)).all()
    assert len({move.batch for move in moves}) == 1
    assert all(move.before["visitors"] == [cast.visitor.id, cast.partner.id] for move in moves)
    session.refresh(cast.assignment)
    assert cast.assignment.group_id == cast.team.id


def test_households_of_one_go_evenly_and_near_first(session: Session, cast: Cast) -> None:
    near = [make_member(session, f"近{n}", area_id=cast.village.id) for n in range(2)]
    far = make_member(session, "远", area_id=cast.other_village.id)
    away = make_member(session, "也请假", area_id=cast.village.id)
    avoiding = make_member(session, "回避", area_id=cast.village.id)
    join(session, cast.team, *near, far, away, avoiding)
    on_leave(session, away)
    homes = [make_household(session, cast.village) for _ in range(4)]
    tasks = [make_assignment(session, cast.campaign, home, cast.team, (cast.team_leader,)) for home in homes]
    for task in tasks:
        actions.avoid_household(session, SYSTEM, task, avoiding.id)
    plan = handing.plan_of(session, SYSTEM, cast.team_leader.id)
    assert [row.proposed for row in plan.rows] == [near[0].id, near[1].id, near[0].id, near[1].id]
    assert plan == handing.plan_of(session, SYSTEM, cast.team_leader.id)
    assert {one.name for one in plan.rows[0].replacements} == {"近0", "近1", "远", "叶秀珍", "方光润"}


def test_the_village_of_the_branch_is_near_too(session: Session, cast: Cast) -> None:
    branch = make_branch(session, "长巷村支部", cast.village)
    far = make_member(session, "远", area_id=cast.other_village.id)
    linked = make_member(session, "支部在村", area_id=cast.other_village.id, branch_id=branch.id)
    join(session, cast.team, far, linked)
    home = make_household(session, cast.village)
    task = make_assignment(session, cast.campaign, home, cast.team, (cast.team_leader,))
    (row,) = handing.plan_of(session, SYSTEM, cast.team_leader.id).rows
    assert (row.assignment.id, row.proposed) == (task.id, linked.id)


def test_a_partner_on_leave_too_gets_company(session: Session, cast: Cast, sign_in: SignIn) -> None:
    on_leave(session, cast.partner)
    absence = on_leave(session, cast.visitor)
    row = handing.plan_of(session, SYSTEM, cast.visitor.id).rows[0]
    assert row.proposed == cast.team_leader.id
    assert row.away == {cast.partner.id}
    session.commit()
    page = sign_in(cast.leader).page(f"/absences/{absence.id}/hand-over")
    assert "方光润（请假中）和苏慧" in page.text


def test_visited_households_stay_and_others_are_only_counted(session: Session, cast: Cast) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    second = make_campaign(session, "情系群众周")
    group = make_group(session, second, "第1组")
    join(session, group, cast.visitor)
    make_assignment(session, second, cast.other_household, group, (cast.visitor,))
    plan = handing.plan_of(session, acting(session, cast.leader), cast.visitor.id)
    assert [row.assignment.id for row in plan.rows] == [cast.second_assignment.id]
    assert plan.elsewhere == (("情系群众周", "第1组", 1),)
    everything = handing.plan_of(session, SYSTEM, cast.visitor.id)
    assert (len(everything.rows), everything.elsewhere) == (2, ())


def test_a_hand_over_over_two_campaigns_is_one_step(session: Session, cast: Cast) -> None:
    second = make_campaign(session, "情系群众周")
    group = make_group(session, second, "第1组")
    join(session, group, cast.visitor, cast.stranger)
    task = make_assignment(session, second, cast.other_household, group, (cast.visitor,))
    absence = on_leave(session, cast.visitor)
    assert len(handed(session, cast, absence, cast.assignment, task).done) == 2
    (step,), _settled = absences.steps_of(session, [absence.id])
    assert (step.count, len(step.batches)) == (2, 2)
    assert actions.undo_hand_over(session, SYSTEM, absence, step.batches[1]) == 2
    assert visitors_of(session, [task.id]) == {task.id: (cast.visitor.id,)}
    with pytest.raises(Missing):
        actions.undo_hand_over(session, SYSTEM, absence, step.batches[0])


def test_refused_and_lost(session: Session, cast: Cast) -> None:
    absence = on_leave(session, cast.visitor)
    id_ = cast.assignment.id
    pair = (cast.visitor.id, cast.partner.id)
    with pytest.raises(Missing):
        actions.hand_over(session, acting(session, cast.other_leader), absence, {id_: None}, seen={id_: pair})
    with pytest.raises(Invalid):
        actions.hand_over(session, SYSTEM, absence, {id_: cast.visitor.id}, seen={id_: pair})
    with pytest.raises(Invalid):
        actions.hand_over(session, SYSTEM, absence, {id_: cast.other_visitor.id}, seen={id_: pair})
    done = actions.hand_over(session, SYSTEM, absence, {id_: None}, seen={id_: pair})
    assert done.done == (id_,)
    again = actions.hand_over(session, SYSTEM, absence, {id_: None}, seen={id_: pair})
    assert again == actions.Handed((), ())
    other = cast.second_assignment.id
    actions.give(session, SYSTEM, [other], [cast.team_leader.id])
    assert actions.hand_over(session, SYSTEM, absence, {other: None}, seen={other: pair}).lost == (other,)
    actions.end_absence(session, SYSTEM, absence)
    session.refresh(absence)
    assert not actions.end_absence(session, SYSTEM, absence)
    with pytest.raises(Conflict):
        actions.hand_over(session, SYSTEM, absence, {id_: None}, seen={id_: pair})


def test_undone_unless_visited_since(session: Session, cast: Cast, standing_clock: Clock) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    standing_clock.time += timedelta(hours=1)
    absence = on_leave(session, cast.visitor)
    handed(session, cast, absence, cast.assignment, cast.second_assignment)
    (step,), _ = absences.steps_of(session, [absence.id])
    assert actions.undo_hand_over(session, SYSTEM, absence, step.batches[0]) == 2
    assert visitors_of(session, [cast.assignment.id]) == {cast.assignment.id: (cast.visitor.id, cast.partner.id)}
    handed(session, cast, absence, cast.assignment, cast.second_assignment)
    make_visit(session, cast.second_assignment, cast.partner, Outcome.AWAY)
    (step,), _ = absences.steps_of(session, [absence.id])
    with pytest.raises(Conflict):
        actions.undo_hand_over(session, SYSTEM, absence, step.batches[0])
