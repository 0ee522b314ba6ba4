"""Papers at the console."""

from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from hengli_visits import aside
from hengli_visits.extensions import db
from hengli_visits.papers import shelf
from hengli_visits.papers.views.working import work

group = AppGroup("papers", help="Ledgers and documents.")


@group.command("work", hidden=True)
@click.argument("paper_id", type=click.UUID)
def _work(paper_id: UUID) -> None:
    """Make the file of a paper: the pages start this beside themselves, so that nobody waits for a long one."""
    aside.confine()
    work(db.session(), paper_id)


@group.command("sweep")
def _sweep() -> None:
    """Delete the files whose day is over. The pages do so too, whenever somebody looks at them."""
    click.echo(f"{shelf.sweep(current_app.config['VISITS'].uploads)} files deleted")
