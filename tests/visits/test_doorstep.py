"""Households that are in no book: added at the door, with the visit, once."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import take_back
from hengli_visits.errors import Invalid, Missing
from hengli_visits.groups.actions import leave
from hengli_visits.households.actions import remove_household
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    HouseholdKind,
    RoleGrant,
    group_areas,
)
from hengli_visits.reader import Unfit
from hengli_visits.visits.actions import put_visit
from hengli_visits.visits.doorstep import read_newcomer
from hengli_visits.visits.rules import Result
from tests.cast import Cast
from tests.factories import join, make_campaign, make_group
from tests.issues.making import actor_for
from tests.visits.doorstep import as_json, at_door, household_of, moves_of, newcomer, visitors_of
from tests.visits.making import content, said


def test_what_is_told_at_the_door_is_read(cast: Cast) -> None:
    told = newcomer(cast)
    assert read_newcomer(as_json(told, phone=" +86 138-0013-8000 ", name=" 卢带好 ")) == told


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"name": " "}, {"household.name"}),
        ({"name": "长" * 81}, {"household.name"}),
        ({"name": 7}, {"household.name"}),
        ({"area": None}, {"household.area"}),
        ({"area": "1"}, {"household.area"}),
        ({"campaign": None}, {"household.campaign"}),
        ({"uuid": "1"}, {"household.uuid"}),
        ({"street": "长" * 61, "door": "长" * 41, "category": "长" * 31},
         {"household.street", "household.door", "household.category"}),
        ({"phone": "12345"}, {"household.phone"}),
        ({"phone": "1" * 100}, {"household.phone"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_path(change: dict[str, Any], paths: set[str], cast: Cast) -> None:
    with pytest.raises(Unfit) as refused:
        read_newcomer(as_json(newcomer(cast), **change))
    assert set(refused.value.problems) == paths


@pytest.mark.parametrize("raw", [None, [], "x", {}])
def test_what_is_no_household_is_refused(raw: object) -> None:
    with pytest.raises(Unfit) as refused:
        read_newcomer(raw)
    assert set(refused.value.problems) == {f"household.{key}" for key in ("uuid", "campaign", "area", "name")}


def test_household_task_and_visit_are_made_together(session: Session, cast: Cast) -> None:
    told = newcomer(cast)
    saved = at_door(session, cast.visitor, told, content=content(feedback=[said()]))
    household = household_of(session, told)
    assert (household.name, household.street, household.door, household.door_number) == ("卢带好", "三巷", "7号", 7)
    assert (household.phone, household.category, household.kind) == ("13800138000", "独居老人户", HouseholdKind.FAMILY)
    assert (household.listed, household.area_id, household.initials) == (False, cast.village.id, "ldh")
    assert household.code.startswith("CX-")
    assignment = session.get_one(Assignment, saved.visit.assignment_id)
    session.refresh(assignment)
    assert (assignment.campaign_id, assignment.group_id) == (cast.campaign.id, cast.team.id)
    assert (assignment.household_id, assignment.state) == (household.id, AssignmentState.VISITED)
    assert visitors_of(session, assignment.id) == [cast.visitor.id]
    seat = {"group": cast.team.id, "due_on": None, "visitors": [cast.visitor.id]}
    state = {"state": "visited", "outcome": "met"}
    assert moves_of(session, assignment.id) == [
        ("target", {"group": cast.team.id}),
        ("give", seat),
        ("visit", state),
    ]
    assert (saved.result, saved.visit.stray, saved.visit.late) == (Result.CREATED, False, False)


def test_a_retry_and_a_second_visit_find_the_same_household(session: Session, cast: Cast) -> None:
    told, uuid, what = newcomer(cast), uuid4(), content()
    first = at_door(session, cast.visitor, told, uuid=uuid, content=what)
    again = at_door(session, cast.visitor, told, uuid=uuid, content=what)
    assert (again.result, again.visit.id) == (Result.SAME, first.visit.id)
    second = at_door(session, cast.visitor, replace(told, name="卢带娣"))
    assert (second.result, second.visit.assignment_id) == (Result.CREATED, first.visit.assignment_id)
    assert household_of(session, told).name == "卢带好"
    revised = at_door(session, cast.visitor, told, uuid=uuid, content=replace(what, remarks="改过"), based_on=1)
    assert (revised.result, revised.revision) == (Result.REVISED, 2)


def test_a_known_visit_stays_with_its_household(session: Session, cast: Cast) -> None:
    told, uuid = newcomer(cast), uuid4()
    at_door(session, cast.visitor, told, uuid=uuid)
    session.commit()
    with pytest.raises(Invalid) as refused:
        at_door(session, cast.visitor, newcomer(cast), uuid=uuid)
    assert refused.value.field == "household.uuid"
    with pytest.raises(Missing):
        at_door(session, cast.partner, told, uuid=uuid)
    plain = put_visit(session, actor_for(session, cast.visitor), cast.assignment.id, uuid4(), content())
    with pytest.raises(Invalid):
        at_door(session, cast.visitor, told, uuid=plain.visit.uuid)


def test_somebody_elses_door_is_not_there(session: Session, cast: Cast) -> None:
    told = newcomer(cast)
    at_door(session, cast.visitor, told)
    for person in (cast.partner, cast.leader, cast.other_visitor):
        with pytest.raises(Missing):
            at_door(session, person, told)


def test_who_never_had_a_place_adds_nothing(session: Session, cast: Cast) -> None:
    for person in (cast.stranger, cast.handler, cast.coordinator, cast.area_lead, cast.administrator):
        with pytest.raises(Missing):
            at_door(session, person, newcomer(cast))
    elsewhere = make_campaign(session, "情系群众周")
    with pytest.raises(Missing):
        at_door(session, cast.visitor, newcomer(cast, campaign=elsewhere.id))
    with pytest.raises(Missing):
        at_door(session, cast.visitor, newcomer(cast, campaign=10**6))


def test_a_door_is_of_one_campaign(session: Session, cast: Cast) -> None:
    told = newcomer(cast)
    at_door(session, cast.visitor, told)
    other = make_campaign(session, "情系群众周")
    join(session, make_group(session, other, "一组"), cast.visitor)
    with pytest.raises(Unfit) as refused:
        at_door(session, cast.visitor, replace(told, campaign=other.id))
    assert set(refused.value.problems) == {"household.campaign"}


def test_leaders_add_to_the_group_that_they_lead(session: Session, cast: Cast) -> None:
    saved = at_door(session, cast.leader, newcomer(cast))
    assert session.get_one(Assignment, saved.visit.assignment_id).group_id == cast.group.id
    session.execute(delete(RoleGrant).where(RoleGrant.member_id == cast.leader.id))
    told = newcomer(cast)
    with pytest.raises(Missing):
        at_door(session, cast.leader, told)


def test_a_leader_who_is_none_any_more_still_sends_what_was_queued(session: Session, cast: Cast) -> None:
    told = newcomer(cast)
    first = at_door(session, cast.leader, told)
    session.execute(delete(RoleGrant).where(RoleGrant.member_id == cast.leader.id))
    assert at_door(session, cast.leader, told).visit.assignment_id == first.visit.assignment_id


def test_who_left_the_group_loses_nothing(session: Session, cast: Cast) -> None:
    leave(session, actor_for(session, cast.leader), session.get_one(Group, cast.team.id), cast.visitor.id)
    told = newcomer(cast)
    saved = at_door(session, cast.visitor, told)
    assert saved.visit.stray is True
    assignment = session.get_one(Assignment, saved.visit.assignment_id)
    assert assignment.group_id == cast.team.id
    assert visitors_of(session, assignment.id) == []
    assert [verb for verb, _after in moves_of(session, assignment.id)] == ["target", "give", "take_back", "visit"]
    second = at_door(session, cast.visitor, told)
    assert (second.visit.assignment_id, second.visit.stray) == (assignment.id, True)


def test_the_group_is_the_one_left_last(session: Session, cast: Cast) -> None:
    leader = actor_for(session, cast.coordinator)
    leave(session, leader, session.get_one(Group, cast.team.id), cast.visitor.id)
    join(session, cast.other_group, cast.visitor)
    session.execute(
        update(GroupMember)
        .where(GroupMember.member_id == cast.visitor.id, GroupMember.group_id == cast.other_group.id)
        .values(left_at=clock.now().replace(year=2027))
    )
    saved = at_door(session, cast.visitor, newcomer(cast))
    assert session.get_one(Assignment, saved.visit.assignment_id).group_id == cast.other_group.id


@pytest.mark.parametrize("state", [CampaignState.CLOSED, CampaignState.ARCHIVED])
def test_a_campaign_that_ended_takes_what_comes_late(state: CampaignState, session: Session, cast: Cast) -> None:
    session.execute(update(Campaign).values(state=state))
    session.expire_all()
    saved = at_door(session, cast.visitor, newcomer(cast))
    assert (saved.visit.late, saved.visit.stray) == (True, False)


def test_reassigned_and_taken_out_meanwhile(session: Session, cast: Cast) -> None:
    told = newcomer(cast)
    first = at_door(session, cast.visitor, told)
    take_back(session, actor_for(session, cast.leader), [first.visit.assignment_id])
    remove_household(session, actor_for(session, cast.coordinator), household_of(session, told))
    second = at_door(session, cast.visitor, told)
    assert (second.visit.assignment_id, second.visit.stray) == (first.visit.assignment_id, True)


def test_only_where_the_campaign_goes(session: Session, cast: Cast) -> None:
    for area in (cast.town.id, 10**6):
        with pytest.raises(Unfit) as refused:
            at_door(session, cast.visitor, newcomer(cast, area=area))
        assert set(refused.value.problems) == {"household.area"}
    session.execute(group_areas.delete().where(group_areas.c.area_id == cast.other_village.id))
    with pytest.raises(Unfit):
        at_door(session, cast.visitor, newcomer(cast, area=cast.other_village.id))
    session.execute(group_areas.delete())
    assert at_door(session, cast.visitor, newcomer(cast, area=cast.other_village.id)).result == Result.CREATED
