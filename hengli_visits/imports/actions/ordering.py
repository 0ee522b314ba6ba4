"""Work on a batch that is done aside, so that nobody waits for it before a page: ordering it, and what became of it."""

from collections.abc import Mapping

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, DomainError, require
from hengli_visits.imports import packing, rules
from hengli_visits.imports.reasons import reason
from hengli_visits.models import BatchState, ImportBatch, ImportRow
from hengli_visits.wording import N_


def order_apply(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    *,
    villages: Mapping[str, str],
    town: str | None,
    whole: bool = False,
    undecided_new: bool = True,
) -> None:
    """Order that a batch be imported with these choices (see `apply_batch`), in the name of who orders it. Refuses
    (`Conflict`) a batch that was decided meanwhile."""
    require(rules.may_import(actor))
    _move(session, batch, BatchState.READ, BatchState.APPLYING)
    chosen = {"villages": dict(villages), "town": town, "whole": whole, "undecided_new": undecided_new}
    batch.choices = batch.choices | {"apply": chosen | {"by": actor.id}}
    batch.failure = None
    session.flush()


def order_read(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Order that a waiting batch be read again. Refuses (`Conflict`) a batch that was decided meanwhile."""
    require(rules.may_import(actor))
    _move(session, batch, BatchState.READ, BatchState.READING)
    batch.failure = None
    session.flush()


def come_to_nothing(session: Session, actor: Actor, batch: ImportBatch, error: DomainError) -> None:
    """Note why work on a batch came to nothing. One that could not be read holds no row; one that could not be imported
    or undone stands as before."""
    back = {BatchState.READING: BatchState.FAILED, BatchState.APPLYING: BatchState.READ}[batch.state]
    _move(session, batch, batch.state, back)
    batch.failure = packing.pack_reason(reason(error.message, **error.params))
    if back is BatchState.FAILED:
        session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
        audit.record(session, actor, "import.fail", "import_batch", batch.id)
    session.flush()


def _move(session: Session, batch: ImportBatch, old: BatchState, new: BatchState) -> None:
    done = session.execute(
        update(ImportBatch).where(ImportBatch.id == batch.id, ImportBatch.state == old).values(state=new)
    )
    session.refresh(batch, ["state"])
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)
        raise Conflict(N_("这份名册刚刚已经有人处理过了。"))
