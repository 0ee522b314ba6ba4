"""Saving areas and households."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.households import actions
from hengli_visits.models import Area, AreaKind, AuditEntry, Household, HouseholdKind


def entries(session: Session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


def village(session: Session) -> Area:
    town = actions.create_area(session, SYSTEM, name="横沥镇", kind=AreaKind.TOWN, code="TOWN")
    return actions.create_area(
        session, SYSTEM, name="长巷村", kind=AreaKind.VILLAGE, code="CX", parent=town, aliases=["长巷"]
    )


def family(session: Session, area: Area, **fields: object) -> Household:
    given = {"kind": HouseholdKind.FAMILY, "name": "钟林锡", "area_id": area.id, "door": "17号"} | fields
    return actions.save_household(session, SYSTEM, None, **given)


def test_a_path_leads_from_the_root(session: Session) -> None:
    area = village(session)
    assert area.path == f"/{area.parent_id}/{area.id}/"
    assert entries(session, "area.create") == 2


@pytest.mark.parametrize(("name", "code"), [("长巷村", "X"), ("新村", "CX"), ("长巷", "X")])
def test_areas_are_told_apart_by_name_alias_and_code(session: Session, name: str, code: str) -> None:
    village(session)
    with pytest.raises(Invalid):
        actions.create_area(session, SYSTEM, name=name, kind=AreaKind.VILLAGE, code=code)


def test_a_new_household_gets_sound_door_number_and_code(session: Session) -> None:
    area = village(session)
    first, second = family(session, area), family(session, area, name="袁国强", door="Ａ栋３０２房")
    assert (first.pinyin, first.initials, first.door_number, first.code) == ("zhonglinxi", "zlx", 17, "CX-001")
    assert (second.door_number, second.code) == (302, "CX-002")
    assert family(session, area, kind=HouseholdKind.ENTERPRISE, name="鑫越制衣").code == "CX-Q001"
    assert entries(session, "household.create") == 3


def test_codes_go_on_after_the_largest(session: Session) -> None:
    area = village(session)
    family(session, area, code="CX-117")
    assert family(session, area, name="袁国强").code == "CX-118"


def test_a_code_belongs_to_one_household(session: Session) -> None:
    area = village(session)
    first, second = family(session, area), family(session, area, name="袁国强")
    with pytest.raises(Invalid) as refusal:
        actions.save_household(session, SYSTEM, second, code=first.code)
    assert refusal.value.field == "code"


def test_what_is_not_given_stays_and_nothing_new_writes_nothing(session: Session) -> None:
    household = family(session, village(session), phone="19800000001", street="二巷")
    actions.save_household(session, SYSTEM, household, name="钟林锡", phone="19800000001")
    assert entries(session, "household.edit") == 0
    actions.save_household(session, SYSTEM, household, phone="", door="18号")
    assert (household.phone, household.door_number, household.street) == (None, 18, "二巷")
    assert entries(session, "household.edit") == 1
    with pytest.raises(TypeError):
        actions.save_household(session, SYSTEM, household, colour="red")


def test_removing_and_putting_back(session: Session) -> None:
    household = family(session, village(session))
    actions.remove_household(session, SYSTEM, household)
    assert bool(household.removed_at)
    with pytest.raises(Conflict):
        actions.remove_household(session, SYSTEM, household)
    actions.restore_household(session, SYSTEM, household)
    session.expire(household)
    assert not bool(household.removed_at)
    with pytest.raises(Conflict):
        actions.restore_household(session, SYSTEM, household)


def test_only_those_who_keep_the_book_save(session: Session) -> None:
    area = village(session)
    with pytest.raises(Missing):
        actions.save_household(session, Actor(id=1, name="路过"), None, name="钟林锡", area_id=area.id)


def test_a_household_added_at_the_door_is_listed_once(session: Session) -> None:
    area = village(session)
    family(session, area)
    new = actions.add_at_door(
        session, Actor(id=0, name=""), uuid4(), area_id=area.id, name="卢带好", door="7号", phone=""
    )
    assert (new.code, new.listed, new.phone, new.door_number) == ("CX-002", False, None, 7)
    with pytest.raises(Missing):
        actions.list_household(session, Actor(id=1, name="走访员"), new)
    actions.list_household(session, SYSTEM, new)
    assert new.listed is True
    with pytest.raises(Conflict):
        actions.list_household(session, SYSTEM, new)
    assert entries(session, "household.list") == 1


def test_what_was_taken_out_is_not_listed(session: Session) -> None:
    new = actions.add_at_door(session, SYSTEM, uuid4(), area_id=village(session).id, name="卢带好")
    actions.remove_household(session, SYSTEM, new)
    with pytest.raises(Conflict):
        actions.list_household(session, SYSTEM, new)
