"""Commands at the console."""

from flask import Flask
from flask.cli import AppGroup

COMMANDS: tuple[AppGroup, ...] = ()


def init_cli(app: Flask) -> None:
    """Add the project's commands to `flask`."""
    for group in COMMANDS:
        app.cli.add_command(group)
