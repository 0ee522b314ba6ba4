"""Taking an uploaded file in."""

from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import require
from hengli_visits.imports import rules
from hengli_visits.imports.package import MAX_BYTES
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.text import CONTROL
from hengli_visits.models import BatchState, Campaign, ImportBatch, ImportRow, RosterKind
from hengli_visits.wording import N_

NAME_LENGTH = 120


def receive(
    session: Session,
    actor: Actor,
    kind: RosterKind | None,
    file_name: str,
    data: bytes,
    *,
    campaign: Campaign | None = None,
    batch_id: UUID | None = None,
) -> ImportBatch:
    """Take a file in as a batch that is still to be read (`read`). `kind` None: guessed when it is read. The same file
    of the same person replaces its waiting batch; batches that have waited too long are discarded. Raises BadFile for a file
    that is too large to be looked at."""
    require(rules.may_import(actor))
    if len(data) > MAX_BYTES:
        raise BadFile(N_("文件超过 %(limit)s MB,请拆成几个文件再上传。"), limit=MAX_BYTES // 1024 // 1024)
    batch = ImportBatch(
        id=batch_id or uuid4(),
        kind=kind or RosterKind.HOUSEHOLDS,
        campaign_id=campaign.id if campaign else None,
        file_name=_tidy_name(file_name),
        sha256=sha256(data).hexdigest(),
        state=BatchState.READING,
        created_at=clock.now(),
        created_by_id=actor.recorded_id,
        choices={} if kind else {"guess": True},
    )
    _clear_waiting(session, batch)
    session.add(batch)
    session.flush()
    return batch


def _tidy_name(file_name: str) -> str:
    """The file's own name, without folders and invisible signs, its ending kept."""
    name = CONTROL.sub("", file_name.replace("\\", "/").rpartition("/")[2]).strip() or N_("未命名")
    ending = PurePath(name).suffix[:10]
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - len(ending) - 1]}…{ending}"


def _clear_waiting(session: Session, batch: ImportBatch) -> None:
    """Discard what this upload replaces, and what has waited too long."""
    waiting = select(ImportBatch.id).where(ImportBatch.state == rules.WAITING)
    same = waiting.where(
        ImportBatch.sha256 == batch.sha256,
        ImportBatch.kind == batch.kind,
        ImportBatch.campaign_id.is_not_distinct_from(batch.campaign_id),
        ImportBatch.created_by_id.is_not_distinct_from(batch.created_by_id),
    )
    _let_go(session, set(session.scalars(same)) | set(session.scalars(_waiting_too_long(clock.now()))))


def _waiting_too_long(now: datetime) -> Select[UUID]:
    return select(ImportBatch.id).where(
        ImportBatch.state == rules.WAITING, ImportBatch.created_at < now - rules.WAITING_DAYS
    )


def discard_forgotten(session: Session, now: datetime) -> set[UUID]:
    """Discard the batches that have waited too long; their ids. Their files are still there."""
    gone = set(session.scalars(_waiting_too_long(now)))
    _let_go(session, gone)
    return gone


def _let_go(session: Session, gone: set[UUID]) -> None:
    if gone:
        session.execute(delete(ImportRow).where(ImportRow.batch_id.in_(gone)))
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id.in_(gone), ImportBatch.state == rules.WAITING)
            .values(state=BatchState.DISCARDED, sheets=[], outline={})
        )
