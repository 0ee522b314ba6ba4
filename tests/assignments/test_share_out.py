"""Plans of sharing out: asked for, looked at, changed by hand, applied in one step, undone in one step."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments import actions, plans, queries
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.distribute.levels import Level, Terms
from hengli_visits.assignments.wishes import Weights, Wishes, kilometres, read, weight_of, written
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    Avoidance,
    CampaignState,
    HouseholdKind,
    Member,
    Outcome,
    ShareOut,
    ShareState,
)
from tests.assignments.making import acting, make_visit
from tests.assignments.permissions import ASKED
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_campaign, make_group, make_household, make_member
from tests.pages import SignIn


def fill(session: Session, cast: Cast, count: int = 5) -> list[Assignment]:
    """More households of the group that nobody has."""
    return [
        make_assignment(
            session, cast.campaign, make_household(session, cast.village, street="三巷", door_number=number), cast.group
        )
        for number in range(1, count + 1)
    ]


def planned(session: Session, cast: Cast, **terms: object) -> ShareOut:
    """A plan of the group's leader."""
    wishes = Wishes(groups=(cast.group.id,), terms=Terms(**terms))  # type: ignore[arg-type]
    plan = actions.order_share_out(session, acting(session, cast.leader), cast.campaign, wishes)
    actions.work_out(session, acting(session, cast.leader), plan)
    return plan


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
    giver, taker = sorted(plans.hands_in(session, plan, group_id), key=lambda hand: -len(hand.rows))[:2]
    moved = giver.rows[0].assignment_id
    assert actions.move_in_plan(session, leader, plan, group_id, [moved], taker.members) == 1
    hands = {hand.members: hand for hand in plans.hands_in(session, plan, group_id)}
    assert moved in {row.assignment_id for row in hands[taker.members].rows}
    assert hands[taker.members].after == taker.after + 1
    assert any(row.by_hand for row in hands[taker.members].rows)
    with pytest.raises(Invalid, match="勾选"):
        actions.move_in_plan(session, leader, plan, group_id, [moved], taker.members)
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


def test_wishes_are_kept_as_they_were_asked_for() -> None:
    wishes = Wishes(groups=(3,), terms=Terms(spread=4, cap=9), oldest=None, weights=Weights(3, ("困难户",), 1.5))
    assert read(written(wishes)) == wishes
    assert read({}) == Wishes()


def test_a_household_counts_by_what_it_is() -> None:
    weights = Weights(enterprise=3, heavy=("困难户",), far=2.0)
    assert weight_of(HouseholdKind.FAMILY, "普通户", None, weights) == 1
    assert weight_of(HouseholdKind.FAMILY, "困难户", 2.5, weights) == 3
    assert weight_of(HouseholdKind.ENTERPRISE, "", 1.0, weights) == 3
    assert round(kilometres(23.0262, 113.9718, 23.0431, 113.9532), 2) == 2.67


def hands_of(session: Session, cast: Cast, count: int) -> list[Member]:
    people = [make_member(session, f"走访{number}") for number in range(count)]
    join(session, cast.group, *people)
    return people


def test_the_pages_from_asking_to_undoing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    fill(session, cast)
    hands_of(session, cast, 4)
    client = sign_in(cast.leader)
    assert "算一个方案" in client.page("/assignments/share-out").text
    answer = client.post("/assignments/share-out", data=ASKED | {"group": cast.group.id, "mix_experience": "y"})
    assert answer.status_code == 303
    page = client.page(answer.location)
    assert "还没有分派下去" in page.text
    assert "将要分派" in page.text
    plan = UUID(answer.location.rsplit("/", 1)[-1])
    group_id = next(iter(session.get_one(ShareOut, plan).outline["groups"]))
    part = client.page(f"{answer.location}/groups/{group_id}")
    assert "移给" in part.text
    assert client.post(f"{answer.location}/application").status_code == 303
    done = client.page(answer.location)
    assert "看走访任务" in done.text
    assert client.post(f"{answer.location}/application").status_code == 409
    assert client.post(f"{answer.location}/undo").status_code == 303
    assert client.post(f"{answer.location}/undo").status_code == 409
    assert "已撤销" in client.page(answer.location).text


def test_what_is_wrong_with_wishes_stands_beside_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    answer = client.post("/assignments/share-out", data=ASKED)
    assert answer.status_code == 422
    assert "请至少选一个小组" in answer.text
    wrong = {"spread": "0", "cap": "-1", "oldest": "7", "enterprise": "0", "far": "-3"}
    answer = client.post("/assignments/share-out", data=ASKED | {"group": cast.group.id} | wrong)
    assert answer.status_code == 422
    assert answer.text.count("请填1到20的整数。") == 2
    assert "请填大于0、不超过100的数" in answer.text
    assert 'value="-3"' in answer.text
    assert client.post("/assignments/share-out", data=ASKED | {"group": cast.other_group.id + 99}).status_code == 404


def test_a_group_without_people_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    empty = make_group(session, cast.campaign, "空组")
    make_assignment(session, cast.campaign, make_household(session, cast.village), empty)
    client = sign_in(cast.coordinator)
    answer = client.post("/assignments/share-out", data=ASKED | {"group": empty.id}, follow_redirects=True)
    assert "空组没有能走访的组员，1 户没有分。" in answer.text
    assert "就这样分派" not in answer.text
    answer = client.post(f"{answer.request.path}/discarding", follow_redirects=True)
    assert "方案已放弃" in answer.text


def test_a_due_date_in_the_past_is_refused_and_nothing_given(session: Session, cast: Cast, sign_in: SignIn) -> None:
    plan = planned(session, cast)
    session.commit()
    client = sign_in(cast.leader)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    answer = client.post(f"/assignments/share-out/{plan.id}/application", data={"due_on": yesterday})
    assert answer.status_code == 422
    assert "期限不能早于今天" in answer.text
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    assert "这个活动已经结束" in client.page("/assignments/share-out").text
    assert client.post(f"/assignments/share-out/{plan.id}/application").status_code == 409


def test_a_part_costs_the_same_whatever_it_holds(session: Session, cast: Cast, sign_in: SignIn) -> None:
    counts = []
    for more in (0, 3):
        fill(session, cast, more)
        plan = planned(session, cast, pairs=False)
        group_id = next(iter(plan.outline["groups"]))
        session.commit()
        client = sign_in(cast.leader)
        for address in (f"/assignments/share-out/{plan.id}", f"/assignments/share-out/{plan.id}/groups/{group_id}"):
            client.page(address)
            with counted_queries() as queries_made:
                client.page(address)
            counts.append(len(queries_made))
    assert counts[:2] == counts[2:]


def test_the_map_of_a_plan_shows_who_would_get_what(session: Session, cast: Cast, sign_in: SignIn) -> None:
    more = fill(session, cast)
    household = session.get_one(type(cast.household), more[0].household_id)
    household.latitude, household.longitude = 23.02, 113.97
    plan = planned(session, cast, pairs=False)
    group_id = next(iter(plan.outline["groups"]))
    session.commit()
    client = sign_in(cast.leader)
    told = client.get(f"/assignments/share-out/{plan.id}/groups/{group_id}/points").get_json()
    (point,) = told["points"]
    assert point["id"] == more[0].id
    assert point["hand"] in {hand["key"] for hand in told["hands"]}
    assert not point["change"]
    assert "phone" not in point
    assert "地图" in client.page(f"/assignments/share-out/{plan.id}/groups/{group_id}").text


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
