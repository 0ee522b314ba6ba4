"""Importing a batch, and discarding one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.imports import footprint, packing, queries, rules
from hengli_visits.imports.actions.comparing import Comparison, portion_of
from hengli_visits.imports.actions.merging import Merger
from hengli_visits.imports.actions.reading import Step, no_step
from hengli_visits.imports.actions.writing import Writer
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.newcomers import NewVillage, villages_of
from hengli_visits.imports.queries import StoredRow
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.models import BatchState, ImportBatch, ImportRow, RosterKind, RowState
from hengli_visits.wording import N_

STALE = N_("核对之后，这一条又有人改过，没有导入。请重新上传核对。")
WRITTEN = (RowState.NEW, RowState.CHANGED)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch's rows."""

    new: int
    changed: int
    same: int
    bad: int
    skipped: int


def apply_batch(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    *,
    villages: Mapping[str, str] | None = None,
    town: str | None = None,
    whole: bool = False,
    undecided_new: bool = True,
    step: Step = no_step,
) -> Counts:
    """Import a batch, all of it in this transaction. `villages` ({name: code}) are the new ones to found, None: those
    ticked in the preview; `town` names the town when it must be founded. Every row is compared anew: what would now do
    more than the preview showed is left out and reported. `whole`: all of it or nothing (`Invalid` on extent while a row is bad);
    `undecided_new`: rows that may be a record twice, and that nobody decided on, are new, else left out. `step` is told after every portion how many rows are
    through. Refuses (`Conflict`) a batch that was decided meanwhile, and
    a clash with somebody else's change; `Invalid` for a town's name or a code that cannot be."""
    require(rules.may_import(actor))
    _begin(session, batch)
    try:
        return _apply(session, actor, batch, villages, town, step, whole=whole, undecided_new=undecided_new)
    except IntegrityError as error:
        raise Conflict(N_("导入时有人同时改了同样的资料，什么都没有导入。请再试一次。")) from error


def _begin(session: Session, batch: ImportBatch) -> None:
    """Hold all waiting batches, so that two imports never run at once, and take this one."""
    session.scalars(queries.waiting_batches().with_for_update()).all()
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == rules.WAITING)
        .values(state=BatchState.APPLIED, applied_at=clock.now())
    )
    session.refresh(batch, ["state", "applied_at"])
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)


def _apply(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    villages: Mapping[str, str] | None,
    town: str | None,
    step: Step,
    *,
    whole: bool,
    undecided_new: bool,
) -> Counts:
    writer = Writer(session, actor, batch)
    stood = footprint.look(session, batch.kind)
    founded = _found(writer, villages, town)
    merger = Merger(session, batch.kind, undecided_new=undecided_new)
    verdicts = _settle(session, batch, founded, merger)
    if whole:
        _refuse_bad(batch, verdicts)
    done = 0
    for rows in queries.stored_rows(session, batch, portion_of(batch.kind)):
        own = verdicts[done : done + len(rows)]
        records = [packing.unpack(batch.kind, row.data) for row in rows]
        pairs = list(zip(records, own, strict=True))
        writer.write([pair for pair in pairs if pair[1].state in WRITTEN and "into" not in pair[1].fields])
        merger.wrote(rows, own)
        merger.place(rows, own)
        writer.write([pair for pair in pairs if pair[1].state in WRITTEN and "into" in pair[1].fields])
        _keep_outcome(session, rows, own)
        done += len(rows)
        step(done)
    batch.made = batch.made | footprint.traces(session, batch.kind, stood, writer.at)
    states = Counter(verdict.state for verdict in verdicts)
    read = batch.new + batch.changed + batch.same + batch.bad
    batch.new, batch.changed, batch.same = (states[one] for one in (RowState.NEW, RowState.CHANGED, RowState.SAME))
    batch.bad = read - batch.new - batch.changed - batch.same
    audit.record(
        session, actor, "import.apply", "import_batch", batch.id, new=batch.new, changed=batch.changed, whole=whole
    )
    session.flush()
    return Counts(batch.new, batch.changed, batch.same, batch.bad, batch.skipped)


def _refuse_bad(batch: ImportBatch, verdicts: Sequence[Verdict]) -> None:
    """All or nothing: nothing, while a row would be left out."""
    unread = batch.new + batch.changed + batch.same + batch.bad - len(verdicts)
    if bad := unread + sum(verdict.state is RowState.BAD for verdict in verdicts):
        text = N_("还有 %(count)s 行没有采用，所以什么都没有导入。请下载没有采用的行，改好再上传。")
        raise Invalid(text, field="extent", count=bad)


def _found(writer: Writer, villages: Mapping[str, str] | None, town: str | None) -> set[str]:
    """Found the town and the chosen villages, as far as they do not stand by now; the names of those not ticked before
    that were chosen all the same."""
    outline = writer.batch.outline
    offered: Sequence[dict[str, Any]] = outline["villages"]
    if villages is None:
        villages = {one["name"]: one["code"] for one in offered if one["ticked"]}
    chosen = [one for one in offered if one["name"] in villages]
    standing = writer.area_ids()
    missing = [one for one in chosen if one["name"] not in standing]
    if missing or (outline["town"] and writer.batch.kind is RosterKind.AREAS):
        above = writer.found_town(town if town is not None else outline["town"])
        for one in missing:
            code = villages[one["name"]].strip().upper() or one["code"]
            writer.village(
                above,
                NewVillage(one["name"], code, one["kind"], one["latitude"], one["longitude"], one["rows"]),
            )
    return {one["name"] for one in chosen if not one["ticked"]}


def _settle(session: Session, batch: ImportBatch, founded: set[str], merger: Merger) -> list[Verdict]:
    """What is to be done about every row that holds a record, compared anew before anything is written."""
    portion = portion_of(batch.kind)
    comparison = Comparison(session, batch.kind, batch.campaign_id, codes=queries.codes_of(session, batch))
    settled = []
    for rows in queries.stored_rows(session, batch, portion):
        records = [packing.unpack(batch.kind, row.data) for row in rows]
        verdicts = comparison.verdicts(records)
        merger.settle(rows, records, verdicts)
        for row, record, verdict in zip(rows, records, verdicts, strict=True):
            _hold_to_preview(row, verdict, awaited=bool(founded.intersection(villages_of(record))))
        settled += verdicts
    return settled


def _hold_to_preview(row: StoredRow, verdict: Verdict, *, awaited: bool) -> None:
    """Refuse what the preview did not show: a row that was bad (unless it awaited a village that was founded now), a
    record that has vanished, and changes to what somebody else has written meanwhile."""
    if verdict.state is RowState.BAD:
        return
    if row.state is RowState.BAD and not (awaited and verdict.state is not RowState.CHANGED):
        _refuse(verdict, None)
    elif verdict.state is RowState.NEW and row.state in (RowState.SAME, RowState.CHANGED):
        _refuse(verdict, reason(STALE))
    elif verdict.state is RowState.CHANGED:
        now = packing.pack_changes(verdict.changes)
        if any(row.changes.get(name) != change for name, change in now.items()):
            _refuse(verdict, reason(STALE))


def _refuse(verdict: Verdict, why: Reason | None) -> None:
    verdict.state = RowState.BAD
    if why is None:
        verdict.changes = {}
    else:
        verdict.refuse("", "", why)


def _keep_outcome(session: Session, stored: Sequence[StoredRow], verdicts: Sequence[Verdict]) -> None:
    """Write into the rows which records they became and what those were, and what has come out otherwise than the
    preview said."""
    differing, written = [], []
    for row, verdict in zip(stored, verdicts, strict=True):
        values = packing.verdict_values(verdict)
        if verdict.state in WRITTEN:
            written.append({"id": row.id, "target_id": verdict.target, "before": verdict.before})
            verdict.before = None
        if row.state is verdict.state and row.changes == values["changes"]:
            continue
        notes = [one for one in row.notes if one["level"] == "note"] + packing.verdict_notes(verdict)
        kept = row.notes if verdict.state is RowState.BAD and not verdict.problems else notes
        differing.append({"id": row.id, **values, "notes": kept})
    for some in (differing, written):
        if some:
            session.execute(update(ImportRow), some)


def discard_batch(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Let a batch go without importing it. Its rows, which hold residents' data, are deleted; its figures stay.
    Refuses (`Conflict`) a batch that was decided meanwhile."""
    require(rules.may_import(actor))
    done = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == rules.WAITING)
        .values(state=BatchState.DISCARDED)
    )
    session.refresh(batch, ["state"])
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    batch.outline = batch.outline | {"cleanings": [], "warnings": []}
    audit.record(session, actor, "import.discard", "import_batch", batch.id)
    session.flush()
