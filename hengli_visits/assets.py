"""Built files under their hashed names, served compressed and for ever."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, request, url_for
from whitenoise import WhiteNoise

from hengli_visits.config import ROOT

MANIFEST = ROOT / "static" / "build" / "manifest.json"


def _immutable(_path: str, url: str) -> bool:
    return url.startswith("/static/build/")


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = json.loads(Path(MANIFEST).read_text())
    return names


def built(name: str) -> str:
    """Where a built file lies in `static/`, under the name that carries its hash. Raises when nothing is built."""
    return _names()[name]


def init_assets(app: Flask) -> None:
    """Serve `static/` through WhiteNoise and give templates `static(name)`, the address of a file there, and
    `asset(name)`, that of a built one. Raises at the first page when the front end has not been built."""

    @cache
    def address(_root: str, name: str) -> str:
        return url_for("static", filename=name)

    def static(name: str) -> str:
        return address(request.script_root, name)

    app.jinja_env.globals["static"] = static
    app.jinja_env.globals["asset"] = lambda name: static(built(name))
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=_immutable,
        max_age=3600,
    )
