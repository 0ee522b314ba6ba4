"""Making exports in a test and reading the files back."""

import csv
import io
import re
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook

from tests.pages import PageClient

FULL = {"full": "y", "purpose": "mend"}


def export(client: PageClient, address: str, format_: str = "xlsx", **more: str) -> bytes:
    """What the export page of an address gives when one presses its button."""
    with client.post(f"/exports/{address}", data={"format": format_, **more}) as response:
        assert response.status_code == 200, response.get_data(as_text=True)
        assert response.mimetype != "text/html"
        return response.get_data()


def cells(data: bytes) -> list[list[Any]]:
    """The cells of a workbook's only sheet, the header first."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    (name,) = book.sheet_names
    return book.get_sheet_by_name(name).to_python()


def lines(data: bytes) -> list[list[str]]:
    """The cells of a .csv, the header first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Rows by the words of their header."""
    head, *others = rows
    return [dict(zip(head, row, strict=True)) for row in others]


def part(data: bytes, name: str) -> str:
    """One part of a workbook's package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def sheet_xml(data: bytes) -> str:
    """The sheet itself."""
    return part(data, "xl/worksheets/sheet1.xml")


def cell_xml(data: bytes, reference: str) -> str:
    """One cell as it stands in the sheet."""
    found = re.search(rf'<c r="{reference}"[^>]*>.*?</c>', sheet_xml(data), re.DOTALL)
    assert found, reference
    return found[0]
