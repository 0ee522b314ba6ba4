"""The service worker with the shell it keeps, the manifest of the installed app, and the page for when there is none."""

import json
from pathlib import Path

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.assets import built
from hengli_visits.config import ROOT, Config
from hengli_visits.gate import public
from hengli_visits.offline.versions import build
from hengli_visits.offline.views.blueprint import bp

SHELL = ("img/icons.svg", "img/art.svg", "img/favicon.svg")
"""Files that every page needs, beside the bundles."""

WHYS = (None, "step", "out")
"""Why the page for a lost network is shown: a page is not on the phone; a step needs the network; somebody signed out."""

GONE = """self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
})()));
"""
"""The kill switch: this worker takes itself and the kept shell away; records that wait stay, and pages send them."""


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The service worker, headed by the list of what it keeps; with OFFLINE=0 one that takes itself away."""
    config: Config = current_app.config["VISITS"]
    text = GONE
    if config.offline:
        names = [built(name) for name in ("app.js", "app.css")]
        files = [url_for("static", filename=name) for name in (*names, *SHELL)] + [
            url_for("offline.away", why=why) for why in WHYS
        ]
        shell = json.dumps({"build": build(), "files": files})
        text = f"self.shell={shell};\n{Path(ROOT / 'static' / built('sw.js')).read_text()}"
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a phone needs to put the app on its home screen."""
    icons = [
        {"src": url_for("static", filename=f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    whole = {"src": url_for("static", filename="img/icon-maskable.png"), "sizes": "512x512", "type": "image/png"}
    answer = jsonify(
        id="/",
        name=_("横沥走访"),
        short_name=_("横沥走访"),
        lang="zh-CN",
        start_url="/",
        scope="/",
        display="standalone",
        background_color="#f7f4ef",
        theme_color="#f7f4ef",
        icons=[*icons, whole | {"purpose": "maskable"}],
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@bp.get("/away")
@public
def away() -> str:
    """What a phone shows for a page that it does not hold while the network does not answer. Kept in the shell, so it
    is nobody's, whoever is signed in when it is fetched."""
    return render_template("offline/away.html", actor=None, why=request.args.get("why"))
