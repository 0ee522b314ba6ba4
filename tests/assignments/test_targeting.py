"""Which households are targets of a campaign, and of which group."""

import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.errors import Conflict, Missing
from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    CampaignState,
    Household,
    HouseholdKind,
    Outcome,
)
from tests.assignments.making import acting, make_visit, moves, reread
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_group, make_household


def test_targets_once_with_the_group_of_their_area(session: Session, cast: Cast) -> None:
    here = make_household(session, cast.village, "袁国强")
    there = make_household(session, cast.other_village, "黎桂兰")
    nowhere = make_household(session, cast.town, "镇上")
    ids = [here.id, there.id, nowhere.id, cast.household.id, 10**6]
    assert actions.target_households(session, SYSTEM, cast.campaign, ids) == 3
    assert actions.target_households(session, SYSTEM, cast.campaign, ids) == 0
    rows = session.execute(select(Assignment.household_id, Assignment.group_id).where(Assignment.household_id.in_(ids)))
    groups = {row.household_id: row.group_id for row in rows}
    assert (groups[here.id], groups[there.id], groups[nowhere.id]) == (cast.group.id, cast.other_group.id, None)
    assert len(moves(session, AssignmentVerb.TARGET)) == 3


def test_two_groups_over_one_village_leave_the_choice_open(session: Session, cast: Cast) -> None:
    second = make_group(session, cast.campaign, "长巷村二组", areas=(cast.village,))
    household = make_household(session, cast.village)
    actions.target_households(session, SYSTEM, cast.campaign, [household.id])
    assignment = session.scalars(select(Assignment).where(Assignment.household_id == household.id)).one()
    assert assignment.group_id is None
    second.areas = []
    second.parent_id = None
    session.flush()
    assert actions.place_in_groups(session, SYSTEM, cast.campaign) == 1
    assert actions.place_in_groups(session, SYSTEM, cast.campaign) == 0
    assert reread(session, assignment).group_id == cast.group.id


def test_a_removed_target_comes_back(session: Session, cast: Cast) -> None:
    assert actions.untarget(session, SYSTEM, [cast.assignment.id]) == ((cast.assignment.id,), ())
    assert reread(session, cast.assignment).removed_at is not None
    assert visitors_of(session, [cast.assignment.id]) == {}
    assert actions.untarget(session, SYSTEM, [cast.assignment.id]) == ((), ())
    assert actions.target_households(session, SYSTEM, cast.campaign, [cast.household.id]) == 1
    assert reread(session, cast.assignment).removed_at is None


def test_what_was_visited_stays_a_target(session: Session, cast: Cast) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    done, refused = actions.untarget(session, SYSTEM, [cast.assignment.id, cast.second_assignment.id])
    assert (done, refused) == ((cast.second_assignment.id,), (cast.assignment.id,))


def test_only_coordinators_choose_targets_and_only_before_the_end(session: Session, cast: Cast) -> None:
    with pytest.raises(Missing):
        actions.target_households(session, acting(session, cast.leader), cast.campaign, [cast.household.id])
    cast.campaign.state = CampaignState.CLOSED
    with pytest.raises(Conflict):
        actions.target_households(session, SYSTEM, cast.campaign, [cast.household.id])
    with pytest.raises(Conflict):
        actions.give(session, SYSTEM, [cast.spare_assignment.id], [cast.visitor.id])


def test_a_town_of_targets_in_a_second(session: Session, cast: Cast) -> None:
    session.add_all(
        Household(
            kind=HouseholdKind.FAMILY,
            code=f"T{n}",
            name="户",
            area_id=cast.village.id,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        for n in range(1575)
    )
    session.flush()
    ids = list(session.scalars(select(Household.id).where(Household.code.like("T%"))))
    start = time.process_time()
    with counted_queries() as asked:
        assert actions.target_households(session, SYSTEM, cast.campaign, ids) == 1575
    assert time.process_time() - start < 1
    assert len(asked) < 15
    assert session.scalar(select(func.count()).select_from(AssignmentMove)) == 1575
    targets = list(session.scalars(select(Assignment.id).where(Assignment.household_id.in_(ids))))
    start = time.process_time()
    with counted_queries() as asked:
        given = actions.give(session, SYSTEM, targets, [cast.visitor.id, cast.partner.id])
    assert len(given.done) == 1575
    assert time.process_time() - start < 1
    assert len(asked) < 25
