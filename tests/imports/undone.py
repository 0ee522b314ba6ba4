"""Holding a whole database against what it was before an import."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.orm import Base

OWN = frozenset({"audit_entries", "import_batches", "import_rows", "column_choices"})
"""What an import leaves behind even when it is undone."""


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every row of every table, except the trail and the imports' own."""
    session.rollback()
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
        if table.name not in OWN
    }
