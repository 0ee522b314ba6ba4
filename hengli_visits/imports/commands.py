"""Rosters at the console: the same reading, comparing and writing as on the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from hengli_visits import aside
from hengli_visits.actor import SYSTEM
from hengli_visits.config import Config
from hengli_visits.errors import DomainError
from hengli_visits.extensions import db
from hengli_visits.imports import actions, queries, rules, uploads
from hengli_visits.imports.views.working import work
from hengli_visits.models import Campaign, ImportBatch, RosterKind

group = AppGroup("import", help="Read rosters into the database, all or nothing per file.")
ROWS_SHOWN = 50


def _campaign(name: str | None) -> Campaign | None:
    if name is None:
        return None
    found = db.session.scalars(select(Campaign).where(Campaign.name == name)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no campaign named {name}.")
    return found


def _sentence(note: Mapping[str, Any]) -> str:
    message: str = note["message"]
    return message % note["params"] if note["params"] else message


def _founded(batch: ImportBatch, every_village: bool) -> dict[str, str]:
    offered = batch.outline["villages"]
    return {one["name"]: one["code"] for one in offered if one["ticked"] or every_village}


def _report(batch: ImportBatch, counts: actions.Counts, villages: Mapping[str, str]) -> None:
    rows = counts.new + counts.changed + counts.same + counts.bad
    click.echo(f"{batch.kind.value}: {rows} rows = {rows - counts.bad} taken + {counts.bad} reported")
    click.echo(f"  new {counts.new}, changed {counts.changed}, same {counts.same}, skipped {counts.skipped}")
    if villages:
        click.echo(f"  new villages: {' '.join(villages)}")
    if branches := batch.outline["branches"]:
        click.echo(f"  new branches: {len(branches)}")
    if twins := batch.outline.get("twins"):
        click.echo(f"  {twins} rows may be records that stand already, or earlier rows; taken as new (the page asks)")
    for note in batch.outline["warnings"][:ROWS_SHOWN]:
        click.echo(f"  note: {note['sheet']}, row {note['row']}: {_sentence(note)}")
    for row in queries.first_bad_rows(db.session(), batch, ROWS_SHOWN):
        reasons = " ".join(f"{note['column']} {_sentence(note)}" for note in row.notes if note["level"] == "bad")
        click.echo(f"  reported: {row.sheet}, row {row.number}: {reasons}")
    if counts.bad > ROWS_SHOWN:
        click.echo(f"  … and {counts.bad - ROWS_SHOWN} more")


def _refuse_empty(batch: ImportBatch) -> None:
    """Nobody is there to say what the columns hold."""
    if queries.is_empty(batch):
        notes = [f"{sheet['name']}: {_sentence(note)}" for sheet in batch.sheets for note in sheet["notes"]]
        raise click.ClickException("Nothing could be read. " + " ".join(notes))


def _import(
    kind: RosterKind, file: Path, campaign: str | None, town: str, every_village: bool, preview: bool, whole: bool
) -> None:
    session = db.session()
    try:
        batch = actions.read_roster(session, SYSTEM, kind, file.name, file.read_bytes(), campaign=_campaign(campaign))
        _refuse_empty(batch)
        villages = _founded(batch, every_village)
        counts = actions.apply_batch(session, SYSTEM, batch, villages=villages, town=town, whole=whole)
    except DomainError as error:
        session.rollback()
        raise click.ClickException(str(error)) from error
    _report(batch, counts, villages)
    if preview:
        session.rollback()
        click.echo("Nothing was written.")
    else:
        session.commit()


def _add(kind: RosterKind) -> None:
    @group.command(kind.value, help=f"Import {kind.label}.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--campaign", help="The campaign's short name (groups only; not needed when one is open).")
    @click.option("--town", default=rules.TOWN, show_default=True, help="The town's name, when it is not there yet.")
    @click.option("--new-villages", is_flag=True, help="Found villages that the file names and the town lacks.")
    @click.option("--all", "whole", is_flag=True, help="Import nothing unless every row can be taken.")
    @click.option("--preview", is_flag=True, help="Say what would happen, write nothing.")
    def _command(file: Path, campaign: str | None, town: str, new_villages: bool, preview: bool, whole: bool) -> None:
        _import(kind, file, campaign, town, new_villages, preview, whole)


for _kind in RosterKind:
    _add(_kind)


@group.command("work", hidden=True)
@click.argument("batch_id", type=click.UUID)
def _work(batch_id: UUID) -> None:
    """Do what a batch waits for: the pages start this beside themselves, so that nobody waits for a long roster."""
    config: Config = current_app.config["VISITS"]
    aside.confine()
    with aside.working(uploads.place(config.uploads), batch_id) as free:
        if free:
            work(db.session(), config.uploads, batch_id)
