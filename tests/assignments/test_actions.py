"""Giving, taking back, what visits make of an assignment."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    AssignmentState,
    AssignmentVerb,
    Outcome,
)
from tests.assignments.making import acting, make_visit, moves, reread
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import join, make_assignment, make_group, make_household, make_member


def test_giving_sets_the_team_and_says_what_was_so_already(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    ids = [cast.spare_assignment.id, cast.assignment.id]
    pair = [cast.visitor.id, cast.partner.id]
    given = actions.give(session, leader, ids, pair, batch=uuid.uuid4())
    assert given == ((cast.spare_assignment.id,), (cast.assignment.id,), ())
    assert reread(session, cast.spare_assignment).group_id == cast.team.id
    assert visitors_of(session, ids)[cast.spare_assignment.id] == tuple(pair)
    (move,) = moves(session, AssignmentVerb.GIVE)
    assert (move.before["visitors"], move.after["visitors"]) == ([], pair)
    assert (move.before["group"], move.after["group"]) == (cast.group.id, cast.team.id)
    assert move.actor_id == cast.leader.id
    again = actions.give(session, leader, ids, pair)
    assert again.done == ()
    later = clock.today() + timedelta(days=3)
    assert actions.give(session, leader, ids, pair, due_on=later).done == tuple(sorted(ids))
    assert reread(session, cast.assignment).due_on == later


def test_visitors_of_two_teams_leave_it_with_the_group(session: Session, cast: Cast) -> None:
    team = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group)
    other = make_member(session, "钟海彬")
    join(session, team, other)
    actions.give(session, acting(session, cast.leader), [cast.assignment.id], [cast.visitor.id, other.id])
    assert reread(session, cast.assignment).group_id == cast.group.id


def test_only_members_of_the_group_and_one_to_four_of_them(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    for members in ([cast.other_visitor.id], [cast.visitor.id, cast.stranger.id], [], [1, 2, 3, 4, 5]):
        with pytest.raises(Invalid) as refused:
            actions.give(session, leader, [cast.assignment.id], members)
        assert refused.value.field == "members"
    team = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group)
    join(session, team, cast.stranger)
    with pytest.raises(Invalid):
        actions.give(session, acting(session, cast.team_leader), [cast.assignment.id], [cast.stranger.id])


def test_leaders_reach_their_own_groups_only(session: Session, cast: Cast) -> None:
    other = acting(session, cast.other_leader)
    with pytest.raises(Missing):
        actions.give(session, other, [cast.assignment.id], [cast.other_visitor.id])
    with pytest.raises(Missing):
        actions.take_back(session, other, [cast.assignment.id])
    with pytest.raises(Missing):
        actions.to_group(session, acting(session, cast.leader), [cast.assignment.id], cast.other_group)
    given = actions.give(session, other, [cast.assignment.id, cast.other_assignment.id], [cast.other_visitor.id])
    assert given == ((), (cast.other_assignment.id,), (cast.assignment.id,))


def test_who_decided_on_an_old_page_is_told_what_was_lost(session: Session, cast: Cast) -> None:
    ids = [cast.assignment.id, cast.spare_assignment.id]
    seen = visitors_of(session, ids)
    first = actions.give(session, acting(session, cast.leader), [ids[0]], [cast.team_leader.id], seen=seen)
    second = actions.give(session, acting(session, cast.team_leader), ids[:1], [cast.visitor.id], seen=seen)
    third = actions.give(session, acting(session, cast.leader), ids, [cast.partner.id], seen=seen)
    assert first.done == (ids[0],)
    assert (second.done, second.lost) == ((), (ids[0],))
    assert (third.done, third.lost) == ((ids[1],), (ids[0],))
    assert actions.take_back(session, SYSTEM, ids, seen=seen) == 0
    assert visitors_of(session, ids) == {ids[0]: (cast.team_leader.id,), ids[1]: (cast.partner.id,)}


def test_taken_back_it_keeps_group_state_and_visits(session: Session, cast: Cast) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.assignment.id, acting(session, cast.visitor))
    leader = acting(session, cast.leader)
    assert actions.take_back(session, leader, [cast.assignment.id, cast.spare_assignment.id]) == 1
    assert actions.take_back(session, leader, [cast.assignment.id]) == 0
    assignment = reread(session, cast.assignment)
    assert (assignment.group_id, assignment.state) == (cast.team.id, AssignmentState.VISITED)


def test_another_team_takes_the_household_and_not_its_visitors(session: Session, cast: Cast) -> None:
    team = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group)
    leader = acting(session, cast.leader)
    assert actions.to_group(session, leader, [cast.assignment.id], cast.group) == 1
    assert visitors_of(session, [cast.assignment.id]) == {cast.assignment.id: (cast.visitor.id, cast.partner.id)}
    assert actions.to_group(session, acting(session, cast.leader), [cast.assignment.id], team) == 1
    assert actions.to_group(session, acting(session, cast.leader), [cast.assignment.id], team) == 0
    assert visitors_of(session, [cast.assignment.id]) == {}
    assert len(moves(session, AssignmentVerb.TO_GROUP)) == 2


def test_a_batch_is_undone_as_one_until_something_happened(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    batch = uuid.uuid4()
    ids = [cast.assignment.id, cast.spare_assignment.id]
    actions.give(session, leader, ids, [cast.team_leader.id], batch=batch)
    assert actions.undo_batch(session, leader, batch) == 2
    assert visitors_of(session, ids) == {ids[0]: (cast.visitor.id, cast.partner.id)}
    assert reread(session, cast.spare_assignment).group_id == cast.group.id
    with pytest.raises(Conflict):
        actions.undo_batch(session, leader, batch)
    second = uuid.uuid4()
    actions.give(session, leader, ids, [cast.team_leader.id], batch=second)
    make_visit(session, cast.spare_assignment, cast.team_leader, Outcome.AWAY)
    with pytest.raises(Conflict):
        actions.undo_batch(session, leader, second)
    with pytest.raises(Missing):
        actions.undo_batch(session, acting(session, cast.other_leader), second)
    with pytest.raises(Missing):
        actions.undo_batch(session, leader, uuid.uuid4())


def test_state_follows_from_visits(session: Session, cast: Cast) -> None:
    actor = acting(session, cast.visitor)
    first = make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    first.appointment_at = clock.now() + timedelta(hours=9)
    session.flush()
    actions.record_visit(session, cast.assignment.id, actor)
    assignment = reread(session, cast.assignment)
    assert (assignment.state, assignment.last_outcome) == (AssignmentState.AGAIN, "away")
    assert assignment.appointment_at == first.appointment_at
    second = make_visit(session, cast.assignment, cast.visitor, Outcome.MET, day=1)
    actions.record_visit(session, cast.assignment.id, actor)
    assert reread(session, cast.assignment).state == AssignmentState.VISITED
    second.voided_at = clock.now()
    session.flush()
    actions.record_visit(session, cast.assignment.id, actor)
    assert reread(session, cast.assignment).last_visit_at == first.visited_at
    first.voided_at = clock.now()
    session.flush()
    actions.record_visit(session, cast.assignment.id, actor)
    assignment = reread(session, cast.assignment)
    assert (assignment.state, assignment.last_visit_at) == (AssignmentState.WAITING, None)
    told = [(m.before["state"], m.after["state"]) for m in moves(session, AssignmentVerb.VISIT)]
    assert told == [("waiting", "again"), ("again", "visited"), ("visited", "again"), ("again", "waiting")]


def test_a_leader_confirms_that_nobody_can_go(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    with pytest.raises(Conflict):
        actions.confirm_unreachable(session, leader, cast.assignment, True, "")
    make_visit(session, cast.assignment, cast.visitor, Outcome.MOVED)
    actions.record_visit(session, cast.assignment.id, leader)
    assignment = reread(session, cast.assignment)
    with pytest.raises(Missing):
        actions.confirm_unreachable(session, acting(session, cast.visitor), assignment, True, "")
    actions.confirm_unreachable(session, leader, assignment, True, "")
    assert reread(session, assignment).confirmed_by_id == cast.leader.id
    with pytest.raises(Conflict):
        actions.confirm_unreachable(session, leader, assignment, True, "")
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET, day=1)
    actions.record_visit(session, cast.assignment.id, leader)
    assert reread(session, assignment).confirmed_at is None


def test_a_leader_sends_the_visitors_again(session: Session, cast: Cast, standing_clock: Clock) -> None:
    leader = acting(session, cast.leader)
    make_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    actions.record_visit(session, cast.assignment.id, leader)
    assignment = reread(session, cast.assignment)
    with pytest.raises(Invalid):
        actions.confirm_unreachable(session, leader, assignment, False, " ")
    standing_clock.time += timedelta(hours=1)
    actions.confirm_unreachable(session, leader, assignment, False, "请村委陪同再去一次")
    actions.record_visit(session, cast.assignment.id, leader)
    assert reread(session, assignment).state == AssignmentState.AGAIN
    standing_clock.time += timedelta(hours=1)
    make_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    actions.record_visit(session, cast.assignment.id, leader)
    assert reread(session, assignment).state == AssignmentState.UNREACHABLE


def test_what_is_not_there_is_missing(session: Session, cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.record_visit(session, 10**6, SYSTEM)
    campaign_two = make_group(session, cast.campaign, "空组")
    assert make_assignment(session, cast.campaign, make_household(session, cast.village), campaign_two).visitors == []


def test_a_phone_that_lives_in_the_future_does_not_decide_for_ever(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY, day=3650)
    standing_clock.time += timedelta(days=1)
    make_visit(session, cast.assignment, cast.visitor, Outcome.MOVED)
    actions.record_visit(session, cast.assignment.id, acting(session, cast.visitor))
    assignment = reread(session, cast.assignment)
    assert (assignment.state, assignment.last_visit_at) == (AssignmentState.UNREACHABLE, clock.now())
