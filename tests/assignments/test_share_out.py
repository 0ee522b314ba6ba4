"""Plans of sharing out: asked for, looked at, changed by hand, applied in one step, undone in one step."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments import actions, plans, queries
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.distribute.levels import Level, Terms
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    Avoidance,
    CampaignState,
    Outcome,
    ShareOut,
    ShareState,
)
from tests.assignments.making import acting, fill, make_visit, planned
from tests.cast import Cast
from tests.factories import join, make_assignment, make_campaign, make_household, make_member


def said(plan: ShareOut) -> str:
    return " ".join(note["message"] % note["params"] for note in plan.outline["notes"])


def test_a_plan_gives_nobody_anything_until_it_is_applied_and_is_undone_as_one(session: Session, cast: Cast) -> None:
    more = fill(session, cast)
    leader = acting(session, cast.leader)
    before = visitors_of(session, [cast.assignment.id, *(one.id for one in more)])
    plan = planned(session, cast)
    assert plan.state is ShareState.READY
    assert visitors_of(session, [cast.assignment.id, *(one.id for one in more)]) == before
    until = clock.today() + timedelta(days=9)
    given = actions.apply_share_out(session, leader, plan, until)
    ids = [cast.spare_assignment.id, *(one.id for one in more)]
    assert sorted(given.done) == sorted(ids)
    assert all(visitors_of(session, ids).values())
    moves = session.scalars(select(AssignmentMove).where(AssignmentMove.batch == plan.id)).all()
    assert {move.verb for move in moves} == {AssignmentVerb.SHARE}
    assert {move.after["due_on"] for move in moves} == {until.isoformat()}
    with pytest.raises(Conflict):
        actions.apply_share_out(session, leader, plan)
    assert actions.undo_share_out(session, leader, plan) == 6
    assert visitors_of(session, ids) == {}
    assert visitors_of(session, [cast.assignment.id]) == {cast.assignment.id: before[cast.assignment.id]}
    assert session.scalar(select(ShareOut.state)) is ShareState.UNDONE


def test_a_step_of_which_something_was_visited_since_is_not_undone(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    plan = planned(session, cast)
    actions.apply_share_out(session, leader, plan)
    assert queries.can_undo(session, plan.id)
    make_visit(session, cast.spare_assignment, cast.visitor, Outcome.MET)
    assert not queries.can_undo(session, plan.id)
    with pytest.raises(Conflict):
        actions.undo_share_out(session, leader, plan)


def test_what_somebody_changed_meanwhile_stays_and_is_told(session: Session, cast: Cast) -> None:
    more = fill(session, cast, 3)
    leader = acting(session, cast.leader)
    plan = planned(session, cast)
    actions.give(session, leader, [more[0].id], [cast.partner.id])
    given = actions.apply_share_out(session, leader, plan)
    assert given.lost == (more[0].id,)
    assert len(given.done) == 3
    assert visitors_of(session, [more[0].id]) == {more[0].id: (cast.partner.id,)}
    assert [id_ for id_, _ in plans.lost_of(session, leader, plan)] == [more[0].id]


def test_nobody_who_left_meanwhile_is_given_anything(session: Session, cast: Cast) -> None:
    fill(session, cast, 3)
    plan = planned(session, cast)
    for member in (cast.visitor, cast.partner, cast.team_leader, cast.leader):
        member.active = False
    session.flush()
    given = actions.apply_share_out(session, acting(session, cast.coordinator), plan)
    assert not given.done
    assert len(given.lost) == 4


def test_who_is_away_or_old_or_kept_apart_is_left_out_and_told(session: Session, cast: Cast) -> None:
    more = fill(session, cast, 4)
    today = clock.today()
    session.add(Absence(member_id=cast.visitor.id, starts_on=today, noted_at=clock.now()))
    cast.partner.born = today.replace(year=today.year - 71)
    session.add(Avoidance(member_id=cast.team_leader.id, household_id=more[0].household_id, noted_at=clock.now()))
    session.flush()
    plan = planned(session, cast, pairs=False)
    actions.apply_share_out(session, acting(session, cast.leader), plan)
    now = visitors_of(session, [cast.spare_assignment.id, *(one.id for one in more)])
    assert not {cast.visitor.id, cast.partner.id} & {member for members in now.values() for member in members}
    assert now.get(more[0].id) != (cast.team_leader.id,)
    assert f"1 人在请假，没有分给他们：{cast.visitor.name}。" in said(plan)
    assert f"1 人已满 70 岁，没有分给他们：{cast.partner.name}。" in said(plan)


def test_what_was_given_by_hand_stays_and_what_was_shared_out_can_be_shared_again(session: Session, cast: Cast) -> None:
    more = fill(session, cast, 4)
    leader = acting(session, cast.leader)
    actions.apply_share_out(session, leader, planned(session, cast))
    actions.give(session, leader, [more[0].id], [cast.partner.id])
    make_visit(session, more[1], cast.visitor, Outcome.MET)
    actions.record_visit(session, more[1].id, leader)
    again = actions.order_share_out(session, leader, cast.campaign, Wishes(groups=(cast.group.id,), redo=True))
    actions.work_out(session, leader, again)
    assert again.outline["waiting"] == 3
    ids = {cast.spare_assignment.id, more[2].id, more[3].id}
    assert {row.assignment_id for row in plans.rows_in(session, again)} <= ids


def test_households_without_a_group_go_to_the_group_of_their_village(session: Session, cast: Cast) -> None:
    lost = make_assignment(session, cast.campaign, make_household(session, cast.village))
    coordinator = acting(session, cast.coordinator)
    wishes = Wishes(groups=(cast.group.id, cast.other_group.id), homeless=True, terms=Terms(level=Level.GROUP))
    plan = actions.order_share_out(session, coordinator, cast.campaign, wishes)
    actions.work_out(session, coordinator, plan)
    actions.apply_share_out(session, coordinator, plan)
    session.refresh(lost)
    assert lost.group_id == cast.group.id
    move = session.scalars(select(AssignmentMove).where(AssignmentMove.batch == plan.id)).one()
    assert move.verb is AssignmentVerb.TO_GROUP


def test_who_was_there_last_time_goes_again(session: Session, cast: Cast) -> None:
    past = make_campaign(session, "去年的活动", state=CampaignState.CLOSED)
    more = fill(session, cast, 6)
    for one in more[3:]:
        before = make_assignment(session, past, session.get_one(type(cast.household), one.household_id))
        make_visit(session, before, cast.partner, Outcome.MET, day=-300)
    plan = planned(session, cast, pairs=False)
    actions.apply_share_out(session, acting(session, cast.leader), plan)
    now = visitors_of(session, [one.id for one in more[3:]])
    assert sum(members == (cast.partner.id,) for members in now.values()) >= 2
    assert sum(part["again"] for part in plan.outline["groups"].values()) >= 2


def test_a_household_is_moved_by_hand_before_anything_is_given(session: Session, cast: Cast) -> None:
    fill(session, cast)
    leader = acting(session, cast.leader)
    plan = planned(session, cast, pairs=False)
    (group_id,) = (int(id_) for id_ in plan.outline["groups"])
    giver, taker = sorted(plans.shares_in(session, plan, group_id), key=lambda share: -len(share.rows))[:2]
    moved = giver.rows[0].assignment_id
    assert actions.move_in_plan(session, leader, plan, group_id, [moved], taker.members) == 1
    shares = {share.members: share for share in plans.shares_in(session, plan, group_id)}
    assert moved in {row.assignment_id for row in shares[taker.members].rows}
    assert shares[taker.members].after == taker.after + 1
    assert any(row.by_hand for row in shares[taker.members].rows)
    with pytest.raises(Invalid, match="本来就分给他们"):
        actions.move_in_plan(session, leader, plan, group_id, [moved], taker.members)
    with pytest.raises(Invalid, match="勾选"):
        actions.move_in_plan(session, leader, plan, group_id, [], taker.members)
    with pytest.raises(Invalid, match="要接的人"):
        actions.move_in_plan(session, leader, plan, group_id, [moved], [cast.stranger.id])
    household_id = session.get_one(Assignment, moved).household_id
    session.add(Avoidance(member_id=giver.members[0], household_id=household_id, noted_at=clock.now()))
    session.flush()
    with pytest.raises(Invalid, match="回避"):
        actions.move_in_plan(session, leader, plan, group_id, [moved], giver.members)
    actions.apply_share_out(session, leader, plan)
    assert visitors_of(session, [moved]) == {moved: taker.members}
    with pytest.raises(Conflict):
        actions.move_in_plan(session, leader, plan, group_id, [moved], giver.members)


def test_a_plan_is_its_makers_and_the_coordinators(session: Session, cast: Cast) -> None:
    plan = planned(session, cast)
    assert plans.get_plan(session, acting(session, cast.coordinator), plan.id) is plan
    for person in (cast.team_leader, cast.other_leader, cast.visitor, cast.stranger):
        with pytest.raises(Missing):
            plans.get_plan(session, acting(session, person), plan.id)
    assert plans.recent_plans(session, acting(session, cast.other_leader), cast.campaign.id) == []
    assert plans.recent_plans(session, acting(session, cast.leader), cast.campaign.id) == [plan]


def test_nothing_of_others_is_shared_out(session: Session, cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.order_share_out(
            session, acting(session, cast.leader), cast.campaign, Wishes(groups=(cast.other_group.id,), homeless=True)
        )
    with pytest.raises(Missing):
        actions.order_share_out(session, acting(session, cast.visitor), cast.campaign, Wishes(groups=(cast.group.id,)))


def test_who_has_to_avoid_a_household_since_does_not_get_it(session: Session, cast: Cast) -> None:
    more = fill(session, cast)
    plan = planned(session, cast, pairs=False)
    row = next(row for row in plans.rows_in(session, plan) if row.assignment_id == more[0].id)
    avoided = Avoidance(member_id=row.visitors[0], household_id=more[0].household_id, noted_at=clock.now())
    session.add(avoided)
    session.flush()
    given = actions.apply_share_out(session, acting(session, cast.leader), plan)
    assert given.lost == (more[0].id,)
    assert visitors_of(session, [more[0].id]) == {}


def test_what_stays_as_it_is_is_no_row_and_what_was_lost_is_counted_no_more(session: Session, cast: Cast) -> None:
    more = fill(session, cast, 5)
    leader = acting(session, cast.leader)
    actions.apply_share_out(session, leader, planned(session, cast))
    again = actions.order_share_out(session, leader, cast.campaign, Wishes(groups=(cast.group.id,), redo=True))
    actions.work_out(session, leader, again)
    assert plans.rows_in(session, again) == []
    assert cast.campaign.sharing.get("redo") is None
    late = fill(session, cast, 2)
    plan = planned(session, cast)
    actions.give(session, leader, [late[0].id], [cast.partner.id])
    actions.apply_share_out(session, leader, plan)
    assert sum(part["households"] for part in plan.outline["groups"].values()) == 1
    assert plan.outline["lost"] == [late[0].id]
    assert {row.assignment_id for row in plans.rows_in(session, plan)} == {late[1].id}
    assert len(more) == 5


def test_plans_that_were_applied_stay_in_the_list(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    applied = planned(session, cast)
    actions.apply_share_out(session, leader, applied)
    for _ in range(7):
        fill(session, cast, 1)
        planned(session, cast)
    found = plans.recent_plans(session, leader, cast.campaign.id)
    assert found[-1] is applied
    assert len(found) == 6


def test_loads_that_cannot_be_even_are_told(session: Session, cast: Cast) -> None:
    rich = [
        make_assignment(session, cast.campaign, make_household(session, cast.village), cast.group) for _ in range(6)
    ]
    actions.give(session, acting(session, cast.leader), [one.id for one in rich], [cast.team_leader.id])
    assert "有人原来就分得多" in said(planned(session, cast, pairs=False))


def test_loads_of_who_keeps_theirs_are_whole(session: Session, cast: Cast) -> None:
    fill(session, cast, 6)
    leader = acting(session, cast.leader)
    actions.apply_share_out(session, leader, planned(session, cast, pairs=False))
    join(session, cast.group, make_member(session, "新来"))
    again = actions.order_share_out(
        session, leader, cast.campaign, Wishes(groups=(cast.group.id,), redo=True, terms=Terms(pairs=False))
    )
    actions.work_out(session, leader, again)
    parts = [plans.shares_in(session, again, int(id_)) for id_ in again.outline["groups"]]
    shares = [share for part in parts for share in part if share.members]
    moved = [row for share in shares for row in share.rows]
    assert 0 < len(moved) < 6
    assert max(share.after for share in shares) - min(share.after for share in shares) <= 1
    assert all(share.kept <= share.now for share in shares)
    assert sum(share.after for share in shares) == sum(share.now for share in shares)
