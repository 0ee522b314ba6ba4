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
from hengli_visits.imports.actions.comparing import IN_PORTIONS, Comparison, portion_of
from hengli_visits.imports.actions.merging import Merger
from hengli_visits.imports.actions.reading import Step, no_step
from hengli_visits.imports.actions.writing import Writer
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.newcomers import NewVillage, villages_of
from hengli_visits.imports.queries import StoredRow
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.models import BatchState, ImportBatch, ImportRow, RosterKind, RowState
from hengli_visits.search import sound
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


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be done about every row that holds a record, as long as the books bear this mark."""

    mark: tuple[object, ...]
    verdicts: list[Verdict]
    merger: Merger


def apply_batch(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    *,
    villages: Mapping[str, str] | None = None,
    town: str | None = None,
    whole: bool = False,
    undecided_new: bool = True,
    ordered: bool = False,
    settled: Settled | None = None,
    step: Step = no_step,
) -> Counts:
    """Import a batch, all of it in this transaction. `villages` ({name: code}) are the new ones to found, None: those
    ticked in the preview; `town` names the town when it must be founded. Every row is compared anew: what would now do
    more than the preview showed is left out and reported. `whole`: all of it or nothing (`Invalid` on extent while a row
    is bad); `undecided_new`: rows that may be a record twice, and that nobody decided on, are new, else left out.
    `ordered`: it is one that was ordered (`order_apply`). `settled`: what `settle` found a moment ago, taken if the
    books are still the same. `step` is told after every portion how many rows are through. Refuses (`Conflict`) a batch
    that was decided meanwhile, and a clash with somebody else's change; `Invalid` for a town's name or a code that
    cannot be."""
    require(rules.may_import(actor))
    _begin(session, batch, BatchState.APPLYING if ordered else BatchState.READ)
    try:
        if settled is None or settled.mark != queries.mark_books(session):
            settled = settle(session, batch, villages, undecided_new=undecided_new)
        if whole:
            _refuse_bad(batch, settled.verdicts)
        counts = _apply(session, actor, batch, villages, town, settled, step)
        audit.record(
            session, actor, "import.apply", "import_batch", batch.id, new=batch.new, changed=batch.changed, whole=whole
        )
        session.flush()
        return counts
    except IntegrityError as error:
        raise Conflict(N_("导入时有人同时改了同样的资料，什么都没有导入。请再试一次。")) from error


def _begin(session: Session, batch: ImportBatch, waiting: BatchState) -> None:
    """Hold all waiting batches, so that two imports never run at once, and take this one."""
    session.scalars(queries.waiting_batches().with_for_update()).all()
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == waiting)
        .values(state=BatchState.APPLIED, applied_at=clock.now(), failure=None)
    )
    session.refresh(batch, ["state", "applied_at"])
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)


def settle(
    session: Session, batch: ImportBatch, villages: Mapping[str, str] | None = None, *, undecided_new: bool = True
) -> Settled:
    """What importing a batch with these villages would do, compared anew with what stands; nothing is written. It holds
    as long as the books stay as they are, so that a long roster need not keep everybody waiting while it is compared."""
    chosen = _chosen(batch, villages)
    portion, mark = portion_of(batch.kind), queries.mark_books(session)
    comparison = Comparison(session, batch.kind, batch.campaign_id, chosen, queries.codes_of(session, batch))
    awaited = {one["name"] for one in batch.outline["villages"] if one["name"] in chosen and not one["ticked"]}
    merger, settled = Merger(session, batch.kind, undecided_new=undecided_new), []
    for rows in queries.stored_rows(session, batch, portion):
        records = [packing.unpack(batch.kind, row.data) for row in rows]
        verdicts = comparison.verdicts(records)
        merger.settle(rows, records, verdicts)
        for row, record, verdict in zip(rows, records, verdicts, strict=True):
            _hold_to_preview(row, verdict, awaited=bool(awaited.intersection(villages_of(record))))
            if verdict.state in WRITTEN and batch.kind in IN_PORTIONS:
                # Found once, it costs nothing while the books are being written and everybody else waits.
                sound(record.name)
        settled += verdicts
    return Settled(mark, settled, merger)


def _apply(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    villages: Mapping[str, str] | None,
    town: str | None,
    settled: Settled,
    step: Step,
) -> Counts:
    verdicts, merger = settled.verdicts, settled.merger
    writer = Writer(session, actor, batch)
    stood = footprint.look(session, batch.kind)
    _found(writer, _chosen(batch, villages), town)
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
    return Counts(batch.new, batch.changed, batch.same, batch.bad, batch.skipped)


def _refuse_bad(batch: ImportBatch, verdicts: Sequence[Verdict]) -> None:
    """All or nothing: nothing, while a row would be left out."""
    unread = batch.new + batch.changed + batch.same + batch.bad - len(verdicts)
    if bad := unread + sum(verdict.state is RowState.BAD for verdict in verdicts):
        text = N_("还有 %(count)s 行没有采用，所以什么都没有导入。请下载没有采用的行，改好再上传。")
        raise Invalid(text, field="extent", count=bad)


def _chosen(batch: ImportBatch, villages: Mapping[str, str] | None) -> dict[str, str]:
    """{name: code} of the offered villages that are to be founded: those chosen, or else those ticked."""
    offered: Sequence[dict[str, Any]] = batch.outline["villages"]
    if villages is None:
        return {one["name"]: one["code"] for one in offered if one["ticked"]}
    return {one["name"]: villages[one["name"]] for one in offered if one["name"] in villages}


def _found(writer: Writer, chosen: Mapping[str, str], town: str | None) -> None:
    """Found the town and the chosen villages, as far as they do not stand by now."""
    outline = writer.batch.outline
    standing = writer.area_ids()
    missing = [one for one in outline["villages"] if one["name"] in chosen and one["name"] not in standing]
    if missing or (outline["town"] and writer.batch.kind is RosterKind.AREAS):
        above = writer.found_town(town if town is not None else outline["town"])
        for one in missing:
            code = chosen[one["name"]].strip().upper() or one["code"]
            writer.village(
                above,
                NewVillage(one["name"], code, one["kind"], one["latitude"], one["longitude"], one["rows"]),
            )


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
        .where(ImportBatch.id == batch.id, ImportBatch.state.in_((rules.WAITING, *rules.UNDER_WAY)))
        .values(state=BatchState.DISCARDED)
    )
    session.refresh(batch, ["state"])
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    batch.outline = batch.outline | {"cleanings": [], "warnings": []}
    batch.sheets = packing.without_samples(batch.sheets)
    audit.record(session, actor, "import.discard", "import_batch", batch.id)
    session.flush()
