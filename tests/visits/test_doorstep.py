"""Households that are in no book: added at the door, with the visit, once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import take_back
from hengli_visits.errors import Invalid, Missing
from hengli_visits.groups.actions import leave
from hengli_visits.households.actions import remove_household
from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Household,
    HouseholdKind,
    Member,
    RoleGrant,
    Visit,
    group_areas,
)
from hengli_visits.reader import Unfit
from hengli_visits.visits.actions import Saved, put_visit, put_visit_at_door
from hengli_visits.visits.doorstep import Newcomer, read_newcomer
from hengli_visits.visits.rules import Result
from tests.cast import Cast
from tests.factories import join, make_campaign, make_group
from tests.issues.making import actor_for
from tests.pages import PageClient, SignIn
from tests.visits.making import content, said

AT_ONCE = 6


def newcomer(cast: Cast, **change: Any) -> Newcomer:
    given: dict[str, Any] = {
        "uuid": uuid4(),
        "campaign": cast.campaign.id,
        "area": cast.village.id,
        "name": "卢带好",
        "street": "三巷",
        "door": "7号",
        "phone": "13800138000",
        "category": "独居老人户",
    } | change
    return Newcomer(**given)


def as_json(told: Newcomer, **change: Any) -> dict[str, Any]:
    return {
        "uuid": str(told.uuid),
        "campaign": told.campaign,
        "area": told.area,
        "name": told.name,
        "street": told.street,
        "door": told.door,
        "phone": told.phone,
        "category": told.category,
    } | change


def at_door(session: Session, member: Member, told: Newcomer, **values: Any) -> Saved:
    given: dict[str, Any] = {"uuid": uuid4(), "content": content()} | values
    return put_visit_at_door(session, actor_for(session, member), told, **given)


def counted(session: Session, *models: Any) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def household_of(session: Session, told: Newcomer) -> Household:
    return session.scalars(select(Household).where(Household.door_uuid == told.uuid)).one()


def visitors_of(session: Session, assignment_id: int) -> list[int]:
    rows = select(AssignmentVisitor.member_id).where(AssignmentVisitor.assignment_id == assignment_id)
    return list(session.scalars(rows))


def moves_of(session: Session, assignment_id: int) -> list[tuple[str, dict[str, Any]]]:
    rows = session.scalars(
        select(AssignmentMove).where(AssignmentMove.assignment_id == assignment_id).order_by(AssignmentMove.id)
    )
    return [(move.verb.value, move.after) for move in rows]


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


def _body(told: Newcomer, **change: Any) -> dict[str, Any]:
    return {"household": as_json(told), "content": content().as_json()} | change


def _send(client: PageClient, body: dict[str, Any], uuid: Any = None) -> tuple[int, dict[str, Any]]:
    response = client.put(f"/visits/{uuid or uuid4()}", json=body)
    return response.status_code, response.get_json()


def test_the_phone_sends_it_in_the_envelope(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, told, uuid = sign_in(cast.visitor), newcomer(cast), uuid4()
    status, answer = _send(client, _body(told), uuid)
    assert (status, answer["uuid"], answer["revision"], answer["photos"]) == (201, str(uuid), 1, [])
    household = household_of(session, told)
    made = session.scalars(select(Assignment.id).where(Assignment.household_id == household.id)).one()
    assert answer["assignment"] == made
    assert _send(client, _body(told), uuid)[0] == 200
    status, second = _send(client, {"assignment": made, "content": content().as_json()})
    assert (status, second["assignment"]) == (201, made)
    assert _send(client, _body(told))[1]["assignment"] == made


def test_everything_that_is_wrong_is_told_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    body = {"household": as_json(newcomer(cast), name="", phone="1"), "content": content().as_json() | {"outcome": ""}}
    status, answer = _send(client, body)
    assert (status, set(answer["errors"])) == (422, {"household.name", "household.phone", "outcome"})
    nothing: tuple[Any, ...] = ([], "x", 0, False)
    for household in nothing:
        status, answer = _send(client, _body(newcomer(cast), household=household))
        assert (status, "household.name" in answer["errors"]) == (422, True)
    assert set(_send(client, {"content": content().as_json()})[1]["errors"]) == {"assignment"}
    before = counted(session, Household, Assignment, AssignmentMove)
    status, answer = _send(client, _body(newcomer(cast), content=content(feedback=[said(category=10**6)]).as_json()))
    assert (status, set(answer["errors"])) == (422, {"feedback.0.category"})
    assert counted(session, Household, Assignment, AssignmentMove) == before


def test_strangers_are_told_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    body = _body(newcomer(cast))
    before = counted(session, Household, Visit)
    for person in (cast.stranger, cast.coordinator, cast.handler):
        assert _send(sign_in(person), body)[0] == 404
    assert counted(session, Household, Visit) == before


def test_one_door_from_many_at_once_is_one_household(session: Session, cast: Cast, sign_in: SignIn) -> None:
    told = newcomer(cast)
    before = counted(session, Household, Assignment)
    clients, uuids = [sign_in(cast.visitor) for _ in range(AT_ONCE)], [uuid4() for _ in range(AT_ONCE // 2)] * 2
    bodies = [_body(told) for _ in clients]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(status for status, _answer in pool.map(_send, clients, bodies, uuids))
    assert found == {201: AT_ONCE // 2, 200: AT_ONCE // 2}
    assert counted(session, Household, Assignment) == [number + 1 for number in before]
    assert counted(session, Visit) == [AT_ONCE // 2]


def test_many_doors_at_once_get_codes_of_their_own(session: Session, cast: Cast, sign_in: SignIn) -> None:
    people = (cast.visitor, cast.partner, cast.team_leader, cast.leader)
    clients = [sign_in(person) for person in people]
    bodies = [_body(newcomer(cast)) for _ in clients]
    with ThreadPoolExecutor(len(clients)) as pool:
        found = Counter(status for status, _answer in pool.map(_send, clients, bodies))
    assert found == {201: len(people)}
    codes = session.scalars(select(Household.code).where(Household.door_uuid.is_not(None))).all()
    assert len(set(codes)) == len(people)
