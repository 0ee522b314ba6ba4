"""Rows that are merged into the record they may be, when their batch is imported."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.imports.actions.twin_rows import Sides, changes_of
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.queries import StoredRow
from hengli_visits.imports.reasons import reason
from hengli_visits.models import RosterKind, RowState, TwinChoice
from hengli_visits.wording import N_

UNDECIDED = N_("可能和“%(name)s”重复，没有选合并还是另一户(人)，所以没有导入。")
GONE = N_("要合并的“%(name)s”已经不在了，没有导入。请重新上传核对。")
LEFT_OUT = N_("要合并的第 %(row)s 行没有导入，所以这一行也没有导入。")
Pair = tuple[Any, Verdict]


class Merger:
    """Follows the user's choices through one batch. `undecided_new`: rows that nobody decided on are new."""

    def __init__(self, session: Session, kind: RosterKind, *, undecided_new: bool) -> None:
        self._session = session
        self._kind = kind
        self._undecided_new = undecided_new
        self._became: dict[int, int | None] = {}

    def settle(self, rows: Sequence[StoredRow], records: Sequence[Any], verdicts: Sequence[Verdict]) -> None:
        """What becomes of the rows that may be a record twice; the others are left as they are."""
        if not any(row.twin for row in rows):
            return
        sides = Sides(self._session, self._kind, [row.twin for row in rows if _merges(row)])
        for row, record, verdict in zip(rows, records, verdicts, strict=True):
            if _merges(row):
                self._settle_one(row, record, verdict, sides)
            elif row.twin and row.choice is None and verdict.state is RowState.NEW and not self._undecided_new:
                verdict.refuse("", "", reason(UNDECIDED, name=row.twin["label"]))

    def _settle_one(self, row: StoredRow, record: Any, verdict: Verdict, sides: Sides) -> None:
        if verdict.state is not RowState.NEW and not row.twin["only_merge"]:
            return
        own = sides.of(row.twin)
        verdict.problems.clear()
        if own is None:
            verdict.refuse("", "", reason(GONE, name=row.twin["label"]))
            return
        verdict.settle(own, changes_of(self._kind, record, own))
        if not row.twin["id"]:
            verdict.target = None
            verdict.fields["into"] = row.twin["row_id"]
            self._became.setdefault(row.twin["row_id"], None)

    def wrote(self, rows: Sequence[StoredRow], verdicts: Sequence[Verdict]) -> None:
        """Remember which record an earlier row became."""
        for row, verdict in zip(rows, verdicts, strict=True):
            if row.id in self._became and verdict.state is not RowState.BAD:
                self._became[row.id] = verdict.target

    def place(self, rows: Sequence[StoredRow], verdicts: Sequence[Verdict]) -> None:
        """Say of rows that go into an earlier one which record that is; without it they are left out."""
        for row, verdict in zip(rows, verdicts, strict=True):
            if "into" in verdict.fields:
                verdict.target = self._became[verdict.fields["into"]]
                if verdict.target is None:
                    verdict.changes = {}
                    verdict.refuse("", "", reason(LEFT_OUT, row=row.twin["row"]))


def _merges(row: StoredRow) -> bool:
    return bool(row.twin) and row.choice is TwinChoice.MERGE
