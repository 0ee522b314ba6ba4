"""Pages of the roster."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import AuditEntry, Member, Organisation, OrganisationKind, Sector
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_member
from tests.pages import Page, SignIn


def branch(session: Session, name: str, sector: Sector) -> Organisation:
    made = Organisation(kind=OrganisationKind.BRANCH, name=name, sector=sector)
    session.add(made)
    session.flush()
    return made


def test_the_roster_is_filtered_and_phones_are_masked(session: Session, cast: Cast, sign_in: SignIn) -> None:
    village = branch(session, "长巷村党支部", Sector.VILLAGE)
    office = branch(session, "机关党支部", Sector.OFFICE)
    make_member(session, "曾小明", pinyin="zengxiaoming", initials="zxm", branch_id=village.id, phone="13912345678")
    make_member(session, "曾大明", pinyin="zengdaming", initials="zdm", branch_id=office.id)
    make_member(session, "曾已走", active=False)
    session.commit()
    client = sign_in(cast.coordinator)
    assert "139****5678" in client.page("/members?q=zxm").text
    for address, here, gone in (
        ("/members?q=zxm", "曾小明", "曾大明"),
        ("/members?sector=office", "曾大明", "曾小明"),
        (f"/members?branch={village.id}", "曾小明", "曾大明"),
        ("/members?q=%E6%9B%BE", "曾大明", "曾已走"),
        ("/members?resting=1", "曾已走", "曾小明"),
    ):
        text = client.page(address).text
        assert here in text, address
        assert gone not in text, address
    assert "没有找到" in client.page("/members?q=zzzzzz").text
    assert client.page("/members?branch=99999999999&page=0").text


@pytest.mark.parametrize("address", ["/members", "/organisations"])
def test_a_list_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    client = sign_in(cast.coordinator)
    with counted_queries() as few:
        client.page(address)
    for number in range(3):
        made = branch(session, f"第{number}党支部", Sector.NEW)
        make_member(session, f"新{number}", branch_id=made.id, area_id=cast.village.id)
    session.commit()
    with counted_queries() as many:
        client.page(address)
    assert len(many) == len(few) <= 10


def test_a_new_member_is_saved_with_what_was_typed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    form = {"name": "欧阳 娜娜", "gender": "woman", "phone": "+86 139-1234-5678", "born": "1990-05", "active": "y"}
    bad = client.post("/members/new", data=form | {"second_phone": "一二三"})
    assert bad.status_code == 422
    page = Page(bad.get_data(as_text=True))
    assert page.value("second_phone") == "一二三"
    assert page.value("name") == "欧阳 娜娜"
    assert "不像一个电话号码" in page.text
    assert client.post("/members/new", data=form).status_code == 303
    session.rollback()
    member = session.scalars(select(Member).where(Member.name == "欧阳娜娜")).one()
    assert (member.phone, member.initials, str(member.born)) == ("13912345678", "oynn", "1990-05-01")
    again = client.post("/members/new", data=form)
    assert again.status_code == 422
    assert "已经是 欧阳娜娜 的" in again.get_data(as_text=True)


def test_a_leader_sees_own_members_and_their_households(session: Session, cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.leader).page(f"/members/{cast.visitor.id}").text
    assert "长巷村第1小组" in text
    assert "已访 0 / 2 户" in text
    assert sign_in(cast.leader).get(f"/members/{cast.other_visitor.id}").status_code == 404


def test_looking_at_a_phone_shows_it_once_and_leaves_an_entry(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    assert cast.visitor.phone
    assert cast.visitor.phone not in client.page(f"/members/{cast.visitor.id}").html
    shown = client.post(f"/members/{cast.visitor.id}/phone", data={"back": "//evil.example"}).get_data(as_text=True)
    assert f"tel:{cast.visitor.phone}" in shown
    assert "evil" not in shown
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "member.reveal_phone")).one()
    assert (entry.actor_id, entry.object_id) == (cast.coordinator.id, str(cast.visitor.id))


def test_units_are_listed_with_handlers(session: Session, cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.administrator).page("/organisations?kind=unit&q=水务").text
    assert "农林水务局" in text
    assert "1 人" in text
    assert "城市管理分局" not in text
