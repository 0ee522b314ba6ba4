"""Commands at the console."""

from flask import Flask
from flask.cli import AppGroup

from hengli_visits.accounts.commands import group as account
from hengli_visits.assignments.commands import group as assignments
from hengli_visits.demo.commands import group as demo
from hengli_visits.imports.commands import group as imports
from hengli_visits.issues.commands import group as issues
from hengli_visits.jobs import group as jobs
from hengli_visits.papers.commands import group as papers
from hengli_visits.voices.commands import group as search, words_group as themes

COMMANDS: tuple[AppGroup, ...] = (account, assignments, demo, imports, issues, jobs, papers, search, themes)


def init_cli(app: Flask) -> None:
    """Add the project's commands to `flask`."""
    for group in COMMANDS:
        app.cli.add_command(group)
