"""Rows that were not taken come back as a spreadsheet in the file's own layout, and can be sent in again as they are."""

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.errors import Invalid
from hengli_visits.imports import uploads
from hengli_visits.imports.actions import apply_batch
from hengli_visits.imports.columns import OWN_HEADER
from hengli_visits.imports.reading import open_file, scan_file
from hengli_visits.models import AuditEntry, Household, ImportBatch, RosterKind
from tests.cast import Cast
from tests.imports.books import VILLAGES, book
from tests.imports.importing import Rows, count, figures, read
from tests.imports.test_views import send
from tests.pages import PageClient, SignIn

LONG = "很长" * 300
HEAD: list[object] = ["序号", "户编号", "户主姓名", "村", "家庭住址", "联系电话", "人口", "备注"]
SHEET: Rows = [
    ["横沥镇走访户名册"],
    [],
    HEAD,
    [1, "CX-900", "甲", "长巷村", "九巷5号", 13800000001, 4, ""],
    [2, "CX-901", "乙", "长巷村", "九巷6号", "110", 3, "+1+1"],
    [3, "CX-902", "丙", "长巷村", "九巷7号", "", "多", LONG],
    ["合计", "", "", "", "", "", 7],
]


def uploaded(client: PageClient, *sheets: tuple[str, Rows]) -> str:
    answer = send(client, book(*sheets))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def fetched(client: PageClient, address: str) -> dict[str, list[list[Any]]]:
    answer = client.get(f"{address}/bad.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    book_ = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book_}


@pytest.fixture
def client(cast: Cast, sign_in: SignIn) -> PageClient:
    return sign_in(cast.coordinator)


def test_bad_rows_keep_their_sheets_columns_and_words(session: Session, client: PageClient) -> None:
    address = uploaded(client, ("长巷", SHEET), ("好的", [HEAD, [1, "CX-909", "丁", "长巷村", "九巷8号", "", 2, ""]]))
    sheets = fetched(client, address)
    assert list(sheets) == ["长巷"]
    title, header, second, third = sheets["长巷"]
    assert title[0] == "横沥镇走访户名册"
    assert header == [*HEAD, OWN_HEADER]
    assert second[:8] == [2, "CX-901", "乙", "长巷村", "九巷6号", "110", 3, "+1+1"]
    assert third[6:8] == ["多", LONG]
    assert "联系电话：" in second[8]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import.download_bad")).one()
    assert entry.data == {"rows": 2}


def test_mended_rows_are_taken_when_they_come_back(session: Session, client: PageClient) -> None:
    address = uploaded(client, ("长巷", SHEET))
    assert client.post(f"{address}/apply", data={"extent": "good"}).status_code == 303
    rows = fetched(client, address)["长巷"]
    rows[2][5], rows[3][6], rows[3][7] = "13800000002", "3人", "短了"
    again = uploaded(client, ("长巷", rows))
    batch = session.get_one(ImportBatch, UUID(again.rpartition("/")[2]))
    assert (batch.new, batch.bad) == (2, 0)
    assert OWN_HEADER not in str(batch.sheets)
    assert client.post(f"{again}/apply").status_code == 303
    session.rollback()
    assert {"CX-900", "CX-901", "CX-902"} <= set(session.scalars(select(Household.code)))
    assert session.scalar(select(Household.remarks).where(Household.code == "CX-902")) == "短了"


def test_without_the_file_the_kept_cells_are_shown(app: Flask, session: Session, client: PageClient) -> None:
    address = uploaded(client, ("长巷", SHEET))
    uploads.forget(app.config["VISITS"].uploads, UUID(address.rpartition("/")[2]))
    header, second, third = fetched(client, address)["长巷"]
    assert header == [*HEAD, OWN_HEADER]
    assert second[1:6] == ["CX-901", "乙", "长巷村", "九巷6号", "110"]
    assert third[8]


def test_where_nothing_is_bad_there_is_nothing_to_mend(client: PageClient) -> None:
    address = uploaded(client, ("长巷", SHEET[2:4]))
    assert client.get(f"{address}/bad.xlsx").status_code == 404


def test_all_or_good_rows_only_is_the_users_choice(session: Session, client: PageClient) -> None:
    address = uploaded(client, ("长巷", SHEET))
    before = count(session, Household)
    page = client.page(address)
    radios = [one for one in page.inputs if one.get("name") == "extent"]
    assert [("checked" in one) for one in radios] == [False, False]
    for answer, words in (
        ({}, "请选择：全部改好再导入"),
        ({"extent": "whole"}, "还有 2 行没有采用，所以什么都没有导入"),
    ):
        refused = client.post(f"{address}/apply", data=answer)
        assert (refused.status_code, words in refused.get_data(as_text=True)) == (422, True), answer
        assert refused.get_data(as_text=True).count("Not a valid choice") == 0
        session.rollback()
        assert count(session, Household) == before
    assert client.post(f"{address}/apply", data={"extent": "good"}).status_code == 303
    session.rollback()
    assert count(session, Household) == before + 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import.apply")).one()
    assert entry.data["whole"] is False


def test_a_whole_roster_without_bad_rows_is_imported(session: Session, cast: Cast) -> None:
    batch = read(session, SHEET[2:4])
    assert apply_batch(session, SYSTEM, batch, whole=True).new == 1
    session.commit()
    bad = read(session, SHEET[2:6])
    assert figures(bad) == (0, 0, 1, 2, 0)
    with pytest.raises(Invalid):
        apply_batch(session, SYSTEM, bad, whole=True)


def test_reasons_are_no_column_also_under_two_rows_of_headers() -> None:
    rows: Rows = [
        ["石涌村走访户名册"],
        ["序号", "户主", "", "家庭情况", "", OWN_HEADER],
        ["", "姓名", "电话", "人口", "住址", ""],
        [1, "甲乙", "13800000001", 3, "石涌村二巷1号", "联系电话：不对"],
        [2, "丙丁", "13800000002", 3, "石涌村二巷2号", "联系电话：不对"],
    ]
    mended, original = (
        [*scan_file(RosterKind.HOUSEHOLDS, open_file(book(("石涌", some))), VILLAGES)]
        for some in (rows, [row[:5] for row in rows])
    )
    assert mended == original


def test_rows_of_a_csv_come_back_too(session: Session, client: PageClient) -> None:
    text = "户编号,户主,村,家庭住址,联系电话\nCX-900,甲,长巷村,九巷5号,110\nCX-901,乙,长巷村,九巷6号,13800000002\n"
    answer = send(client, text.encode("gb18030"), "名册.csv")
    assert answer.status_code == 303
    header, bad = next(iter(fetched(client, str(answer.location)).values()))
    assert header == ["户编号", "户主", "村", "家庭住址", "联系电话", OWN_HEADER]
    assert bad[:5] == ["CX-900", "甲", "长巷村", "九巷5号", "110"]
    again = uploaded(client, ("名册", [header, [*bad[:4], "13800000001", bad[5]]]))
    session.rollback()
    assert figures(session.get_one(ImportBatch, UUID(again.rpartition("/")[2])))[:4] == (1, 0, 0, 0)
