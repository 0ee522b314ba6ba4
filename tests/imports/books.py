"""Small .xlsx files for the tests of reading."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from hengli_visits.imports.villages import Villages

DATA = Path(__file__).parents[3] / "shared" / "data"
NAMES = [
    "恒泉社区",
    "石涌村",
    "隔坑村",
    "半仙山村",
    "横沥村",
    "田头村",
    "田坑村",
    "村头村",
    "长巷村",
    "田饶步村",
    "六甲村",
    "村尾村",
    "水边村",
    "新四村",
    "山厦村",
    "月塘村",
    "张坑村",
]
VILLAGES = Villages(NAMES, aliases={"石冲": "石涌村"}, upper=("东莞市", "横沥镇"))


def book(*sheets: tuple[str, Sequence[Sequence[object]]], then: Callable[[Worksheet], None] | None = None) -> bytes:
    """An .xlsx of named sheets of rows; `then` may finish each sheet (merge, hide)."""
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    workbook.remove(first)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if then:
            then(sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def with_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same package with one part's bytes changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name)
            out.writestr(name, change(content) if name == part else content)
    return target.getvalue()


def sheet_of(cells: str) -> bytes:
    """An .xlsx whose only sheet has these raw <row> elements."""
    data = book(("名册", [["姓名"]]))
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    return with_part(data, "xl/worksheets/sheet1.xml", lambda _: xml.encode())
