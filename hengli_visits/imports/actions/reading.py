"""Reading an uploaded file into a batch that waits for a decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, require
from hengli_visits.imports import packing, queries, rules
from hengli_visits.imports.actions.comparing import compare
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.newcomers import new_branches, new_villages, unknown_villages, villages_of
from hengli_visits.imports.outcomes import Roster
from hengli_visits.imports.reading import LAYOUTS, RosterFile, guess_kind, open_file, read_file
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.text import CONTROL
from hengli_visits.models import BatchState, Campaign, ImportBatch, ImportRow, RosterKind, RowState
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
) -> ImportBatch:
    """Take a file in as a batch that is still to be read (`read`). `kind` None: guessed when it is read. The same file
    of the same person replaces its waiting batch; batches that have waited too long are discarded."""
    require(rules.may_import(actor))
    batch = ImportBatch(
        id=uuid4(),
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


def read(session: Session, actor: Actor, batch: ImportBatch, data: bytes) -> None:
    """Read a batch's file, compare it with the database and keep both for the preview; nothing of the town changes. What
    was read of it before is replaced. Groups and assignments need a campaign, by default the only one that is open.
    Raises BadFile when the file cannot be read, `Invalid` (field campaign) when the campaign is not clear."""
    require(rules.may_import(actor))
    file = open_file(data)
    if batch.choices.get("guess"):
        kind = guess_kind(file)
        if kind is None:
            raise BadFile(N_("看不出这是哪种名册，请选好种类再上传一次。"))
        batch.kind = kind
    if batch.kind in rules.OF_CAMPAIGN:
        chosen = session.get_one(Campaign, batch.campaign_id) if batch.campaign_id else None
        batch.campaign_id = _campaign_for(session, actor, chosen).id
    else:
        batch.campaign_id = None
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    roster, named = _read(session, batch, file)
    _describe(session, batch, roster, named)
    batch.state = BatchState.READ
    audit.record(session, actor, "import.read", "import_batch", batch.id, kind=batch.kind.value, rows=len(roster.taken))
    session.flush()


def read_roster(
    session: Session,
    actor: Actor,
    kind: RosterKind | None,
    file_name: str,
    data: bytes,
    *,
    campaign: Campaign | None = None,
) -> ImportBatch:
    """Receive a file and read it at once."""
    batch = receive(session, actor, kind, file_name, data, campaign=campaign)
    read(session, actor, batch, data)
    return batch


def reread(
    session: Session, actor: Actor, batch: ImportBatch, data: bytes, columns: Mapping[str, Mapping[int, str]]
) -> None:
    """Read a waiting batch again with the user's own choice of columns ({sheet: {column: field}}). Refuses (`Conflict`)
    a batch that was decided meanwhile."""
    require(rules.may_import(actor))
    rules.refuse_decided(batch)
    chosen = {sheet: {str(index): field for index, field in own.items()} for sheet, own in columns.items()}
    batch.choices = batch.choices | {"columns": chosen, "guess": False}
    read(session, actor, batch, data)


def _campaign_for(session: Session, actor: Actor, campaign: Campaign | None) -> Campaign:
    choice = [campaign] if campaign else queries.open_campaigns(session, actor)
    if not choice:
        raise Invalid(N_("分组要放在一个活动里，请先建立活动。"), field="campaign")
    if len(choice) > 1:
        raise Invalid(N_("请选择这份分组名单属于哪个活动。"), field="campaign")
    if choice[0].state not in rules.OPEN_STATES:
        raise Invalid(N_("活动已经结束，分组不能再改。"), field="campaign")
    return choice[0]


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
    old = waiting.where(ImportBatch.created_at < clock.now() - rules.WAITING_DAYS)
    gone = set(session.scalars(same)) | set(session.scalars(old))
    if gone:
        session.execute(delete(ImportRow).where(ImportRow.batch_id.in_(gone)))
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id.in_(gone), ImportBatch.state == rules.WAITING)
            .values(state=BatchState.DISCARDED)
        )


def _read(session: Session, batch: ImportBatch, file: RosterFile) -> tuple[Roster[Any], list[str]]:
    """The roster, and the villages that it names in full and the town does not have."""
    kind = batch.kind
    town = queries.load_town(session)
    above = town.name if town else rules.TOWN
    known = queries.known_villages(session, above)
    if kind not in LAYOUTS:
        return read_file(kind, file, known), []
    roster = read_file(kind, file, known) if known.names else None
    if roster and not roster.reported:
        return roster, []
    named = unknown_villages(file.sheets(), LAYOUTS[kind], known)
    if roster and not named:
        return roster, []
    return read_file(kind, file, queries.known_villages(session, above, tuple(named))), named


def _describe(session: Session, batch: ImportBatch, roster: Roster[Any], named: Sequence[str]) -> None:
    """Write the batch and its rows, with what would have to be founded first. In a town without any village these are
    ticked from the start; elsewhere an unknown name is more likely a slip, and the user decides."""
    stands = queries.load_areas(session)
    ticked = not any(area.name for area in queries.load_villages(session))
    records = list(roster.records())
    villages = new_villages(named, records, [one.values["code"] for one in stands])
    founded = [one.name for one in villages] if ticked else []
    verdicts = compare(session, batch.kind, batch.campaign_id, records, founded)
    awaited = {one.name for one in villages}
    good = [
        record
        for record, verdict in zip(records, verdicts, strict=True)
        if not verdict.problems or awaited.intersection(villages_of(record))
    ]
    branches = []
    if batch.kind is RosterKind.MEMBERS:
        have = [one.values["name"] for one in queries.load_branches(session)]
        names = [one.values["name"] for one in stands] + [one.name for one in villages]
        branches = new_branches(good, have, names)
    founds = batch.kind is RosterKind.AREAS or bool(villages)
    batch.outline = {
        "town": rules.TOWN if founds and queries.load_town(session) is None else None,
        "villages": [asdict(one) | {"ticked": ticked} for one in villages],
        "branches": [asdict(one) | {"sector": one.sector.value} for one in branches],
        "cleanings": packing.pack_cleanings(roster.taken),
        "named": _named(records),
        "warnings": packing.pack_warnings(roster.taken, verdicts),
    }
    layout = LAYOUTS.get(batch.kind)
    batch.sheets = [packing.pack_sheet(one, roster, layout) for one in roster.sheets]
    _count(batch, roster, verdicts)
    session.flush()
    rows = [_row(taken, verdict) for taken, verdict in zip(roster.taken, verdicts, strict=True)]
    columns = {one.name: one.columns for one in roster.sheets}
    rows += [packing.reported_values(one, columns[one.sheet]) for one in roster.reported]
    order = {one["name"]: number for number, one in enumerate(batch.sheets)}
    rows.sort(key=lambda row: (order[row["sheet"]], row["number"]))
    session.execute(insert(ImportRow), [row | {"batch_id": batch.id} for row in rows])


def _named(records: Sequence[Any]) -> dict[str, int]:
    """How many villages, branches and groups the records speak of."""
    branches = {record.branch for record in records if getattr(record, "branch", None)}
    groups = {record.group for record in records if hasattr(record, "group")}
    villages = {name for record in records for name in villages_of(record)}
    return {"villages": len(villages), "branches": len(branches), "groups": len(groups)}


def _row(taken: Any, verdict: Verdict) -> dict[str, Any]:
    values = packing.row_values(taken, verdict)
    return values | {"notes": values["notes"] + packing.verdict_notes(verdict)}


def _count(batch: ImportBatch, roster: Roster[Any], verdicts: Sequence[Verdict]) -> None:
    states = Counter(verdict.state for verdict in verdicts)
    batch.new = states[RowState.NEW]
    batch.changed = states[RowState.CHANGED]
    batch.same = states[RowState.SAME]
    batch.bad = states[RowState.BAD] + len(roster.reported)
    batch.skipped = len(roster.skipped)
