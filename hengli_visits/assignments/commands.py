"""Sharing out at the console."""

from uuid import UUID

import click
from flask.cli import AppGroup

from hengli_visits import aside
from hengli_visits.assignments.views.working import place, work
from hengli_visits.extensions import db

group = AppGroup("assignments", help="Share households out.")


@group.command("work", hidden=True)
@click.argument("plan_id", type=click.UUID)
def _work(plan_id: UUID) -> None:
    """Do what a plan waits for: the pages start this beside themselves, so that nobody waits for a long one."""
    aside.confine()
    with aside.working(place(), plan_id) as free:
        if free:
            work(db.session(), plan_id)
