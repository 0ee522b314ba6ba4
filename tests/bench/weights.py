"""What a member's phone loads the first time, by kind, and whether the list waits for the network the next time.

`python -m tests.bench.weights`."""

import argparse
import http.client
import json
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from playwright.sync_api import Browser, CDPSession, sync_playwright

from hengli_visits.extensions import db
from tests.bench.town import add_seasoned_visitor, new_town
from tests.browsers import launch
from tests.e2e.door import SETTINGS
from tests.e2e.server import Program

HOUSEHOLDS = 15
MOST_BYTES, MOST_SCRIPT = 90 * 1024, 35 * 1024
LIST = "/assignments/mine"
KINDS = (
    ("/static/build/app", ".js", "script"),
    ("/sw.js", "", "script"),
    ("", ".css", "style"),
    ("", ".svg", "images"),
    ("", ".png", "images"),
    ("/manifest", "", "manifest"),
    ("/pack", "", "pack"),
    ("/contact", "", "contact"),
    ("", ".woff2", "fonts"),
)
QUIET_SECONDS = 3


@dataclass
class Load:
    """What went over the line for one target of the browser."""

    names: dict[str, str] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    bytes: dict[str, float] = field(default_factory=dict)

    def watch(self, line: CDPSession) -> None:
        """Note every request of a target."""
        line.on(
            "Network.requestWillBeSent", lambda told: self.names.update({told["requestId"]: told["request"]["url"]})
        )
        line.on("Network.requestServedFromCache", lambda told: self.cached.add(told["requestId"]))
        line.on(
            "Network.loadingFinished", lambda told: self.bytes.update({told["requestId"]: told["encodedDataLength"]})
        )
        line.send("Network.enable")

    def by_kind(self, base: str) -> Counter[str]:
        """Bytes by kind."""
        found: Counter[str] = Counter()
        for request, size in self.bytes.items():
            if request not in self.cached:
                found[_kind(self.names[request].removeprefix(base))] += round(size)
        return found


def _kind(path: str) -> str:
    path = path.split("?", 1)[0]
    for start, end, kind in KINDS:
        if path.startswith(start) and path.endswith(end):
            return kind
    return "page"


def main() -> None:
    """Measure a first load and a later one."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    folder = Path(tempfile.mkdtemp(prefix="weights-"))
    try:
        with new_town(folder) as town:
            with town.database() as session:
                member = add_seasoned_visitor(session, town.cast, "叶秀珍", HOUSEHOLDS)
                session.commit()
            cookie = town.cookie(member)
            db.engine.dispose()
            served = Program(folder)
            served.start()
            try:
                with sync_playwright() as playwright:
                    browser = launch(playwright)
                    _measure(browser, served, cookie)
                    browser.close()
            finally:
                served.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(browser: Browser, served: Program, cookie: str) -> None:
    context = browser.new_context(base_url=served.live.base, **SETTINGS)
    context.add_cookies([{"name": "visits", "value": cookie, "url": served.live.base}])
    page = context.new_page()
    load = Load()
    load.watch(context.new_cdp_session(page))
    page.goto(LIST)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_timeout(QUIET_SECONDS * 1000)
    found = load.by_kind(served.live.base)
    later = {kind: found.pop(kind, 0) for kind in ("pack", "contact")}
    worker, kept = _worker(served.port)
    found["script"] += worker
    total = found.total()
    print("first load: " + ", ".join(f"{kind} {size:,}" for kind, size in sorted(found.items())))
    print(f"  {total:,} bytes, of which script (with the worker's {worker:,}) {found['script']:,}", end="")
    kept_all = ", ".join(f"{path} {size:,}" for path, size in kept.items())
    print(f"; then pack {later['pack']:,}, contact {later['contact']:,}; what the worker keeps {sum(kept.values()):,}")
    print(f"  kept: {kept_all}")
    print(f"  all in all {total + sum(later.values()) + sum(kept.values()):,}")
    print(f"  within {MOST_BYTES:,} and {MOST_SCRIPT:,}: {total <= MOST_BYTES and found['script'] <= MOST_SCRIPT}")
    with served.hanging():
        began = time.monotonic()
        page.goto(LIST, wait_until="commit")
        page.locator(".card-title a").first.wait_for()
        shown = time.monotonic() - began
        paint = page.evaluate(_PAINT)
        print(
            f"again, while the server answers nothing: first contentful paint {paint:.0f} ms, list there {shown:.2f} s"
        )
    context.close()


_PAINT = """() => new Promise((done) => {
  const look = () => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    paint ? done(paint.startTime) : setTimeout(look, 20);
  };
  look();
})"""


def _worker(port: int) -> tuple[int, dict[str, int]]:
    """The bytes of the worker's own script, and of each file that it keeps; they are fetched by no page."""
    size, script = _fetch(port, "/sw.js")
    files = json.loads(script.split("self.shell=", 1)[1].split(";\n", 1)[0])["files"]
    return size, {path: _fetch(port, path)[0] for path in files}


def _fetch(port: int, path: str) -> tuple[int, str]:
    """The size of an answer with its head, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
        response = connection.getresponse()
        body = response.read()
        head = len(str(response.headers)) + len("HTTP/1.1 200 OK\r\n")
        text = bytes(brotli.decompress(body)) if response.headers["Content-Encoding"] == "br" else body
        return head + len(body), text.decode(errors="replace")
    finally:
        connection.close()


if __name__ == "__main__":
    main()
