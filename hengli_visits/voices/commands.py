"""The search index and the words of themes at the console."""

import click
from flask.cli import AppGroup

from hengli_visits import clock, search_index
from hengli_visits.extensions import db
from hengli_visits.voices.actions import find_words

group = AppGroup("search", help="The index of what residents said and of issues.")
words_group = AppGroup("themes", help="The words that matter in what residents said.")


@group.command("rebuild")
def _rebuild() -> None:
    """Make the index anew from the rows. Meanwhile nothing can be written."""
    with db.engine.begin() as connection:
        search_index.drop(connection)
        search_index.build(connection)
    click.echo("made anew")


@group.command("check")
def _check() -> None:
    """Hold the index against the rows; the exit status is 1 when it is not what they say."""
    with db.engine.connect() as connection:
        problems = list(search_index.drift(connection))
    for table, problem in problems:
        click.echo(f"{table}: {problem}; `flask search rebuild` makes it anew")
    if problems:
        raise SystemExit(1)
    click.echo("as the rows say")


@words_group.command("find")
def _find() -> None:
    """Find the words of themes anew in all that was said."""
    number = find_words(db.session(), clock.now())
    db.session().commit()
    click.echo(f"{number} words")
