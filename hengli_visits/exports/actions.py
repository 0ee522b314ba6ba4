"""Writing a file, and the entry that says so."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import require
from hengli_visits.exports import rules
from hengli_visits.exports.rules import Format, Purpose, What
from hengli_visits.exports.tables import Made, Table
from hengli_visits.exports.writing import write_csv, write_xlsx


def write_file(actor: Actor, what: What, table: Table, format_: Format, path: Path) -> int:
    """Write a table to a file and return how many rows it has. The rows are read while they are written; nothing is
    written to the database. Raises `Missing` for who may not export this."""
    require(rules.may_export(actor, what))
    if format_ is Format.CSV:
        return write_csv(table, path)
    return write_xlsx(table, Made(what.label, actor.name, clock.town_time(clock.now()).replace(tzinfo=None)), path)


def record_export(
    session: Session,
    actor: Actor,
    what: What,
    format_: Format,
    *,
    rows: int,
    filters: Sequence[str],
    purpose: Purpose | None,
) -> None:
    """Note that the actor takes so many rows away: what, narrowed by what, and whether (`purpose`: for what) with whole
    phone numbers. `filters` name what the list was narrowed by, in ids and words of vocabularies."""
    audit.record(
        session,
        actor,
        "export.make",
        "export",
        what.value,
        format=format_.value,
        rows=rows,
        filters=list(filters),
        masked=purpose is None,
        purpose=purpose.value if purpose else None,
    )
