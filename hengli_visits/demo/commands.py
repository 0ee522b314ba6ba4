"""Commands at the console: load the demonstration, show its sign-ins, get ready to serve it."""

import os
from time import monotonic

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select

from hengli_visits.config import Config
from hengli_visits.demo import sign_ins
from hengli_visits.demo.loading import load
from hengli_visits.errors import DomainError
from hengli_visits.extensions import db
from hengli_visits.models import Member
from hengli_visits.visits.pictures import opened_album

group = AppGroup("demo", help="The demonstration: 双千 on the town's sample rosters.")


def _config() -> Config:
    config: Config = current_app.config["VISITS"]
    return config


def _load() -> None:
    """Load everything in one transaction. The sign-ins are laid down just before it ends: a load that is cut off
    leaves an empty database, and the next one writes them anew."""
    started = monotonic()
    config = _config()
    click.echo("Loading the demonstration (half a minute)")
    session = db.session()
    try:
        with opened_album(config.uploads) as album:
            made = load(session, album, click.echo)
            sign_ins.keep(config.instance, made)
            session.commit()
    except DomainError as error:
        session.rollback()
        raise click.ClickException(str(error)) from error
    click.echo(f"Loaded in {monotonic() - started:.0f} s.")


def _show() -> None:
    known = sign_ins.kept(_config().instance)
    click.echo()
    click.echo(f"  横沥走访  http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}/")
    click.echo()
    for line in sign_ins.as_table(known) if known else ("No demonstration is loaded here: flask demo load",):
        click.echo(f"  {line}")
    click.echo()


@group.command("load")
def load_command() -> None:
    """Load the demonstration into an empty database, all or nothing."""
    _load()


@group.command("show")
def show_command() -> None:
    """Print the address and the sign-ins of the demonstration."""
    _show()


@group.command("start")
def start_command() -> None:
    """Bring the database up to date, load the demonstration if it is empty, show the sign-ins."""
    upgrade()
    if db.session.scalar(select(Member.id).limit(1)) is None:
        _load()
    db.session.rollback()
    _show()
