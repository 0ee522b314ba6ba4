"""Reading a received file into its batch, which then waits for a decision."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, require
from hengli_visits.imports import packing, queries, rules
from hengli_visits.imports.actions.comparing import PORTION, Comparison, portion_of
from hengli_visits.imports.actions.receiving import receive
from hengli_visits.imports.actions.survey import Survey
from hengli_visits.imports.actions.twinning import TwinSearch
from hengli_visits.imports.correction import recalled
from hengli_visits.imports.newcomers import NewVillage, new_branches, new_villages, unknown_villages
from hengli_visits.imports.reading import LAYOUTS, RosterFile, guess_kind, open_file, scan_file
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.villages import Villages, stem
from hengli_visits.models import BatchState, Campaign, ImportBatch, ImportRow, RosterKind, RowState
from hengli_visits.wording import N_

Step = Callable[[int], None]


def no_step(done: int) -> None:
    """Nobody waits to hear how far it is."""


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


def read(session: Session, actor: Actor, batch: ImportBatch, data: bytes, step: Step = no_step) -> None:
    """Read a batch's file, compare it with the database and keep both for the preview; nothing of the town changes. What
    was read of it before is replaced. Groups and assignments need a campaign, by default the only one that is open.
    `step` is told after every portion how many rows are through; it may commit. Raises BadFile when the file cannot be
    read, `Invalid` (field campaign) when the campaign is not clear."""
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
    survey, named = _take_in(session, batch, file, step)
    _describe(session, batch, survey, named, step)
    read = update(ImportBatch).where(ImportBatch.id == batch.id, ImportBatch.state.in_(rules.READABLE))
    done = session.execute(read.values(state=BatchState.READ))
    session.refresh(batch, ["state"])
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        rules.refuse_decided(batch)
    batch.failure = None
    batch.choices = batch.choices | {"reading": batch.choices.get("reading", 0) + 1}
    audit.record(session, actor, "import.read", "import_batch", batch.id, kind=batch.kind.value, rows=survey.taken)
    session.flush()


def _campaign_for(session: Session, actor: Actor, campaign: Campaign | None) -> Campaign:
    choice = [campaign] if campaign else queries.open_campaigns(session, actor)
    if not choice:
        raise Invalid(N_("分组和分派都属于一个活动，请先建立活动。"), field="campaign")
    if len(choice) > 1:
        raise Invalid(N_("请选择这份名册属于哪个活动。"), field="campaign")
    if choice[0].state not in rules.OPEN_STATES:
        raise Invalid(N_("活动已经结束，分组和分派不能再改。"), field="campaign")
    return choice[0]


def _take_in(session: Session, batch: ImportBatch, file: RosterFile, step: Step) -> tuple[Survey, list[str]]:
    """Put every row of the file into the batch, as yet compared with nothing; what the roster says as a whole, and the
    villages that it names in full and the town does not have."""
    layout = LAYOUTS.get(batch.kind)
    town = queries.load_town(session)
    above = town.name if town else rules.TOWN
    known = queries.known_villages(session, above)
    if layout is None:
        return _scan(session, batch, file, known, step), []
    survey = None
    if known.names or batch.choices.get("columns"):
        survey = _scan(session, batch, file, known, step)
        if not survey.reported:
            return survey, []
    by_stem = {stem(name): name for name in unknown_villages(file.sheets(), layout, known)}
    named = list(((survey.strangers if survey else {}) | by_stem).values())
    if survey and not named:
        return survey, []
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    return _scan(session, batch, file, queries.known_villages(session, above, tuple(named)), step), named


def _scan(session: Session, batch: ImportBatch, file: RosterFile, known: Villages, step: Step) -> Survey:
    survey, rows = Survey(LAYOUTS.get(batch.kind)), []
    corrections, remembered = _corrections(batch), queries.column_choices(session, batch.kind)
    for outcome in scan_file(
        batch.kind, file, known, corrections=corrections, remembered=remembered.get if remembered else None
    ):
        if values := survey.note(outcome):
            rows.append(values | {"batch_id": batch.id})
        if len(rows) >= PORTION:
            session.execute(insert(ImportRow), rows)
            rows.clear()
            step(survey.taken + survey.reported)
    if rows:
        session.execute(insert(ImportRow), rows)
    step(survey.taken + survey.reported)
    batch.choices = batch.choices | {"recalled": recalled(survey.sheets, remembered, corrections)}
    return survey


def _corrections(batch: ImportBatch) -> dict[str, dict[int, str]]:
    chosen = batch.choices.get("columns", {})
    return {sheet: {int(index): field for index, field in own.items()} for sheet, own in chosen.items()}


def _describe(session: Session, batch: ImportBatch, survey: Survey, named: Sequence[str], step: Step) -> None:
    """Compare the rows and describe the batch, with what would have to be founded first. In a town without any village
    these are ticked from the start; elsewhere an unknown name is more likely a slip, and the user decides."""
    stands = queries.load_areas(session)
    ticked = not queries.load_villages(session)
    villages = new_villages(named, survey.villages, [one.values["code"] for one in stands])
    twins = _compare(session, batch, survey, villages, ticked, step)
    branches = []
    if batch.kind is RosterKind.MEMBERS:
        have = [one.values["name"] for one in queries.load_branches(session)]
        names = [one.values["name"] for one in stands] + [one.name for one in villages]
        branches = new_branches(survey.joined, have, names)
    founds = batch.kind is RosterKind.AREAS or bool(villages)
    batch.outline = {
        "town": rules.TOWN if founds and queries.load_town(session) is None else None,
        "villages": [asdict(one) | {"ticked": ticked} for one in villages],
        "branches": [asdict(one) | {"sector": one.sector.value} for one in branches],
        "cleanings": survey.cleanings(),
        "named": survey.named(),
        "warnings": survey.warnings,
        "twins": twins,
    }
    batch.sheets = survey.sheets
    batch.new, batch.changed, batch.same = (
        survey.states[state] for state in (RowState.NEW, RowState.CHANGED, RowState.SAME)
    )
    batch.bad = survey.states[RowState.BAD] + survey.reported
    batch.skipped = survey.skipped


def _compare(
    session: Session,
    batch: ImportBatch,
    survey: Survey,
    villages: Sequence[NewVillage],
    ticked: bool,
    step: Step,
) -> int:
    """Compare every row with what stands, and write down those that are not simply new; how many of them may be a
    record twice."""
    names = {one.name for one in villages}
    comparison = Comparison(session, batch.kind, batch.campaign_id, names if ticked else (), survey.codes)
    search = TwinSearch(session, batch.kind)
    for rows in queries.stored_rows(session, batch, portion_of(batch.kind)):
        records = [packing.unpack(batch.kind, row.data) for row in rows]
        verdicts = comparison.verdicts(records)
        survey.compared(rows, records, verdicts, names)
        search.take(rows, verdicts)
        differing: list[dict[str, Any]] = [
            {"id": row.id, **packing.verdict_values(verdict), "notes": row.notes + packing.verdict_notes(verdict)}
            for row, verdict in zip(rows, verdicts, strict=True)
            if verdict.state is not RowState.NEW or verdict.warnings
        ]
        if differing:
            session.execute(update(ImportRow), differing)
        step(survey.taken + survey.reported)
    return search.finish()
