"""Built files under their hashed names, served compressed and for ever."""

import json
from pathlib import Path

from flask import Flask, url_for
from whitenoise import WhiteNoise

from hengli_visits.config import ROOT

MANIFEST = ROOT / "static" / "build" / "manifest.json"


def _immutable(_path: str, url: str) -> bool:
    return url.startswith("/static/build/")


def init_assets(app: Flask) -> None:
    """Serve `static/` through WhiteNoise and give templates `asset(name)`, the address of a built file. Raises at the
    first page when the front end has not been built."""
    names: dict[str, str] = {}

    def asset(name: str) -> str:
        if not names:
            names.update(json.loads(Path(MANIFEST).read_text()))
        return url_for("static", filename=names[name])

    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=_immutable,
        max_age=3600,
    )
