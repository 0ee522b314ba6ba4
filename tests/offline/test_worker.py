"""The service worker, its kill switch, the manifest, and the page for when there is no network."""

import json
from dataclasses import replace

import pytest
from flask import current_app
from PIL import Image
from sqlalchemy.orm import Session

from hengli_visits.config import ROOT
from hengli_visits.offline.versions import build
from tests.cast import Cast
from tests.offline.packing import fetch
from tests.pages import PageClient, SignIn


def shell_of(client: PageClient) -> dict[str, object]:
    response = client.get("/sw.js")
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    head, rest = response.text.split("\n", 1)
    assert "self.shell" in rest
    shell: dict[str, object] = json.loads(head.removeprefix("self.shell=").removesuffix(";"))
    return shell


def test_the_worker_names_files_that_are_there(session: Session, sign_in: SignIn) -> None:
    client = sign_in(None)
    shell = shell_of(client)
    assert shell["build"] == build()
    files = shell["files"]
    assert isinstance(files, list)
    assert "/away" in files
    for suffix in (".js", ".css"):
        assert any(name.startswith("/static/build/app-") and name.endswith(suffix) for name in files)
    for name in files:
        response = client.get(name)
        assert response.status_code == 200, name
        response.close()


def test_what_pages_ask_for_is_in_the_shell(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A page of the pack without a network wants nothing that the worker does not keep."""
    files = shell_of(sign_in(None))["files"]
    assert isinstance(files, list)
    html = sign_in(cast.visitor).get("/assignments/mine").text
    head = html[: html.index("</head>")]
    wanted = [part.split('"')[0] for part in head.split('="')[1:] if part.startswith("/static/")]
    assert {name for name in wanted if not name.endswith(".png")} <= set(files)


def test_pages_name_the_worker(session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert 'data-worker="/sw.js"' in sign_in(cast.visitor).get("/assignments/mine").text


def test_the_kill_switch(session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    off = replace(current_app.config["VISITS"], offline=False)
    monkeypatch.setitem(current_app.config, "VISITS", off)
    response = sign_in(None).get("/sw.js")
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    for words in ("registration.unregister()", "caches.delete(name)"):
        assert words in response.text
    assert "indexedDB" not in response.text, "what waits on the phone stays"
    client = sign_in(cast.visitor)
    assert "data-worker" not in client.get("/assignments/mine").text
    pages = fetch(client).pages
    assert pages
    assert not [url for url, html in pages.items() if "data-worker" in html]


def test_the_manifest(session: Session, sign_in: SignIn) -> None:
    response = sign_in(None).get("/manifest.webmanifest")
    assert (response.status_code, response.mimetype) == (200, "application/manifest+json")
    told = json.loads(response.data)
    assert {name: told[name] for name in ("id", "start_url", "scope", "display", "name", "lang")} == {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "name": "横沥走访",
        "lang": "zh-CN",
    }
    sizes = []
    for icon in told["icons"]:
        with Image.open(ROOT / icon["src"].lstrip("/")) as picture:
            assert (f"{picture.width}x{picture.height}", picture.format) == (icon["sizes"], "PNG")
        sizes.append((icon["sizes"], icon.get("purpose", "any")))
    assert sizes == [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]


def test_away_is_the_same_for_everybody(session: Session, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(None).page("/away")
    assert "没有网络" in page.text
    assert not page.forms
    assert cast.visitor.name not in page.html
    assert sign_in(None).get("/sw.js").headers.get("Set-Cookie") is None
