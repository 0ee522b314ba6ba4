"""Saving people and organisations."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Invalid, Missing, TooMany
from hengli_visits.members import actions
from hengli_visits.members.rules import REVEALS
from hengli_visits.models import AuditEntry, Gender, Member, OrganisationKind, Role, Sector
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_member


def entries(session: Session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


def test_a_new_member_gets_its_sound_and_an_entry(session: Session) -> None:
    member = actions.save_member(
        session, SYSTEM, None, name="曾 小明", phone="19900000001", gender=Gender.MAN, born=date(1968, 8, 5)
    )
    assert (member.name, member.pinyin, member.initials) == ("曾小明", "zengxiaoming", "zxm")
    assert member.born == date(1968, 8, 1)
    assert entries(session, "member.create") == 1


def test_what_is_not_given_stays_and_nothing_new_writes_nothing(session: Session, standing_clock: Clock) -> None:
    member = actions.save_member(session, SYSTEM, None, name="温永然", phone="19900000001", remarks="会开车")
    standing_clock.time = standing_clock.time.replace(hour=5)
    actions.save_member(session, SYSTEM, member, name="温永然", phone="19900000001")
    assert entries(session, "member.edit") == 0
    assert member.updated_at == member.created_at
    actions.save_member(session, SYSTEM, member, phone="19900000002")
    assert (member.remarks, member.phone) == ("会开车", "19900000002")
    assert member.updated_at == standing_clock.time
    assert entries(session, "member.edit") == 1


def test_a_phone_belongs_to_one_member(session: Session) -> None:
    first = actions.save_member(session, SYSTEM, None, name="温永然", phone="19900000001", staff_number="D1")
    second = actions.save_member(session, SYSTEM, None, name="方光润", phone="")
    assert second.phone is None
    with pytest.raises(Invalid) as refusal:
        actions.save_member(session, SYSTEM, second, phone=first.phone)
    assert refusal.value.field == "phone"
    assert "温永然" in str(refusal.value)
    with pytest.raises(Invalid) as refusal:
        actions.save_member(session, SYSTEM, None, name="苏慧", staff_number="D1")
    assert refusal.value.field == "staff_number"


def test_a_name_is_needed_and_unknown_fields_are_a_mistake(session: Session) -> None:
    with pytest.raises(Invalid):
        actions.save_member(session, SYSTEM, None, name="  ")
    with pytest.raises(TypeError):
        actions.save_member(session, SYSTEM, None, name="温永然", colour="red")


def test_only_those_who_keep_the_roster_save(session: Session) -> None:
    with pytest.raises(Missing):
        actions.save_member(session, Actor(id=1, name="路过"), None, name="温永然")
    with pytest.raises(Missing):
        actions.create_organisation(session, Actor(id=1, name="路过"), kind=OrganisationKind.UNIT, name="水务")
    assert session.scalar(select(func.count()).select_from(Member)) == 0


def test_organisations_have_one_name_per_kind(session: Session) -> None:
    branch = actions.create_organisation(
        session, SYSTEM, kind=OrganisationKind.BRANCH, name="长巷村党支部", sector=Sector.VILLAGE
    )
    actions.create_organisation(session, SYSTEM, kind=OrganisationKind.UNIT, name="长巷村党支部")
    with pytest.raises(Invalid):
        actions.create_organisation(session, SYSTEM, kind=OrganisationKind.BRANCH, name=" 长巷村党支部 ")
    actions.edit_organisation(session, SYSTEM, branch, name="长巷村党总支", sector=None, area_id=None, active=False)
    assert (branch.name, branch.active) == ("长巷村党总支", False)


def test_looking_at_phones_is_noted_and_has_its_limit(session: Session, cast: Cast, standing_clock: Clock) -> None:
    actor = Actor(id=cast.coordinator.id, name="统建文", roles=frozenset({Role.COORDINATOR}))
    member = make_member(session, "温永然")
    for _ in range(REVEALS):
        actions.reveal_phone(session, actor, member)
        session.flush()
    assert entries(session, "member.reveal_phone") == REVEALS
    with pytest.raises(TooMany):
        actions.reveal_phone(session, actor, member)
    standing_clock.time = standing_clock.time.replace(hour=4)
    actions.reveal_phone(session, actor, member)
