"""The bad rows of a batch, for the spreadsheet in which they are mended."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.imports.mending import BadSheet
from hengli_visits.models import ImportBatch, ImportRow, RowState


def bad_sheets(session: Session, batch: ImportBatch, say: Callable[[list[dict[str, Any]]], str]) -> dict[str, BadSheet]:
    """{sheet: its bad rows}, in the file's order; `say` puts a row's notes into words."""
    firsts = dict(
        session.execute(
            select(ImportRow.sheet, func.min(ImportRow.number))
            .where(ImportRow.batch_id == batch.id)
            .group_by(ImportRow.sheet)
        ).all()
    )
    headers = {one["name"]: one["header_row"] or 0 for one in batch.sheets}
    reasons: dict[str, dict[int, str]] = {}
    rows = session.execute(
        select(ImportRow.sheet, ImportRow.number, ImportRow.notes)
        .where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.BAD)
        .order_by(ImportRow.id)
    )
    for sheet, number, notes in rows:
        reasons.setdefault(sheet, {})[number] = say(notes)
    order = [name for name in headers if name in reasons]
    return {name: BadSheet(name, headers[name], firsts[name], reasons[name]) for name in order}


def kept_cells(session: Session, batch: ImportBatch, sheet: str) -> tuple[list[str], dict[int, list[Any]]]:
    """What was kept of one sheet: its header, and by row number the cells of its bad rows (those of a row that was read
    well by the columns that hold its fields)."""
    columns = next(one["columns"] for one in batch.sheets if one["name"] == sheet)
    fields = {one.get("index", place): one for place, one in enumerate(columns)}
    width = max(fields, default=-1) + 1
    ordered = [fields.get(place, {"header": "", "field": None}) for place in range(width)]
    rows = session.execute(
        select(ImportRow.number, ImportRow.data).where(
            ImportRow.batch_id == batch.id, ImportRow.sheet == sheet, ImportRow.state == RowState.BAD
        )
    )
    cells = {
        number: data["cells"] if "cells" in data else [_plain(data.get(one["field"])) for one in ordered]
        for number, data in rows
    }
    return [one["header"] for one in ordered], cells


def _plain(value: Any) -> Any:
    return "、".join(map(str, value)) if isinstance(value, list) else value
