"""Undoing an import."""

from collections.abc import Callable, Iterator

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts import actions as accounts
from hengli_visits.actor import Actor
from hengli_visits.assignments import actions as assignments
from hengli_visits.errors import Conflict, require
from hengli_visits.groups import actions as groups
from hengli_visits.households import actions as households
from hengli_visits.imports import packing, queries, rules
from hengli_visits.imports.obstacles import Left, obstacles
from hengli_visits.members import actions as members
from hengli_visits.models import BatchState, Campaign, ImportBatch, ImportRow, RowState
from hengli_visits.restoring import Undoing, portions, rows_by_id, table_of
from hengli_visits.wording import N_

OWNERS: dict[str, Callable[..., None]] = {
    "role_grants": accounts.put_back,
    "members": members.put_back,
    "organisations": members.put_back,
    "households": households.put_back,
    "areas": households.put_back,
    "area_aliases": households.put_back,
    "groups": groups.put_back,
    "group_members": groups.put_back,
    "group_areas": groups.put_back,
    "assignments": assignments.put_back,
    "assignment_visitors": assignments.put_back,
    "assignment_moves": assignments.put_back,
}
"""Who puts back the rows of a table."""

ORDER = (
    "assignment_moves", "assignment_visitors", "assignments", "role_grants", "group_members", "group_areas", "groups",
    "households", "members", "organisations", "area_aliases", "areas",
)  # fmt: skip
"""What refers to others goes before them."""

PORTION = 5_000


def undo_batch(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Undo an import, all of it in this transaction: what was new goes, what was changed is as it was, and what was
    founded along with it goes too; of its rows, which hold residents' data, the figures stay. Refuses (`Conflict`) a
    batch that is not imported or was undone meanwhile, and one on which something was built (`obstacles`)."""
    require(rules.may_import(actor))
    _begin(session, batch)
    left = Left.by(session, batch) if batch.made else None
    if left is not None:
        _hold(session, left)
    if left is None or obstacles(session, batch):
        raise Conflict(N_("这次导入以后已经有了新的记录，不能撤销了。"))
    try:
        for step in _steps(session, left):
            OWNERS[step.table](session, actor, step, source=batch.id)
        session.flush()
    except IntegrityError as error:
        raise Conflict(N_("撤销时有人同时用到了这些资料，什么都没有动。请再试一次。")) from error
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    batch.made = {}
    batch.outline = batch.outline | {"cleanings": [], "warnings": []}
    batch.sheets = packing.without_samples(batch.sheets)
    audit.record(session, actor, "import.undo", "import_batch", batch.id, new=batch.new, changed=batch.changed)
    session.flush()
    session.expire_all()


def _begin(session: Session, batch: ImportBatch) -> None:
    """Hold all waiting batches and the campaign, so that no import and no undoing run at once, and take this one."""
    session.scalars(queries.waiting_batches().with_for_update()).all()
    session.scalar(select(Campaign.state).where(Campaign.id == batch.campaign_id).with_for_update())
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == BatchState.APPLIED)
        .values(state=BatchState.UNDONE, undone_at=clock.now())
    )
    session.refresh(batch, ["state", "undone_at"])
    if taken.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_not_imported(batch)


def _hold(session: Session, left: Left) -> None:
    """Nobody changes or refers to the records from here on."""
    if session.get_bind().dialect.name == "sqlite":
        return
    if left.records:
        ids = session.scalars(left.rows(RowState.NEW, RowState.CHANGED)).all()
        for _ in rows_by_id(session, table_of(left.records), ids, lock=True):
            pass
    for name, own in left.traces.items():
        table = table_of(name)
        if "id" in table.c:
            keys = [key[0] for key in own.after]
            for _ in rows_by_id(session, table, keys, lock=True):
                pass


def _steps(session: Session, left: Left) -> Iterator[Undoing]:
    """First what was changed, then without what was new, then what had gone."""
    yield from _changed_records(session, left)
    for name, own in left.traces.items():
        if own.changed:
            yield Undoing(name, changed=own.changed)
    for name in ORDER:
        if name == left.records:
            yield from _new_records(session, left)
        elif name in left.traces and left.traces[name].made:
            yield Undoing(name, made=sorted(left.traces[name].made))
    for name in reversed(ORDER):
        if name in left.traces and left.traces[name].gone:
            yield Undoing(name, gone=left.traces[name].gone)


def _changed_records(session: Session, left: Left) -> Iterator[Undoing]:
    """Last changes first: of several to one record the first tells what it was."""
    if left.records is None:
        return
    kept = select(ImportRow.id).where(
        ImportRow.batch_id == left.batch_id, ImportRow.state == RowState.CHANGED, ImportRow.target_id.is_not(None)
    )
    for some in portions(session.scalars(kept.order_by(ImportRow.id.desc())).all(), PORTION):
        before = session.scalars(select(ImportRow.before).where(ImportRow.id.in_(some)).order_by(ImportRow.id.desc()))
        yield Undoing(left.records, changed=[raw for raw in before if raw])


def _new_records(session: Session, left: Left) -> Iterator[Undoing]:
    if left.records is not None:
        for some in portions(session.scalars(left.rows(RowState.NEW)).all(), PORTION):
            yield Undoing(left.records, made=[(id_,) for id_ in some])
