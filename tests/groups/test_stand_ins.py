"""Who stands in for a leader on leave: named, told, ended with the leave or by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.grants import places
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import end_absence, note_absence
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.groups import actions
from hengli_visits.models import AuditEntry, Role, RoleGrant, StandIn
from tests.assignments.making import acting
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import SignIn


def roles(session: Session, cast: Cast) -> set[tuple[int, Role]]:
    """Who leads the team."""
    rows = select(RoleGrant.member_id, RoleGrant.role).where(RoleGrant.group_id == cast.team.id)
    return {(row.member_id, row.role) for row in session.execute(rows)}


def test_named_once_and_ended_by_the_return(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    with pytest.raises(Conflict):
        actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    absence = note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today())
    made = actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    again = actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    assert again.id == made.id
    assert cast.team.id in acting(session, cast.visitor).led_groups
    assert len(roles(session, cast)) == 2
    assert session.scalars(select(StandIn)).one().for_id == cast.team_leader.id
    end_absence(session, acting(session, cast.team_leader), absence)
    assert roles(session, cast) == {(cast.team_leader.id, Role.TEAM_LEADER)}
    assert session.scalars(select(StandIn)).all() == []
    assert cast.team.id not in acting(session, cast.visitor).led_groups
    told = list(
        session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("role.%")).order_by(AuditEntry.id))
    )
    assert told == ["role.grant", "role.end"]


def test_a_group_leader_is_stood_in_for_by_the_coordinators_word(session: Session, cast: Cast) -> None:
    absence = note_absence(session, SYSTEM, cast.leader.id, starts_on=clock.today())
    coordinator = acting(session, cast.coordinator)
    actions.name_stand_in(session, coordinator, cast.group, cast.leader.id, cast.partner.id)
    assert {cast.group.id, cast.team.id} <= acting(session, cast.partner).led_groups
    with pytest.raises(Missing):
        actions.name_stand_in(session, acting(session, cast.leader), cast.group, cast.leader.id, cast.visitor.id)
    end_absence(session, acting(session, cast.leader), absence)
    assert not acting(session, cast.partner).led_groups


def test_refused(session: Session, cast: Cast) -> None:
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today())
    note_absence(session, SYSTEM, cast.partner.id, starts_on=clock.today())
    leader = acting(session, cast.leader)
    for member in (cast.partner, cast.team_leader, cast.other_visitor):
        with pytest.raises(Invalid) as refused:
            actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, member.id)
        assert refused.value.field == "member"
    with pytest.raises(Missing):
        actions.name_stand_in(session, leader, cast.team, cast.visitor.id, cast.visitor.id)
    for who in (cast.team_leader, cast.other_leader, cast.visitor):
        with pytest.raises(Missing):
            actions.name_stand_in(session, acting(session, who), cast.team, cast.team_leader.id, cast.visitor.id)
    made = actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.leader.id)
    assert made.member_id == cast.leader.id


def test_on_the_group_page(session: Session, cast: Cast, sign_in: SignIn) -> None:
    last = clock.today() + timedelta(days=10)
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today(), ends_on=last)
    session.commit()
    leader, visitor, address = sign_in(cast.leader), sign_in(cast.visitor), f"/groups/{cast.team.id}"
    page = leader.page(address)
    assert "请假至7月9日" in page.text
    (where,) = {href for href, text in page.links if "请人代理" in text}
    assert leader.post(where, data={"member": cast.stranger.id}).status_code == 422
    assert leader.post(where, data={"member": cast.visitor.id}).headers["Location"] == address
    assert "代理小组长，代苏慧" in leader.page(address).text
    assert "结束代理" not in sign_in(cast.team_leader).page(address).text
    session.rollback()
    grant_id = session.scalars(select(StandIn.grant_id)).one()
    assert leader.post(f"/groups/{cast.team.id}/leaders/{grant_id}/end").status_code == 303
    assert "代理小组长" not in leader.page(address).text
    assert visitor.get(address).status_code == 404


def test_the_role_ends_by_itself_with_the_last_day_of_leave(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    leader = acting(session, cast.leader)
    last = clock.today() + timedelta(days=2)
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today(), ends_on=last)
    actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    session.commit()
    address = f"/groups/{cast.team.id}"
    standing_clock.time += timedelta(days=2)
    assert cast.team.id in acting(session, cast.visitor).led_groups
    assert sign_in(cast.visitor).get(address).status_code == 200
    standing_clock.time += timedelta(days=1)
    person = acting(session, cast.visitor)
    assert (person.led_groups, person.roles) == (frozenset(), frozenset())
    assert sign_in(cast.visitor).get(address).status_code == 404
    assert "代理小组长" not in sign_in(cast.leader).page(address).text
    assert not any(place.role for place in places(session, cast.visitor.id))
    # A later leave does not bring it back, and whoever is wanted can be named anew.
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today())
    assert not acting(session, cast.visitor).led_groups
    actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    assert cast.team.id in acting(session, cast.visitor).led_groups


def test_who_stood_in_can_become_a_leader_for_good(session: Session, cast: Cast, standing_clock: Clock) -> None:
    leader = acting(session, cast.leader)
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today(), ends_on=clock.today())
    actions.name_stand_in(session, leader, cast.team, cast.team_leader.id, cast.visitor.id)
    standing_clock.time += timedelta(days=1)
    assert not acting(session, cast.visitor).led_groups
    actions.add_leader(session, leader, cast.team, cast.visitor.id)
    assert cast.team.id in acting(session, cast.visitor).led_groups
    assert session.scalars(select(StandIn)).all() == []
