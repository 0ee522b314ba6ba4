"""The blueprint of papers, and what its views share."""

from pathlib import Path
from typing import cast

from flask import Blueprint, current_app
from werkzeug import Response

from hengli_visits.config import Config
from hengli_visits.errors import Missing
from hengli_visits.forms import chosen
from hengli_visits.models import PaperKind

bp = Blueprint("papers", __name__)
Answer = str | tuple[str, int] | Response

XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def config() -> Config:
    """The settings of this instance."""
    return cast(Config, current_app.config["VISITS"])


def uploads() -> Path:
    """The folder of uploads."""
    return config().uploads


def kind_of(text: str) -> PaperKind:
    """The kind that an address names, or `Missing`."""
    kind = chosen(PaperKind, text)
    if kind is None:
        raise Missing
    return kind
