import io
import struct
import time
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from hengli_visits.imports import package
from hengli_visits.imports.reading import open_file
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.rosters import read_members
from hengli_visits.imports.workbook import CellError, Row, Workbook
from tests.imports.books import VILLAGES, book, sheet_of, with_part

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def within_seconds() -> Iterator[None]:
    """A hostile file must not keep anybody waiting."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 10


def rows_of(data: bytes) -> list[Row]:
    return [row for sheet in open_file(data).sheets() for row in sheet.rows]


def refusal(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        rows_of(data)
    return str(caught.value)


def test_cells_keep_their_place_and_row_number() -> None:
    def start_at_c3(sheet: Worksheet) -> None:
        sheet["C3"], sheet["D5"], sheet["C6"] = "姓名", 2.5, date(1975, 8, 1)

    first, second, third = rows_of(book(("一", []), then=start_at_c3))
    assert (first.number, first.cells[:3]) == (3, (None, None, "姓名"))
    assert (second.number, second.cell(3), second.cell(99)) == (5, 2.5, None)
    assert str(third.cell(2)).startswith("1975-08-01")


def test_merged_ranges_are_filled_down_in_their_first_column() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:A3")
        sheet.merge_cells("B1:C2")

    rows = rows_of(book(("一", [["第1组", "甲", None, 1], [None, None, None, 2], [None, None, None, 3]]), then=merge))
    assert [row.cells for row in rows] == [
        ("第1组", "甲", None, 1.0),
        ("第1组", "甲", None, 2.0),
        ("第1组", None, None, 3.0),
    ]
    assert rows[1].filled == {0, 1}
    assert rows[2].own() == [3]


def test_a_row_that_only_a_merged_range_reaches_is_blank() -> None:
    data = book(("一", [["第1组", "甲"], [None, None], [None, "乙"]]), then=lambda sheet: sheet.merge_cells("A1:A3"))
    assert [row.number for row in rows_of(data)] == [1, 3]


def test_errors_and_formulas_without_value_are_told() -> None:
    cells = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>1+1</f></c>'
        '<c r="D1"><f>1+1</f><v></v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1"><v>1</v></c></row>'
    )
    (row,) = rows_of(sheet_of(cells))
    assert row.cells == (CellError("#N/A"), 2.0, CellError(""), CellError(""), None, 1.0)


def test_hidden_sheets_rows_and_columns_are_told() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.sheet_state = "hidden" if sheet.title == "二" else "visible"

    rows = [["甲", "乙"], ["丙", "丁"]]
    first, second = Workbook(book(("一", rows), ("二", rows), then=hide)).sheets()
    assert (first.hidden, second.hidden, first.hidden_columns) == (False, True, frozenset({1}))
    assert [row.hidden for row in first.rows] == [False, True]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (bytes(range(256)) * 40, "编码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        (b"PK\x03\x04 and then nothing", "损坏"),
        (b"PK" + bytes(package.MAX_BYTES), "20 MB"),
    ],
    ids=["empty", "binary", "xls", "cut", "large"],
)
def test_what_is_no_workbook_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_another_zip_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "不是表格" in refusal(target.getvalue())


def test_zip_with_too_many_members_is_refused() -> None:
    target = io.BytesIO(book(("一", [["姓名"]])))
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(package.MAX_MEMBERS):
            archive.writestr(f"xl/media/{number}.png", b"")
    assert "1000" in refusal(target.getvalue())


def test_bomb_is_refused_by_its_own_word() -> None:
    assert "展开后" in refusal(with_part(book(("一", [["姓名"]])), SHEET, lambda xml: xml + b" " * 60_000_000))


def test_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = with_part(book(("一", [["姓名"]])), SHEET, lambda xml: xml + b" " * 60_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        true = struct.pack("<I", archive.getinfo(SHEET).file_size)
    assert bomb.count(true) >= 2
    assert "损坏" in refusal(bomb.replace(true, struct.pack("<I", 500)))


def test_document_type_is_refused() -> None:
    def with_entity(xml: bytes) -> bytes:
        return b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + xml[xml.index(b"<worksheet") :]

    assert "DOCTYPE" in refusal(with_part(book(("一", [["姓名"]])), SHEET, with_entity))


@pytest.mark.parametrize("reference", ["XFD1048576", "XFD1", "A1048576", "SZ99999"])
def test_far_cells_are_refused(reference: str) -> None:
    message = refusal(sheet_of(f'<row><c r="A1"><v>1</v></c></row><row><c r="{reference}"><v>1</v></c></row>'))
    assert "“名册”" in message


def test_far_formats_without_values_do_no_harm() -> None:
    (row,) = rows_of(
        sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    )
    assert row.cells == (1.0,)


def test_merged_range_over_everything_is_cheap() -> None:
    def merge(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')

    assert len(rows_of(with_part(book(("一", [["甲"], [None], [None, "乙"]])), SHEET, merge))) == 2


def test_broken_xml_and_nul_bytes_are_refused() -> None:
    data = book(("一", [["姓名"]]))
    for change in (lambda xml: xml[:-30], lambda xml: xml.replace(b"<t>", b"<t>\0"), lambda _: b""):
        assert "损坏" in refusal(with_part(data, SHEET, change))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_missing_parts_are_refused(part: str) -> None:
    data = with_part(book(("一", [["姓名"]])), part, lambda _: b"<a/>")
    assert rows_or_refusal(data) in ("refused", "empty")


def rows_or_refusal(data: bytes) -> str:
    try:
        return "rows" if any(row.own() for row in rows_of(data)) else "empty"
    except BadFile:
        return "refused"


def test_very_long_cell_is_reported_with_its_row() -> None:
    data = book(
        ("一", [["姓名", "联系电话"], ["张" * 30_000, "13800000000"], ["李四", "1" * 30_000], ["王五\x0b", ""][:1]][:3])
    )
    roster = read_members(Workbook(data).sheets(), VILLAGES)
    assert [(bad.row, bad.problems[0].column) for bad in roster.reported] == [(2, "姓名"), (3, "联系电话")]
    assert all(len(finding.value) < 100 for bad in roster.reported for finding in bad.problems)


def test_pages_of_script_stay_text() -> None:
    data = book(
        ("一", [["姓名", "备注"], ["张三", "<script>alert(1)</script>"], ["李四", '=HYPERLINK("http://x","y")'][:1]])
    )
    roster = read_members(Workbook(data).sheets(), VILLAGES)
    assert roster.taken[0].record.remarks == "<script>alert(1)</script>"
