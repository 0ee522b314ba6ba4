"""Pages of households and areas."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Assignment, AuditEntry, Household, HouseholdKind, Issue, Outcome, Visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_area, make_assignment, make_household
from tests.pages import Page, SignIn


def log_visit(session: Session, cast: Cast, assignment: Assignment) -> None:
    now = clock.now()
    session.add(
        Visit(
            uuid=uuid4(),
            assignment_id=assignment.id,
            campaign_id=cast.campaign.id,
            author_id=cast.visitor.id,
            outcome=Outcome.MET,
            visited_at=now,
            received_at=now,
        )
    )


def open_issue(session: Session, cast: Cast, number: str) -> None:
    now = clock.now()
    session.add(
        Issue(
            number=number,
            campaign_id=cast.campaign.id,
            area_id=cast.village.id,
            household_id=cast.household.id,
            raised_by_id=cast.visitor.id,
            title="排水渠堵塞",
            words="排水渠给杂物堵了。",
            raised_at=now,
            opened_at=now,
        )
    )


def test_the_book_is_filtered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.household.pinyin, cast.household.initials = "zhonglinxi", "zlx"
    make_household(session, cast.village, "鑫越制衣", kind=HouseholdKind.ENTERPRISE, street="工业一路", category="")
    session.commit()
    client = sign_in(cast.coordinator)
    for query, here, gone in (
        ("q=zlx", "钟林锡", "袁国强"),
        (f"q={cast.household.door_number}", "钟林锡", "黎桂兰"),
        (f"q={cast.household.code}", "钟林锡", "黎桂兰"),
        (f"area={cast.other_village.id}", "黎桂兰", "钟林锡"),
        (f"area={cast.village.id}&street=祠堂街", "钟海彬", "钟林锡"),
        ("kind=enterprise", "鑫越制衣", "钟林锡"),
        ("category=困难户", "钟林锡", "袁国强"),
        ("removed=1", "没有找到", "钟林锡"),
    ):
        text = client.page(f"/households?{query}").text
        assert here in text, query
        assert gone not in text, query


def test_households_added_at_the_door_are_found_and_put_into_the_book(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.coordinator)
    assert "门口新增" not in client.page("/households").text
    new = make_household(session, cast.village, "卢带好", listed=False, door_uuid=uuid4())
    task = make_assignment(session, cast.campaign, new, cast.team, (cast.visitor,))
    session.commit()
    assert "门口新增1" in client.page("/households").text
    page = client.page("/households?unlisted=1&q=")
    assert "卢带好" in page.text
    assert "钟林锡" not in page.text
    address = f"/households/{new.id}"
    for person in (cast.leader, cast.visitor):
        page = sign_in(person).page(address)
        assert "门口新增" in page.text
        assert "列入名册" not in page.text
        assert "门口新增" in sign_in(person).page(f"/assignments/{task.id}").text
    assert "核对无误，列入名册" in client.page(address).text
    page = client.page(client.post(f"{address}/listing").location)
    assert "已列入户籍册" in page.text
    assert "门口新增" not in page.text
    assert client.post(f"{address}/listing").status_code == 409
    assert "没有找到" in client.page("/households?unlisted=1").text
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "household.list")).one()
    assert (entry.actor_id, entry.object_id) == (cast.coordinator.id, str(new.id))


def test_a_doubled_household_is_seen(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_household(session, cast.village, "同电话", second_phone="13800138000")
    make_household(session, cast.other_village, "钟林锡", street="别村")
    make_household(session, cast.village, "钟林锡", street="移走巷", removed_at=clock.now())
    new = make_household(session, cast.village, "钟林锡", listed=False, phone="13800138000")
    plain = make_household(session, cast.village, "卢带好", listed=False, phone=None)
    session.commit()
    client = sign_in(cast.coordinator)
    page = client.page(f"/households/{new.id}")
    assert "请看是不是同一户" in page.text
    for href in (f"/households/{cast.household.id}", "同电话"):
        assert href in page.html
    for text in ("别村", "移走巷"):
        assert text not in page.text
    assert "请看是不是同一户" not in client.page(f"/households/{plain.id}").text
    assert "请看是不是同一户" not in client.page(f"/households/{cast.household.id}").text


def test_streets_are_offered_once_a_village_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    assert 'name="street"' not in client.page("/households").html
    assert "祠堂街" in client.page(f"/households?area={cast.village.id}").text


@pytest.mark.parametrize("address", ["/households", "/areas"])
def test_a_list_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    client = sign_in(cast.coordinator)
    with counted_queries() as few:
        client.page(address)
    for number in range(3):
        make_household(session, make_area(session, f"新{number}村", parent=cast.town))
    session.commit()
    with counted_queries() as many:
        client.page(address)
    assert len(many) == len(few) <= 10


def test_a_household_tells_its_past_in_few_queries(session: Session, cast: Cast, sign_in: SignIn) -> None:
    log_visit(session, cast, cast.assignment)
    open_issue(session, cast, "HL-2026-0001")
    session.commit()
    client = sign_in(cast.visitor)
    with counted_queries() as few:
        text = client.page(f"/households/{cast.household.id}").text
    assert "已见面" in text
    assert "排水渠堵塞" in text
    assert "叶秀珍、方光润" in text
    for number in range(2, 4):
        log_visit(session, cast, cast.assignment)
        open_issue(session, cast, f"HL-2026-000{number}")
    session.commit()
    with counted_queries() as many:
        client.page(f"/households/{cast.household.id}")
    assert len(many) == len(few)


def test_phones_are_masked_and_shown_to_those_who_need_them(session: Session, cast: Cast, sign_in: SignIn) -> None:
    address = f"/households/{cast.household.id}"
    assert cast.household.phone
    for person in (cast.coordinator, cast.visitor, cast.area_lead):
        assert cast.household.phone not in sign_in(person).page(address).html
    assert "查看完整号码" not in sign_in(cast.area_lead).page(address).text
    shown = sign_in(cast.visitor).post(f"{address}/phone")
    assert cast.household.phone in shown.get_data(as_text=True)
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "household.reveal_phone")).one()
    assert entry.actor_id == cast.visitor.id


def test_a_household_that_was_taken_away_is_out_of_sight(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.assignment.removed_at = clock.now()
    session.commit()
    assert sign_in(cast.visitor).get(f"/households/{cast.household.id}").status_code == 404
    assert sign_in(cast.leader).get(f"/households/{cast.household.id}").status_code == 404
    assert sign_in(cast.area_lead).get(f"/households/{cast.household.id}").status_code == 200


def test_bad_input_is_kept_and_a_taken_code_gets_a_proposal(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    form = {
        "kind": "family",
        "name": "新搬来的",
        "area_id": str(cast.village.id),
        "phone": "１３９ 1234 5678",
        "door": "7号",
    }
    bad = client.post("/households/new", data=form | {"code": cast.household.code, "size": "许多"})
    page = Page(bad.get_data(as_text=True))
    assert bad.status_code == 422
    assert page.value("name") == "新搬来的"
    bad = client.post("/households/new", data=form | {"code": cast.household.code})
    assert bad.status_code == 422
    assert "可以用 CX-" in bad.get_data(as_text=True)
    assert client.post("/households/new", data=form).status_code == 303
    session.rollback()
    made = session.scalars(select(Household).where(Household.name == "新搬来的")).one()
    assert (made.phone, made.door_number, made.code[:3]) == ("13912345678", 7, "CX-")


def test_removing_and_putting_back(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = f"/households/{cast.household.id}"
    assert client.post(f"{address}/removal").status_code == 303
    assert "已移出户籍册" in client.page(address).text
    assert client.post(f"{address}/removal").status_code == 409
    assert sign_in(cast.visitor).get(address).status_code == 404
    assert client.post(f"{address}/removal", data={"restore": "1"}).status_code == 303
    assert sign_in(cast.visitor).get(address).status_code == 200


def test_the_area_tree_counts(session: Session, cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.administrator).page("/areas").text
    assert text.index("横沥镇") < text.index("长巷村")
    assert "3 户" in text
    client = sign_in(cast.coordinator)
    client.post(
        f"/areas/{cast.village.id}/edit", data={"name": "长巷村", "code": "CX", "aliases": "长巷\n长巷\n长巷居"}
    )
    assert "长巷、长巷居" in client.page("/areas").text
