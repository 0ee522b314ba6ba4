"""Broken and hostile files of every format end in a clear sentence within seconds."""

import io
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from hengli_visits.imports import old_excel, ole
from hengli_visits.imports.ole import container_of, workbook_stream
from hengli_visits.imports.outcomes import Roster
from hengli_visits.imports.reading import guess_kind, open_file, read_file
from hengli_visits.imports.reasons import BadFile
from hengli_visits.models import RosterKind
from tests.imports.books import VILLAGES, with_part
from tests.imports.reading import made

XLS, ODS, XLSB = (made(f"two_row_header.{ending}") for ending in ("xls", "ods", "xlsb"))
ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="石涌村">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


@pytest.fixture(autouse=True)
def within_seconds() -> Iterator[None]:
    """A hostile file must not keep anybody waiting."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 10


def read(data: bytes) -> Roster[Any]:
    file = open_file(data)
    guess_kind(file)
    return read_file(RosterKind.HOUSEHOLDS, file, VILLAGES)


def refusal(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        read(data)
    return str(caught.value)


def ods(rows: str) -> bytes:
    return with_part(ODS, "content.xml", lambda _: (ODS_HEAD + rows + ODS_TAIL).encode())


def xls(change: Callable[[bytes], bytes]) -> bytes:
    return container_of(change(workbook_stream(XLS)))


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def far_cell(row: int, column: int) -> Callable[[bytes], bytes]:
    """Moves the first number of a sheet away."""

    def change(stream: bytes) -> bytes:
        at = stream.index(struct.pack("<HHHH", 0x027E, 10, 3, 0))
        return stream[: at + 4] + struct.pack("<HH", row, column) + stream[at + 8 :]

    return change


def test_the_plain_files_are_sound() -> None:
    for data in (XLS, ODS, XLSB):
        assert len(read(data).taken) == 6
    assert len(read(xls(lambda stream: stream)).taken) == 6


@pytest.mark.parametrize("data", [XLS, ODS, XLSB], ids=["xls", "ods", "xlsb"])
def test_files_that_are_cut_off_are_refused_wherever_the_cut_is(data: bytes) -> None:
    for share in range(1, 16):
        cut = data[: len(data) * share // 16]
        with suppress(BadFile):
            assert read(cut).sheets


@pytest.mark.parametrize("data", [XLS, ODS, XLSB], ids=["xls", "ods", "xlsb"])
def test_flipped_bytes_are_read_or_refused(data: bytes) -> None:
    for at in range(16, len(data), max(1, len(data) // 150)):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        with suppress(BadFile):
            assert read(broken).sheets


def test_xls_with_a_password_says_so() -> None:
    assert "密码" in refusal(xls(lambda stream: stream[:20] + record(0x2F, bytes(54)) + stream[20:]))


def test_encrypted_xlsx_says_so() -> None:
    name, other = "Workbook".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le")
    packed = container_of(b"x" * 5000)
    at = packed.index(name)
    encrypted = packed[:at] + other + packed[at + len(other) : at + 64] + struct.pack("<H", 30) + packed[at + 66 :]
    assert "密码" in refusal(encrypted)


def test_workbooks_older_than_97_say_so() -> None:
    assert "Excel 95" in refusal(xls(lambda stream: stream[:4] + struct.pack("<H", 0x0500) + stream[6:]))


def test_word_file_of_old_says_so() -> None:
    word = container_of(b"x" * 5000).replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert "不是表格" in refusal(word)


@pytest.mark.parametrize(("row", "column"), [(65_535, 65_535), (3, 65_535), (65_535, 200)])
def test_xls_of_absurd_dimensions_is_refused(row: int, column: int) -> None:
    assert "超出名册的范围" in refusal(xls(far_cell(row, column)))


def test_xls_that_announces_more_than_it_has_is_refused() -> None:
    def texts(stream: bytes) -> bytes:
        at = next(at for at in range(len(stream)) if stream[at : at + 2] == b"\xfc\x00")
        return stream[: at + 8] + struct.pack("<I", 0xFFFFFFF0) + stream[at + 12 :]

    assert "损坏" in refusal(xls(texts))


def test_containers_that_loop_are_refused() -> None:
    packed = bytearray(container_of(workbook_stream(XLS)))
    table = (struct.unpack_from("<I", packed, 76)[0] + 1) * ole.SECTOR
    struct.pack_into("<I", packed, table + 8, 1)
    assert "损坏" in refusal(bytes(packed))


def test_a_large_container_is_sound() -> None:
    stream = bytes(range(256)) * 40_000
    assert workbook_stream(container_of(stream)) == stream


def test_records_that_run_over_the_end_are_refused() -> None:
    assert "损坏" in refusal(xls(lambda stream: stream[: len(stream) // 2] + b"\x03\x02\xff\xff"))
    with pytest.raises(ValueError, match="cut off"):
        list(old_excel.records(b"\x03\x02\xff\xff", 0))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>', "超出"),
        ('<table:table-row><table:table-cell table:number-columns-repeated="1000000" office:value-type="float" office:value="1"/></table:table-row>', "超出"),
        ('<table:table-row><table:table-cell table:number-columns-repeated="999999999999"/></table:table-row>', "损坏"),
        ('<table:table-row><table:table-cell table:number-columns-repeated="x"/></table:table-row>', "损坏"),
        ("<table:table-row>", "损坏"),
        (" " * 60_000_000, "展开后"),
    ],
    ids=["rows", "columns", "number", "no number", "cut", "bomb"],
)  # fmt: skip
def test_hostile_ods_is_refused(rows: str, words: str) -> None:
    assert words in refusal(ods(rows))


def test_ods_with_empty_rows_to_the_end_is_read() -> None:
    cells = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
        for text in ("户主", "地址")
    )
    more = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
        for text in ("张三", "一巷1号")
    )
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    data = ods(f"<table:table-row>{cells}</table:table-row><table:table-row>{more}</table:table-row>{empty}")
    assert [one.row for one in read(data).taken] == [2]


def test_document_types_are_refused_in_every_part() -> None:
    hostile = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert "DOCTYPE" in refusal(with_part(ODS, "content.xml", lambda _: (hostile + ODS_HEAD + ODS_TAIL).encode()))
    assert "DOCTYPE" in refusal(
        with_part(XLSB, "xl/_rels/workbook.bin.rels", lambda part: part.replace(b"?>", b"?>" + hostile.encode()))
    )


def test_xlsb_far_out_or_cut_off_is_refused() -> None:
    part = "xl/worksheets/sheet1.bin"
    far = struct.pack("<IIH", 3, 0, 300)
    assert "超出" in refusal(
        with_part(XLSB, part, lambda body: body.replace(far, struct.pack("<IIH", 900_000, 0, 300)))
    )
    assert "损坏" in refusal(with_part(XLSB, part, lambda body: body + b"\x05\xff\x7f"))
    assert "损坏" in refusal(with_part(XLSB, "xl/workbook.bin", lambda body: body[:20]))


def test_a_zip_within_a_zip_is_no_table() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", ODS)
    assert "不是表格" in refusal(target.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "不是表格"),
        (b"%PDF-1.7 " + b"x" * 500, "不是表格"),
        (bytes(range(256)) * 500, "编码"),
        ("户主,地址\n张\0三,一巷1号\n".encode(), "编码"),
        ("户主,地址\n".encode() + b"\x01\x02\x03" * 500, "编码"),
        (b"a" * 19_000_000, "一行太长"),
        (b"a," * 9_000_000, "一行太长"),
        (("户主" + "," * 90_000 + "地址\n张三\n").encode(), "超出"),
        (("户主,地址\n" + "x," * 90_000 + "\n").encode(), "超出"),
        ('户主,地址\n"张三,一巷1号\n李四,一巷2号\n'.encode(), "第 2 行"),
        (("户主,地址\n张三,\"" + "一巷\n" * 90_000 + "\"\n").encode(), "第 2 行"),
        ("<html><table><tr><td>户主</td></tr></table></html>".encode(), "网页"),
        (b"\xff\xfe", "没有读到"),
        (b"\xff\xfea", "编码"),
        (b"   \n  ", "空的"),
    ],
    ids=["png", "pdf", "binary", "nul", "controls", "endless", "commas", "wide header", "wide row", "open quote", "long quote", "html",
         "mark", "half", "blank"],
)  # fmt: skip
def test_text_that_is_no_table_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_cells_of_text_stay_text_however_odd() -> None:
    lines = (
        "户主,地址,备注",
        '张三,石涌村一巷1号,"=HYPERLINK(""http://x"",""y"")"',
        "李四,石涌村一巷2号,<script>alert(1)</script>",
        f"王五,{'长' * 30_000},",
        '赵六,石涌村一巷3号,="007"',
        "孙七,#N/A,",
    )
    roster = read("\n".join(lines).encode())
    assert [one.record.remarks for one in roster.taken] == [
        '=HYPERLINK("http://x","y")',
        "<script>alert(1)</script>",
        "007",
    ]
    assert [(one.row, len(one.cells[1]) < 100) for one in roster.reported] == [(4, True), (6, True)]


def test_files_made_once_are_where_they_are_looked_for() -> None:
    assert sorted(path.name for path in (Path(__file__).parent / "files").iterdir()) >= ["two_row_header.ods"]
