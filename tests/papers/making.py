"""Papers for tests: ordered and made by the actions themselves, and read again."""

import io
import zipfile
from typing import Any
from uuid import uuid4

from docx import Document
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import AuditEntry, Campaign, Member, Paper, PaperKind
from hengli_visits.papers import actions, queries, shelf
from hengli_visits.papers.views import working
from hengli_visits.papers.views.blueprint import uploads
from hengli_visits.papers.wishes import Wishes
from tests.cast import Cast
from tests.issues.making import actor_for
from tests.pages import PageClient

HEAD = 3
"""Rows above the head of a ledger that needs no further word: its title and two lines."""
SERIAL = "序号"


def order(
    session: Session, who: Member, campaign: Campaign, kind: PaperKind, *, make: bool = True, **wishes: Any
) -> Paper:
    """A paper as somebody orders it, made at once."""
    actor = actor_for(session, who)
    paper = actions.order(session, actor, uuid4(), kind, Wishes(campaign.id, **wishes))
    session.commit()
    if make:
        working.work(session, paper.id)
    found = queries.find(session, paper.id)
    assert found is not None
    session.refresh(found)
    return found


def ask(client: PageClient, kind: str, cast: Cast, **more: Any) -> str:
    """Press 生成 and give the address of the paper."""
    data = {"id": str(uuid4())} | more
    answer = client.post(f"/papers/new/{kind}?campaign={cast.campaign.id}", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def entries(session: Session, action: str) -> list[AuditEntry]:
    """What the audit trail says of an action."""
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def data_of(paper: Paper) -> bytes:
    """The bytes of its file."""
    return shelf.path_of(uploads(), paper.id).read_bytes()


def sheet_of(data: bytes, *, values: bool = True) -> Worksheet:
    """A ledger's sheet: with the values that its formulas show, or with the formulas."""
    sheet = load_workbook(io.BytesIO(data), data_only=values).active
    assert isinstance(sheet, Worksheet)
    return sheet


def above_of(sheet: Worksheet) -> int:
    """How many rows stand above the head."""
    return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == SERIAL) - 1


def head_of(sheet: Worksheet) -> list[str]:
    """The titles of the columns."""
    return [str(cell.value) for cell in sheet[above_of(sheet) + 1]]


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The rows of a ledger by the titles of its columns, without what stands under them."""
    sheet = sheet_of(data)
    head = head_of(sheet)
    found = []
    for cells in sheet.iter_rows(min_row=above_of(sheet) + 2, values_only=True):
        if not isinstance(cells[0], int):
            break
        found.append(dict(zip(head, cells, strict=False)))
    return found


def totals_of(data: bytes) -> dict[str, Any]:
    """The totals under a ledger by their labels, as they are shown."""
    sheet = sheet_of(data)
    below = above_of(sheet) + 1 + max(1, len(rows_of(data)))
    return {
        str(cells[0]): cells[3]
        for cells in sheet.iter_rows(min_row=below + 1, values_only=True)
        if cells[0] and isinstance(cells[3], int | float)
    }


def text_of(data: bytes) -> str:
    """All texts of a document's body, tables among them."""
    document = Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(texts)


def table_under(data: bytes, *heads: str) -> list[dict[str, str]]:
    """The rows of the document's table with these heads."""
    for table in Document(io.BytesIO(data)).tables:
        head = [cell.text for cell in table.rows[0].cells]
        if set(heads) <= set(head):
            return [dict(zip(head, (cell.text for cell in row.cells), strict=True)) for row in table.rows[1:]]
    raise AssertionError(heads)


def part_of(data: bytes, name: str) -> str:
    """One part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()
