"""The blueprint of imports."""

from pathlib import Path

from flask import Blueprint, current_app, g
from werkzeug import Response

from hengli_visits.config import Config
from hengli_visits.errors import Conflict
from hengli_visits.imports import uploads
from hengli_visits.models import ImportBatch
from hengli_visits.wording import N_

bp = Blueprint("imports", __name__)
GONE = N_("这份文件已经不在了，请重新上传。")
Answer = str | tuple[str, int] | Response


@bp.before_request
def _way() -> None:
    g.way = "imports.index"


def folder() -> Path:
    """The folder of uploaded files."""
    config: Config = current_app.config["VISITS"]
    return config.uploads


def kept_file(batch: ImportBatch) -> bytes:
    """The file of a batch, as it was uploaded. Raises `Conflict` when it is not kept any more."""
    data = uploads.load(folder(), batch.id)
    if data is None:
        raise Conflict(GONE)
    return data
