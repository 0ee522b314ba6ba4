"""New rows that may be a record twice: found for a reason, decided by the user, imported as decided."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import apply_batch, choose_twins, undo_batch
from hengli_visits.imports.actions.twin_rows import list_twins, twin_counts
from hengli_visits.imports.twins import like, likeness, plain_address
from hengli_visits.models import Household, ImportBatch, ImportRow, Member, RosterKind, TwinChoice
from tests.cast import Cast
from tests.counting import counted_queries
from tests.imports.books import book
from tests.imports.importing import Rows, figures, read, reasons
from tests.imports.undone import everything
from tests.pages import SignIn

FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]
PERSON: list[object] = ["姓名", "所属党支部", "联系电话", "出生年月", "居住村"]


def home(name: str, street: str = "二巷", door: str = "17号", phone: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "village": "长巷村", "street": street, "door": door, "phone": phone, "address": ""} | more


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "phone": None, "branch": None, "village": None, "born": None, "staff_number": None} | more


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("钟林锡", "钟林锡", True),
        ("钟林锡", "钟林西", True),
        ("钟林锡", "钟琳锡", True),
        ("王伟", "王维", True),
        ("王伟", "王刚", False),
        ("钟林锡", "钟海彬", False),
        ("钟林锡", "袁国强", False),
    ],
)
def test_names_that_are_alike(one: str, other: str, same: bool) -> None:
    assert like(one, other) is same
    assert like(other, one) is same


def test_addresses_written_differently() -> None:
    said = {
        plain_address(home("甲", "", "", address=text)) for text in ("长巷村二巷17号", "二巷 17 号", "横沥镇长巷2巷17")
    }
    assert said == {"2巷-17", "2巷17"} or len(said) == 1


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (home("钟林锡", phone="13800000001"), home("钟林西", "九巷", phone="13800000001"), "联系电话相同，名称"),
        (home("钟林锡", phone="13800000001"), home("袁国强", "九巷", phone="13800000001"), "联系电话相同"),
        (home("钟林锡", phone="0769-83370001"), home("袁国强", "九巷", phone="0769-83370001"), None),
        (home("钟林锡"), home("钟林西"), "门牌相同"),
        (home("钟林锡"), home("袁国强"), None),
        (home("钟林锡"), home("钟林锡"), "编号不同"),
        (home("钟林锡", "二巷", "17"), home("钟林锡", "", "", address="长巷二巷17号"), "地址写法不同"),
        (home("钟林锡"), home("钟林锡", "九巷", "3号"), None),
        (home("钟林锡"), home("钟林西", village="石涌村"), None),
    ],
)
def test_families(one: dict[str, Any], other: dict[str, Any], why: str | None) -> None:
    found = likeness(RosterKind.HOUSEHOLDS, one, other, shared=2)
    assert (why in found.message) if found and why else found is None and why is None


def test_a_phone_of_many_is_nobodys() -> None:
    pair = home("钟林锡", phone="13800000001"), home("袁国强", "九巷", phone="13800000001")
    assert likeness(RosterKind.HOUSEHOLDS, *pair, shared=3) is None


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (person("欧阳新", phone="1"), person("欧阳欣", phone="1"), "电话相同"),
        (person("欧阳新", phone="1"), person("温永然", phone="1"), None),
        (person("欧阳新", born="1975-08-01"), person("欧阳新", born="1975-08-01"), "同名"),
        (person("欧阳新", born="1975-08-01", branch="甲"), person("欧阳新", born="1981-01-01", branch="甲"), None),
        (person("欧阳新", phone="1", branch="甲"), person("欧阳新", phone="2", branch="甲"), None),
        (person("欧阳新", born="1975-08-01", branch="甲"), person("欧阳欣", born="1975-08-01", branch="甲"), "同音"),
        (person("欧阳新", staff_number="1", branch="甲"), person("欧阳新", staff_number="2", branch="甲"), None),
    ],
)
def test_people(one: dict[str, Any], other: dict[str, Any], why: str | None) -> None:
    found = likeness(RosterKind.MEMBERS, one, other)
    assert (why in found.message) if found and why else found is None and why is None


def test_enterprises() -> None:
    one = home("东莞市横沥力泰制衣有限公司", "", "", contact="")
    assert likeness(RosterKind.ENTERPRISES, one, home("力泰制衣厂", "工业路", "1号"))
    assert not likeness(RosterKind.ENTERPRISES, one, home("力丰电子厂", "工业路", "1号"))


def twin_of(cast: Cast, *more: list[object]) -> Rows:
    one = cast.household
    return [FAMILY, ["CX-900", "钟林西", "长巷村", one.street + one.door, "13800000001", 5], *more]


def twins(session: Session, batch: ImportBatch) -> list[ImportRow]:
    return list(list_twins(session, batch, 1).items)


def test_undecided_rows_are_left_out_unless_the_user_says_so(session: Session, cast: Cast) -> None:
    batch = read(session, twin_of(cast, ["CX-901", "甲", "长巷村", "九巷5号", "", 4]))
    assert figures(batch)[:2] == (2, 0)
    assert twin_counts(session, batch)[None] == 1
    counts = apply_batch(session, SYSTEM, batch, undecided_new=False)
    assert (counts.new, counts.bad) == (1, 1)
    assert ["没有选合并还是另一户" in text for text in reasons(session, batch)] == [True]
    session.rollback()
    assert apply_batch(session, SYSTEM, batch, undecided_new=True).new == 2


def test_a_merged_row_updates_the_record_and_is_undone(session: Session, cast: Cast) -> None:
    before = everything(session)
    batch = read(session, twin_of(cast))
    row = twins(session, batch)[0]
    assert row.twin
    assert (row.twin["id"], row.twin["label"]) == (cast.household.id, cast.household.name)
    choose_twins(session, SYSTEM, batch, {row.id: TwinChoice.MERGE})
    session.commit()
    assert figures(batch)[:2] == (0, 1)
    assert row.changes["name"] == [cast.household.name, "钟林西"]
    counts = apply_batch(session, SYSTEM, batch, undecided_new=False)
    session.commit()
    assert (counts.new, counts.changed, counts.bad) == (0, 1, 0)
    session.refresh(cast.household)
    assert (cast.household.name, cast.household.phone, cast.household.size) == ("钟林西", "13800000001", 5)
    undo_batch(session, SYSTEM, batch)
    session.commit()
    assert everything(session) == before


def test_choices_can_be_changed_and_made_for_all(session: Session, cast: Cast) -> None:
    batch = read(session, twin_of(cast))
    row = twins(session, batch)[0]
    for choice, told in ((TwinChoice.MERGE, (0, 1)), (TwinChoice.KEEP, (1, 0))):
        choose_twins(session, SYSTEM, batch, {row.id: choice})
        assert (row.choice, figures(batch)[:2]) == (choice, told)
    session.rollback()
    choose_twins(session, SYSTEM, batch, {}, TwinChoice.KEEP)
    assert twin_counts(session, batch)[TwinChoice.KEEP] == 1
    assert apply_batch(session, SYSTEM, batch, undecided_new=False).new == 1


def test_a_row_is_merged_into_an_earlier_row_of_the_same_file(session: Session, cast: Cast) -> None:
    before = everything(session)
    rows: Rows = [
        FAMILY,
        ["CX-900", "欧阳新", "长巷村", "九巷5号", "", 4],
        ["CX-901", "欧阳欣", "长巷村", "九巷5号", "13800000001", ""],
    ]
    batch = read(session, rows)
    row = twins(session, batch)[0]
    assert row.twin
    assert (row.number, row.twin["id"], row.twin["row"]) == (3, None, 2)
    choose_twins(session, SYSTEM, batch, {row.id: TwinChoice.MERGE})
    session.commit()
    counts = apply_batch(session, SYSTEM, batch, undecided_new=False)
    session.commit()
    assert (counts.new, counts.changed) == (1, 1)
    made = session.scalars(select(Household).where(Household.code == "CX-900")).one()
    assert (made.name, made.phone, made.size) == ("欧阳欣", "13800000001", 4)
    undo_batch(session, SYSTEM, batch)
    session.commit()
    assert everything(session) == before


def test_a_member_with_the_phone_of_a_namesake_can_be_merged_only(session: Session, cast: Cast) -> None:
    phone = cast.visitor.phone
    batch = read(
        session, [PERSON, ["叶秀真", "", phone, "1975.08", "长巷村"], ["路人甲", "", cast.leader.phone, "", ""]]
    )
    assert figures(batch)[:4] == (0, 0, 0, 2)
    row = twins(session, batch)[0]
    choose_twins(session, SYSTEM, batch, {row.id: TwinChoice.KEEP})
    assert (row.choice, row.state.value, figures(batch)[3]) == (TwinChoice.KEEP, "bad", 2)
    choose_twins(session, SYSTEM, batch, {row.id: TwinChoice.MERGE})
    session.commit()
    counts = apply_batch(session, SYSTEM, batch, undecided_new=False)
    session.commit()
    assert (counts.changed, counts.bad) == (1, 1)
    assert session.get_one(Member, cast.visitor.id, populate_existing=True).name == "叶秀真"


def test_the_page_takes_choices(session: Session, cast: Cast, sign_in: SignIn) -> None:
    batch = read(session, twin_of(cast))
    row_id = twins(session, batch)[0].id
    client = sign_in(cast.coordinator)
    assert "疑似重复：1 行" in client.page(f"/imports/{batch.id}").text
    page = client.page(f"/imports/{batch.id}/twins")
    for text in ("钟林西", cast.household.name, "门牌相同", "138****0001", "已有的记录"):
        assert text in page.text, text
    answer = client.post(f"/imports/{batch.id}/twins", data={f"row-{row_id}": "merge", "row-99999999": "keep"})
    assert answer.location == f"/imports/{batch.id}"
    assert "checked" in str(
        [one for one in client.page(f"/imports/{batch.id}/twins").inputs if one.get("value") == "merge"]
    )
    assert client.post(f"/imports/{batch.id}/twins", data={"rest": "keep"}).status_code == 303
    assert client.post(f"/imports/{batch.id}/apply", data={}).status_code == 303
    session.rollback()
    session.expire_all()
    assert session.get_one(Household, cast.household.id).name == "钟林西"
    assert client.get(f"/imports/{batch.id}/twins").status_code == 409


def test_nothing_ticked_leaves_undecided_rows_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    batch = read(session, twin_of(cast, ["CX-901", "甲", "长巷村", "九巷5号", "", 4]))
    client = sign_in(cast.coordinator)
    assert client.post(f"/imports/{batch.id}/apply", data={}).status_code == 303
    session.rollback()
    session.expire_all()
    assert figures(session.get_one(ImportBatch, batch.id))[:4] == (1, 0, 0, 1)


def test_queries_of_the_page_do_not_grow(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    counts = []
    for names in ("新欣", "新欣辛鑫"):
        rows = [[f"CX-9{n}", f"欧阳{name}", "长巷村", "九巷5号", "", 4] for n, name in enumerate(names)]
        batch = read(session, book(("表", [FAMILY, *rows])))
        assert batch.outline["twins"] == len(names) - 1
        with counted_queries() as queries:
            client.page(f"/imports/{batch.id}/twins")
        counts.append(len(queries))
    assert counts[0] == counts[1]
