"""Writes of accounts: cards, roles, devices, passwords, with what they leave behind."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts import actions, queries
from hengli_visits.accounts.grants import roles_of
from hengli_visits.accounts.rules import SCOPES
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, DomainError, Forbidden, Invalid, Missing
from hengli_visits.extensions import db
from hengli_visits.models import (
    Account,
    AuditEntry,
    Campaign,
    CampaignState,
    Device,
    Member,
    Role,
    RoleGrant,
    SignInCard,
)
from tests.accounts.conftest import PASSWORD
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant, join, make_campaign, make_group, make_member

CLIENT = actions.Client(user_agent="test", address="10.0.0.9")
NEW = "石桥头 三只白鹭 晒太阳"


def actor(session: Session, member: Member) -> Actor:
    return queries.actor_of(session, member.id)


def audited(session: Session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_card_sets_the_password_once(session: Session, cast: Cast) -> None:
    old = actions.open_device(session, cast.visitor.id, frozenset())
    token = actions.issue_card(session, actor(session, cast.leader), cast.visitor.id)
    assert len(token) >= 43
    device = actions.use_card(session, token, NEW, CLIENT)
    assert queries.load_actor(session, device) is not None
    assert queries.load_actor(session, old) is None
    account = session.get_one(Account, cast.visitor.id)
    assert not account.must_change
    with pytest.raises(Missing):
        actions.use_card(session, token, NEW, CLIENT)
    assert [e.object_id for e in audited(session, "card.use")] == [str(cast.visitor.id)]
    stored = session.scalars(select(SignInCard)).one()
    assert token not in (stored.token_hash, str(stored.id))


def test_card_makes_the_account(session: Session, cast: Cast) -> None:
    now = clock.now()
    member = Member(name="新来的", phone="13900000000", created_at=now, updated_at=now)
    session.add(member)
    session.flush()
    join(session, cast.team, member)
    token = actions.issue_card(session, actor(session, cast.leader), member.id)
    assert session.get(Account, member.id) is None
    actions.use_card(session, token, NEW, CLIENT)
    assert session.get(Account, member.id) is not None


def test_card_expires(session: Session, cast: Cast, standing_clock: Clock) -> None:
    token = actions.issue_card(session, SYSTEM, cast.visitor.id)
    standing_clock.time += timedelta(hours=24)
    with pytest.raises(Missing):
        actions.use_card(session, token, NEW, CLIENT)


def test_card_is_revoked_by_a_newer_one_and_by_disabling(session: Session, cast: Cast) -> None:
    first = actions.issue_card(session, SYSTEM, cast.visitor.id)
    second = actions.issue_card(session, SYSTEM, cast.visitor.id)
    with pytest.raises(Missing):
        actions.use_card(session, first, NEW, CLIENT)
    actions.disable(session, SYSTEM, cast.visitor.id)
    with pytest.raises(Missing):
        actions.use_card(session, second, NEW, CLIENT)
    with pytest.raises(Conflict):
        actions.issue_card(session, SYSTEM, cast.visitor.id)


def test_card_stays_good_after_a_poor_password(session: Session, cast: Cast) -> None:
    token = actions.issue_card(session, SYSTEM, cast.visitor.id)
    with pytest.raises(Invalid) as error:
        actions.use_card(session, token, f"{cast.visitor.phone}ab", CLIENT)
    assert error.value.field == "password"
    actions.use_card(session, token, NEW, CLIENT)


def test_card_used_by_two_at_once_works_once(app: Flask, session: Session, cast: Cast) -> None:
    token = actions.issue_card(session, SYSTEM, cast.visitor.id)
    session.commit()
    outcomes: list[str] = []

    def use() -> None:
        with app.app_context(), Session(db.engine) as own:
            try:
                actions.use_card(own, token, NEW, CLIENT)
                own.commit()
                outcomes.append("in")
            except DomainError:
                outcomes.append("refused")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]


def test_cards_are_within_reach_only(session: Session, cast: Cast) -> None:
    leader = actor(session, cast.leader)
    actions.issue_card(session, leader, cast.team_leader.id)
    actions.issue_card(session, actor(session, cast.coordinator), cast.stranger.id)
    actions.issue_card(session, actor(session, cast.administrator), cast.coordinator.id)
    for member in (cast.other_visitor, cast.stranger, cast.coordinator):
        with pytest.raises(Missing):
            actions.issue_card(session, leader, member.id)
    with pytest.raises(Missing):
        actions.issue_card(session, actor(session, cast.visitor), cast.partner.id)


def test_nobody_makes_a_card_for_an_account_that_can_do_more(session: Session, cast: Cast) -> None:
    leader, team_leader = actor(session, cast.leader), actor(session, cast.team_leader)
    join(session, cast.team, cast.administrator, cast.handler, cast.leader, cast.other_leader)
    for member in (cast.administrator, cast.handler, cast.other_leader):
        with pytest.raises(Forbidden):
            actions.issue_card(session, leader, member.id)
    with pytest.raises(Forbidden):
        actions.issue_card(session, team_leader, cast.leader.id)
    with pytest.raises(Forbidden):
        actions.issue_card(session, actor(session, cast.coordinator), cast.administrator.id)
    cast.campaign.state = CampaignState.ARCHIVED
    session.flush()
    actions.issue_card(session, actor(session, cast.coordinator), cast.other_leader.id)


def test_a_card_is_worth_nothing_once_the_member_can_do_more(session: Session, cast: Cast) -> None:
    token = actions.issue_card(session, actor(session, cast.leader), cast.visitor.id)
    actions.grant_role(session, actor(session, cast.administrator), cast.visitor.id, Role.COORDINATOR)
    with pytest.raises(Missing):
        actions.use_card(session, token, NEW, CLIENT)


def test_a_card_is_worth_nothing_once_its_maker_could_not_make_it(session: Session, cast: Cast) -> None:
    token = actions.issue_card(session, actor(session, cast.leader), cast.visitor.id)
    actions.grant_role(session, SYSTEM, cast.visitor.id, Role.GROUP_LEADER, group_id=cast.other_group.id)
    with pytest.raises(Missing):
        actions.use_card(session, token, NEW, CLIENT)
    token = actions.issue_card(session, actor(session, cast.team_leader), cast.partner.id)
    session.execute(delete(RoleGrant).where(RoleGrant.member_id == cast.team_leader.id))
    with pytest.raises(Missing):
        actions.use_card(session, token, NEW, CLIENT)


def test_a_leader_makes_no_card_for_who_visits_for_others_too(session: Session, cast: Cast) -> None:
    other = make_group(session, make_campaign(session, "情系群众"), "另一组")
    join(session, other, cast.visitor)
    leader = actor(session, cast.leader)
    with pytest.raises(Forbidden):
        actions.issue_card(session, leader, cast.visitor.id)
    actions.grant_role(session, leader, cast.other_visitor.id, Role.TEAM_LEADER, group_id=cast.team.id)
    with pytest.raises(Forbidden):
        actions.issue_card(session, leader, cast.other_visitor.id)
    session.get_one(Campaign, other.campaign_id).state = CampaignState.CLOSED
    session.flush()
    actions.issue_card(session, leader, cast.visitor.id)


def test_a_card_is_no_way_around_ones_own_password(session: Session, cast: Cast) -> None:
    for member in (cast.leader, cast.coordinator, cast.administrator):
        join(session, cast.team, member)
        with pytest.raises(Forbidden):
            actions.issue_card(session, actor(session, member), member.id)


def test_cards_for_a_group(session: Session, cast: Cast) -> None:
    leader = actor(session, cast.leader)
    join(session, cast.team, cast.handler)
    actions.set_password(session, session.get_one(Account, cast.partner.id), PASSWORD)
    actions.disable(session, SYSTEM, cast.team_leader.id)
    sheet = actions.issue_cards(session, leader, cast.group.id)
    assert {m.id for m, _ in sheet.cards} == {cast.visitor.id}, "nobody makes a card of their own"
    assert (sheet.settled, [m.id for m in sheet.others]) == (1, [cast.handler.id])
    everyone = actions.issue_cards(session, leader, cast.group.id, everyone=True)
    assert {m.id for m, _ in everyone.cards} == {cast.visitor.id, cast.partner.id}
    with pytest.raises(Missing):
        actions.use_card(session, sheet.cards[0][1], NEW, CLIENT)
    with pytest.raises(Missing):
        actions.issue_cards(session, leader, cast.other_group.id)


def test_granting_twice_is_one_grant(session: Session, cast: Cast) -> None:
    coordinator = actor(session, cast.coordinator)
    first = actions.grant_role(session, coordinator, cast.stranger.id, Role.AREA_LEAD, area_id=cast.village.id)
    second = actions.grant_role(session, coordinator, cast.stranger.id, Role.AREA_LEAD, area_id=cast.village.id)
    assert first.id == second.id
    assert len(audited(session, "role.grant")) == 1
    actions.end_grant(session, coordinator, first.id)
    assert roles_of(session, cast.stranger.id) == frozenset()
    with pytest.raises(Missing):
        actions.end_grant(session, coordinator, first.id)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_wants_its_own_scope(role: Role, session: Session, cast: Cast) -> None:
    scopes = {"area_id": cast.village.id, "group_id": cast.team.id, "organisation_id": cast.unit.id}
    wanted = SCOPES[role]
    for column, value in scopes.items():
        if column != wanted:
            with pytest.raises(Invalid):
                actions.grant_role(session, SYSTEM, cast.stranger.id, role, **{column: value})
    right = {wanted: scopes[wanted]} if wanted else {}
    assert actions.grant_role(session, SYSTEM, cast.stranger.id, role, **right).role is role
    if wanted:
        with pytest.raises(Invalid):
            actions.grant_role(session, SYSTEM, cast.stranger.id, role)


def test_coordinators_make_no_coordinators(session: Session, cast: Cast) -> None:
    coordinator = actor(session, cast.coordinator)
    with pytest.raises(Forbidden):
        actions.grant_role(session, coordinator, cast.stranger.id, Role.COORDINATOR)
    theirs = session.scalars(select(RoleGrant).where(RoleGrant.member_id == cast.administrator.id)).one()
    with pytest.raises(Forbidden):
        actions.end_grant(session, coordinator, theirs.id)
    for act in (actions.disable, actions.enable, actions.end_all_devices):
        with pytest.raises(Forbidden):
            act(session, coordinator, cast.administrator.id)
    leader = actor(session, cast.leader)
    actions.grant_role(session, leader, cast.visitor.id, Role.TEAM_LEADER, group_id=cast.team.id)
    with pytest.raises(Forbidden):
        actions.grant_role(session, leader, cast.visitor.id, Role.GROUP_LEADER, group_id=cast.group.id)


def test_the_last_administrator_stays(session: Session, cast: Cast) -> None:
    administrator = actor(session, cast.administrator)
    own = session.scalars(select(RoleGrant).where(RoleGrant.member_id == cast.administrator.id)).one()
    with pytest.raises(Conflict):
        actions.end_grant(session, administrator, own.id)
    with pytest.raises(Conflict):
        actions.disable(session, SYSTEM, cast.administrator.id)
    second = make_member(session, "管二")
    grant(session, second, Role.ADMINISTRATOR)
    with pytest.raises(Conflict):
        actions.disable(session, administrator, cast.administrator.id)
    actions.disable(session, administrator, second.id)
    with pytest.raises(Conflict):
        actions.end_grant(session, administrator, own.id)
    actions.enable(session, administrator, second.id)
    actions.end_grant(session, administrator, own.id)
    assert roles_of(session, cast.administrator.id) == frozenset()


def test_fixation_a_higher_role_needs_a_new_session(session: Session, cast: Cast) -> None:
    field = actions.open_device(session, cast.visitor.id, frozenset())
    actions.grant_role(session, SYSTEM, cast.visitor.id, Role.TEAM_LEADER, group_id=cast.team.id)
    assert queries.load_actor(session, field) is not None, "leaders work with the same kind of device"
    given = actions.grant_role(session, SYSTEM, cast.visitor.id, Role.HANDLER, organisation_id=cast.unit.id)
    assert queries.load_actor(session, field) is None
    office = actions.open_device(session, cast.visitor.id, roles_of(session, cast.visitor.id))
    actions.end_grant(session, SYSTEM, given.id)
    assert queries.load_actor(session, office) is None


def test_disabled_account_is_out_at_once(session: Session, cast: Cast) -> None:
    token = actions.open_device(session, cast.visitor.id, frozenset())
    actions.disable(session, actor(session, cast.administrator), cast.visitor.id)
    assert queries.load_actor(session, token) is None
    assert session.scalars(select(Device).where(Device.member_id == cast.visitor.id)).one().ended_at is not None
    actions.disable(session, actor(session, cast.administrator), cast.visitor.id)
    assert len(audited(session, "account.disable")) == 1


def test_audit_entries_hold_no_names(session: Session, cast: Cast) -> None:
    actions.issue_card(session, actor(session, cast.leader), cast.visitor.id)
    actions.unlock(session, actor(session, cast.administrator), cast.visitor.id, "k" * 32)
    for entry in session.scalars(select(AuditEntry)):
        assert cast.visitor.name not in str(entry.data)
        assert str(cast.visitor.phone) not in str(entry.data)


def test_open_account_twice_is_one_account(session: Session, cast: Cast) -> None:
    assert actions.open_account(session, cast.visitor.id) is actions.open_account(session, cast.visitor.id)
    with pytest.raises(Missing):
        actions.open_account(session, 987654)
