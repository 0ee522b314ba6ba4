"""New rows that may be a record twice: found when a roster is read, decided by the user."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, require
from hengli_visits.imports import packing, rules
from hengli_visits.imports.actions import twin_rows
from hengli_visits.imports.actions.twin_rows import Sides, changes_of
from hengli_visits.imports.matching import PHONE_TAKEN, Verdict
from hengli_visits.imports.queries import StoredRow
from hengli_visits.imports.reasons import Reason
from hengli_visits.imports.twins import CROWD, KINDS, Index, likeness, phones
from hengli_visits.models import ImportBatch, ImportRow, RosterKind, RowState, TwinChoice
from hengli_visits.restoring import portions
from hengli_visits.wording import N_

PORTION = 500
GONE = N_("要合并的记录刚刚已经不在了，请重新上传核对。")
Found = dict[str, Any]


@dataclass(slots=True)
class Candidates:
    """What one row may be: earlier rows of the file, and records that stand (their values)."""

    earlier: list[int] = field(default_factory=list)
    standing: list[dict[str, Any]] = field(default_factory=list)
    only_merge: bool = False


class TwinSearch:
    """Notes with each new row of a batch the record or the earlier row that it may be: `take` goes through the rows as
    they are compared, `finish` holds them against what stands. A member that was refused because of the phone of
    somebody whose name is nearly the same is offered too, to be merged."""

    def __init__(self, session: Session, kind: RosterKind) -> None:
        self._session = session
        self._kind = kind
        self._index = Index(kind)
        self._found: dict[int, Candidates] = {}

    def take(self, rows: Sequence[StoredRow], verdicts: Sequence[Verdict]) -> None:
        """Take in every row that would be new, and the earlier ones that share something with it."""
        if self._kind not in KINDS:
            return
        for row, verdict in zip(rows, verdicts, strict=True):
            taken = [one.reason.message for one in verdict.problems] == [PHONE_TAKEN]
            if verdict.state is not RowState.NEW and not taken:
                continue
            earlier = self._index.note(row.id, row.data)
            if taken or earlier:
                self._found[row.id] = Candidates([] if taken else earlier, only_merge=taken)

    def finish(self) -> int:
        """Hold them against what stands, and write down what was found; how many rows that is."""
        noted = 0
        if self._index:
            said = self._hold_against_standing()
            for some in portions(self._found.items(), PORTION):
                noted += _note(self._session, self._kind, dict(some), self._index, said)
        return noted

    def _hold_against_standing(self) -> dict[str, int]:
        """Note the records that share something with a row; how many records say each phone."""
        said: dict[str, int] = defaultdict(int)
        for values in twin_rows.all_standing(self._session, self._kind):
            for row_id in self._index.rows(values):
                own = self._found.setdefault(row_id, Candidates())
                if len(own.standing) < CROWD:
                    own.standing.append(values)
            for phone in phones(values):
                if self._index.says(phone):
                    said[phone] += 1
        return said


def _note(session: Session, kind: RosterKind, found: dict[int, Candidates], index: Index, said: dict[str, int]) -> int:
    wanted = {*found, *(row_id for one in found.values() for row_id in one.earlier)}
    rows = _rows(session, wanted)
    noted = []
    for row_id, own in found.items():
        data = rows[row_id].data
        shared = max((index.says(phone) + said[phone] for phone in phones(data)), default=0)
        if twin := _best(kind, data, own, rows, shared):
            noted.append({"id": row_id, "twin": twin | {"only_merge": own.only_merge}})
    if noted:
        session.execute(update(ImportRow), noted)
    return len(noted)


def _rows(session: Session, ids: Collection[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in portions(sorted(ids)):
        query = select(ImportRow.id, ImportRow.sheet, ImportRow.number, ImportRow.label, ImportRow.data)
        found |= {row.id: row for row in session.execute(query.where(ImportRow.id.in_(some)))}
    return found


def _best(kind: RosterKind, data: dict[str, Any], own: Candidates, rows: dict[int, Any], shared: int) -> Found | None:
    """The first record that stands and is like the row, else the first earlier row."""
    for values in own.standing:
        plain = {name: packing.plain(values[name]) for name in ("code", *twin_rows.FIELDS[kind]) if name in values}
        if why := likeness(kind, data, plain, shared):
            return _twin(why, values["name"], plain, id=values["id"])
    for row_id in own.earlier:
        row = rows[row_id]
        if why := likeness(kind, data, row.data, shared):
            plain = {name: row.data.get(name) for name in ("code", *twin_rows.FIELDS[kind])}
            return _twin(why, row.label, plain, row_id=row_id, sheet=row.sheet, row=row.number)
    return None


def _twin(why: Reason, label: str, values: dict[str, Any], **more: Any) -> Found:
    return {"id": None, "label": label, "why": packing.pack_reason(why), "values": values, **more}


def choose_twins(
    session: Session, actor: Actor, batch: ImportBatch, choices: dict[int, TwinChoice], rest: TwinChoice | None = None
) -> None:
    """Decide on rows that may be a record twice: {row: merged into that record, or a record of its own}; `rest` decides
    on all that nobody has decided on. Refuses (`Conflict`) a batch that was decided meanwhile, and a record that has
    gone."""
    require(rules.may_import(actor))
    session.refresh(batch, ["state"], with_for_update=True)
    rules.refuse_decided(batch)
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.twin["why"].as_string().is_not(None))
    chosen = ImportRow.id.in_(choices)
    wanted = query.where(or_(chosen, ImportRow.choice.is_(None)) if rest else chosen)
    rows = session.scalars(wanted.order_by(ImportRow.id)).all()
    for some in portions(rows, PORTION):
        _choose(session, batch.kind, [(row, choices.get(row.id) or rest) for row in some])
    session.flush()
    _count(session, batch)
    audit.record(session, actor, "import.choose", "import_batch", batch.id, rows=len(rows))


def _choose(session: Session, kind: RosterKind, pairs: Sequence[tuple[ImportRow, TwinChoice | None]]) -> None:
    merged = [row.twin for row, choice in pairs if row.twin and choice is TwinChoice.MERGE]
    sides = Sides(session, kind, merged)
    for row, choice in pairs:
        twin = row.twin or {}
        if choice is TwinChoice.MERGE:
            own = sides.of(twin)
            if own is None:
                raise Conflict(GONE)
            changes = changes_of(kind, packing.unpack(kind, row.data), own)
            row.choice, row.target_id, row.changes = choice, twin["id"], packing.pack_changes(changes)
            row.state = RowState.CHANGED if changes else RowState.SAME
        else:
            row.choice, row.target_id, row.changes = choice, None, {}
            row.state = RowState.BAD if twin["only_merge"] else RowState.NEW


def _count(session: Session, batch: ImportBatch) -> None:
    counts = dict(
        session.execute(
            select(ImportRow.state, func.count()).where(ImportRow.batch_id == batch.id).group_by(ImportRow.state)
        ).all()
    )
    batch.new, batch.changed, batch.same, batch.bad = (
        counts.get(state, 0) for state in (RowState.NEW, RowState.CHANGED, RowState.SAME, RowState.BAD)
    )
    session.flush()
