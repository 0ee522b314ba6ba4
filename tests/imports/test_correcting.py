"""Columns that the user corrects, kinds that were guessed wrongly, and villages by other names."""

from uuid import UUID

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import apply_batch, correct_columns, discard_batch
from hengli_visits.imports.correction import column_sets, faults
from hengli_visits.imports.layouts import HOUSEHOLDS
from hengli_visits.models import ColumnChoice, Household, ImportBatch, RosterKind, RowState
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_area
from tests.imports.books import book
from tests.imports.importing import Rows, figures, read, reasons, rows_of
from tests.imports.reading import sample
from tests.imports.test_views import preview, send
from tests.pages import PageClient, SignIn

ODD: Rows = [
    ["户主", "谁家", "村", "地址", "号码甲", "号码乙"],
    ["困难户", "甲三", "长巷村", "一巷1号", "13800000001", "13900000001"],
    ["普通户", "乙四", "长巷村", "一巷2号", "13800000002", ""],
]
"""A file whose header misleads: 户主 holds the category, and nobody calls a phone 号码甲."""
RIGHT = ("category", "name", "village", "address", "phone", "second_phone")


@pytest.fixture
def client(session: Session, cast: Cast, sign_in: SignIn) -> PageClient:
    session.commit()
    return sign_in(cast.coordinator)


def sent(*meanings: str) -> dict[str, str]:
    return {f"columns-{number}-meaning": meaning for number, meaning in enumerate(meanings)}


def batch_at(session: Session, address: str) -> ImportBatch:
    session.rollback()
    batch = session.get(ImportBatch, UUID(address.rpartition("/")[2]))
    assert batch is not None
    return batch


def upload(client: PageClient, rows: Rows, **more: str) -> str:
    answer = send(client, book(("名册", rows)), **more)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def test_a_corrected_column_is_read_anew_and_remembered(session: Session, client: PageClient) -> None:
    """Also for another file with the same headers in another order, until it is forgotten."""
    address = upload(client, ODD, kind="households")
    page = client.page(f"{address}/columns")
    assert "号码甲" in page.text
    assert "138****0001" in page.text
    assert "13800000001" not in page.text
    answer = client.post(f"{address}/columns", data=sent(*RIGHT))
    assert answer.status_code == 303
    assert answer.location == address
    assert "下次表头一样的名册也这样读" in client.page(address).text
    client.post(f"{address}/apply", data={})
    session.rollback()
    made = session.scalars(select(Household).where(Household.name == "甲三")).one()
    assert (made.category, made.phone, made.second_phone) == ("困难户", "13800000001", "13900000001")
    turned = [[row[1], row[0], *row[2:]] for row in ODD]
    again = upload(client, turned, kind="households")
    assert "按上次的选择读取各列" in client.page(again).text
    assert figures(batch_at(session, again)) == (0, 0, 2, 0, 0)
    assert client.post(f"{again}/columns/forget").status_code == 303
    assert "按上次的选择" not in client.page(f"{again}/columns").text
    session.rollback()
    assert session.scalars(select(ColumnChoice)).all() == []


def test_the_same_headers_twice_keep_their_own_meaning(session: Session, cast: Cast) -> None:
    rows: Rows = [["户主", "村", "电话", "电话"], ["甲三", "长巷村", "13800000001", "13900000001"]]
    batch = read(session, rows, RosterKind.HOUSEHOLDS)
    (one,) = column_sets(batch.sheets)
    correct_columns(session, SYSTEM, batch, book(("名册", rows)), [(one, ["name", "village", "second_phone", "phone"])])
    session.commit()
    assert batch.choices["recalled"] == []
    again = read(session, rows, RosterKind.HOUSEHOLDS)
    assert again.choices["recalled"] == ["名册"]
    (row,) = rows_of(session, again, RowState.NEW)
    assert (row.data["phone"], row.data["second_phone"]) == ("13900000001", "13800000001")


def test_columns_without_a_header_are_remembered_with_the_others(session: Session, cast: Cast) -> None:
    """But nothing is remembered of a table that has no header at all: another one may be quite different."""
    rows: Rows = [["户主", "村", ""], *(["甲三丁戊"[n : n + 2], "长巷村", f"有事{n}"] for n in range(3))]
    batch = read(session, rows, RosterKind.HOUSEHOLDS)
    (one,) = column_sets(batch.sheets)
    assert [column["header"] for column in one.columns][2] == "C 列"
    correct_columns(session, SYSTEM, batch, book(("名册", rows)), [(one, ["name", "village", "remarks"])])
    session.commit()
    again = read(session, rows, RosterKind.HOUSEHOLDS)
    assert [column["field"] for column in again.sheets[0]["columns"]] == ["name", "village", "remarks"]
    bare = read(session, [[*row[:2], f"1380000000{n}"] for n, row in enumerate(rows[1:])], RosterKind.HOUSEHOLDS)
    assert [one.key for one in column_sets(bare.sheets)] == [None]


def test_a_choice_that_cannot_be_is_refused_beside_the_column_and_kept(session: Session, client: PageClient) -> None:
    address = upload(client, ODD, kind="households")
    twice = client.post(f"{address}/columns", data=sent("category", "name", "village", "address", "phone", "phone"))
    assert twice.status_code == 422
    html = twice.get_data(as_text=True)
    assert html.count("有 2 列都当作“联系电话”") == 4
    assert "“号码乙”当作什么：有 2 列" in html
    assert html.count('<option selected value="phone">') == 2
    without = client.post(f"{address}/columns", data=sent("category", "", "village", "address", "phone", ""))
    assert without.status_code == 422
    assert "还缺：户主姓名" in without.get_data(as_text=True)
    short = client.post(f"{address}/columns", data=sent("name"))
    assert short.status_code == 422
    assert "不完整" in short.get_data(as_text=True)
    assert client.post(f"{address}/columns", data=sent(*RIGHT[:5], "nonsense")).status_code == 422


def test_when_nothing_can_be_read_the_columns_are_asked_for_at_once(session: Session, client: PageClient) -> None:
    rows: Rows = [["村", "详细地址", "谁家", "手机"], ["长巷村", "一巷1号", "甲三", "13800000001"]]
    address = upload(client, rows, kind="households")
    answer = client.get(address)
    if answer.status_code == 303:
        page = client.page(answer.location)
        assert "还没有读到资料" in page.text
        assert "缺少：户主姓名" in page.text
    assert client.post(f"{address}/columns", data=sent("village", "address", "name", "phone")).status_code == 303
    assert "导入 1 户" in client.page(address).text


@pytest.mark.parametrize("data", [sample("villages.csv"), book(("名册", [["甲", "乙"], ["丙", "丁"]]))])
def test_a_file_without_what_is_needed_waits_with_its_columns(session: Session, cast: Cast, data: bytes) -> None:
    """Somebody may still say what they hold; nothing of it is taken meanwhile."""
    batch = read(session, data, RosterKind.MEMBERS)
    assert figures(batch)[:4] == (0, 0, 0, 0)
    assert column_sets(batch.sheets)[0].notes


def test_sheets_with_the_same_headers_are_corrected_together(session: Session, client: PageClient) -> None:
    data = book(("长巷村", ODD), ("石涌村", ODD), ("别的", [["姓名", "村", "谁"], ["丙五", "长巷村", "x"]]))
    address, _page = preview(client, data, kind="households")
    page = client.page(f"{address}/columns")
    assert "长巷村、石涌村" in page.text
    first = [one for one in page.inputs if one.get("name", "").startswith("columns-")]
    assert len(first) == 9
    client.post(f"{address}/columns", data=sent(*RIGHT, "name", "village", ""))
    batch = batch_at(session, address)
    assert [column["field"] for column in batch.sheets[1]["columns"]] == list(RIGHT)
    assert batch.sheets[2]["columns"][2]["field"] is None


def test_another_kind_of_roster(session: Session, client: PageClient) -> None:
    rows: Rows = [["姓名", "村", "电话"], ["甲三", "长巷村", "13800000001"]]
    address = upload(client, rows, kind="members")
    assert client.post(f"{address}/kind", data={"kind": "households"}).status_code == 303
    assert batch_at(session, address).kind is RosterKind.HOUSEHOLDS
    assert "导入 1 户" in client.page(address).text
    assert client.post(f"{address}/kind", data={"kind": "areas"}).status_code == 422
    assert batch_at(session, address).kind is RosterKind.HOUSEHOLDS
    assert client.post(f"{address}/kind", data={"kind": "nonsense"}).status_code == 422


def test_a_file_that_is_gone_and_a_batch_that_is_decided(session: Session, client: PageClient) -> None:
    address = upload(client, ODD, kind="households")
    batch = batch_at(session, address)
    path = current_app.config["VISITS"].uploads / "rosters" / batch.id.hex
    path.unlink()
    assert client.post(f"{address}/columns", data=sent(*RIGHT)).status_code == 409
    discard_batch(session, SYSTEM, batch)
    session.commit()
    assert all(not column["samples"] for sheet in batch.sheets for column in sheet["columns"])
    assert client.get(f"{address}/columns").status_code == 303
    assert client.post(f"{address}/columns", data=sent(*RIGHT)).status_code == 409


def test_guesses_are_said_at_first_glance(session: Session, client: PageClient) -> None:
    rows: Rows = [["户主", "村", "常用联系电话"], ["甲三", "长巷村", "13800000001"]]
    page = client.page(upload(client, rows, kind="households"))
    assert "有 1 列要您看一眼" in page.text
    assert "“常用联系电话”当作“联系电话”" in page.text


def test_what_is_wrong_with_a_choice() -> None:
    wrong, missing = faults(HOUSEHOLDS, ["name", "", "phone", "name"])
    assert [bool(one) for one in wrong] == [True, False, False, True]
    assert missing == ()
    assert [field.name for field in faults(HOUSEHOLDS, ["", "phone"])[1]] == ["name"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_page_of_columns(session: Session, client: PageClient, count: int) -> None:
    data = book(*[(f"表{number}", [[*row, number] for row in ODD]) for number in range(count)])
    address, _page = preview(client, data, kind="households")
    with counted_queries() as queries:
        client.page(f"{address}/columns")
    assert len(queries) == 6


@pytest.mark.parametrize("villages", [0, 2])
def test_new_villages_of_a_column_that_somebody_pointed_out(session: Session, villages: int) -> None:
    """They may be founded as if the header had said so."""
    if villages:
        make_area(session, "长巷村", parent=make_area(session, "横沥镇", code="TOWN"), code="CX")
    session.commit()
    rows: Rows = [["户主", "何处", "家庭住址"], ["甲三", "新开村", "一巷1号"], ["乙四", "新开村", "一巷2号"]]
    data = book(("名册", rows))
    batch = read(session, rows, RosterKind.HOUSEHOLDS)
    (one,) = column_sets(batch.sheets)
    correct_columns(session, SYSTEM, batch, data, [(one, ["name", "village", "address"])])
    session.commit()
    assert [one["name"] for one in batch.outline["villages"]] == ["新开村"]
    counts = apply_batch(session, SYSTEM, batch, villages={"新开村": "XK"}, town="横沥镇")
    assert (counts.new, counts.bad) == (2, 0)


def test_assignments_through_the_pages(session: Session, cast: Cast, client: PageClient) -> None:
    rows: Rows = [
        ["户编号", "户主", "走访员"],
        [cast.spare_household.code, cast.spare_household.name, "叶秀珍、方光润"],
    ]
    session.rollback()
    address, page = preview(client, book(("分派", rows)))
    assert "走访分派表" in page.text
    assert "导入 1 户" in page.text
    assert client.post(f"{address}/apply", data={}).status_code == 303
    assert (f"/assignments?campaign={cast.campaign.id}", "看分派") in client.page(address).links
    assert figures(read(session, rows, RosterKind.ASSIGNMENTS)) == (0, 0, 1, 0, 0)
    batch = read(session, [["户编号", "走访员"], ["无", "谁"]], RosterKind.ASSIGNMENTS)
    assert reasons(session, batch)
    assert apply_batch(session, SYSTEM, batch).bad == 1
