"""What the pages that a phone keeps cost: bytes, time of the server, time until they lie on the phone.

`python -m tests.bench.packs [--runs 5] [--no-browser]`."""

import argparse
import gzip
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from flask.testing import FlaskClient
from playwright.sync_api import Browser, CDPSession, sync_playwright
from sqlalchemy import select
from werkzeug.test import TestResponse

from hengli_visits.extensions import db
from hengli_visits.models import Assignment, Member
from tests.bench.town import Town, add_seasoned_visitor, new_town
from tests.browsers import launch
from tests.counting import counted_queries
from tests.e2e.door import SETTINGS
from tests.e2e.server import Program
from tests.visits.making import content, put

SIZES = (15, 100, 300)
LINE_BITS = 1_600_000
ROUND_TRIP_MS = 150
PROMISE_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """One answer to a phone that asks for pages."""

    data: bytes
    seconds: float
    statements: int

    @property
    def pages(self) -> list[tuple[str, str, str]]:
        """The pages in it: address, version, html."""
        return [tuple(json.loads(line)) for line in self.raw.decode().split("\n")[1:]]

    @property
    def raw(self) -> bytes:
        """It as the phone reads it."""
        return bytes(brotli.decompress(self.data))


def main() -> None:
    """Measure packs of several sizes, then the largest in a browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="packs-"))
    try:
        with new_town(folder) as town:
            visitors = {size: _settle(town, size) for size in SIZES}
            for size, member in visitors.items():
                _measure(town, member, size, given.runs)
            if not given.no_browser:
                _in_browser(town, folder, visitors[max(SIZES)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settle(town: Town, size: int) -> Member:
    with town.database() as session:
        member = add_seasoned_visitor(session, town.cast, f"走访员{size}", size)
        session.commit()
    return member


def _measure(town: Town, member: Member, size: int, runs: int) -> None:
    client = FlaskClient(town.app, town.app.response_class)
    client.set_cookie("visits", town.cookie(member))
    token = _post(client, "/contact", {}, {}).get_json()["token"]
    first = [_ask(client, token, {}) for _ in range(runs)]
    have = {url: version for url, version, _html in first[0].pages}
    later = [_ask(client, token, have) for _ in range(runs)]
    changed = [_after_a_visit(town, client, token, member, have) for _ in range(runs)]
    gzipped = len(gzip.compress(first[0].raw, 6))
    pages = len(first[0].pages)
    print(f"{size} households: {pages} pages, {len(first[0].raw):,} bytes, br {len(first[0].data):,}, gzip {gzipped:,}")
    asked = len(json.dumps({"have": have}))
    for what, answers, up in (
        ("first", first, 11),
        ("nothing changed", later, asked),
        ("one household changed", changed, asked),
    ):
        seconds = statistics.median(answer.seconds for answer in answers)
        sent = len(answers[-1].data)
        line = (sent + up) * 8 / LINE_BITS
        print(
            f"  {what}: server {seconds:.2f} s, {answers[-1].statements} statements, {len(answers[-1].pages)} pages,"
            f" {sent:,} bytes down, {up:,} up; at 1.6 Mbit/s {line + seconds:.2f} s",
            flush=True,
        )


def _post(client: FlaskClient, path: str, body: dict[str, Any], headers: dict[str, str]) -> TestResponse:
    """A request in a context of its own, as a server's are."""
    return Context().run(client.post, path, json=body, headers=headers)


def _ask(client: FlaskClient, token: str, have: dict[str, str]) -> Answer:
    headers = {"X-CSRFToken": token, "Accept-Encoding": "gzip, deflate, br"}
    began = time.perf_counter()
    with counted_queries() as statements:
        answer = _post(client, "/pack", {"have": have}, headers)
    assert answer.status_code == 200, answer.text
    return Answer(answer.data, time.perf_counter() - began, len(statements))


def _after_a_visit(town: Town, client: FlaskClient, token: str, member: Member, have: dict[str, str]) -> Answer:
    """The answer once somebody else was at one household; the pages are taken over into `have`."""
    with town.database() as session:
        mine = select(Assignment).where(Assignment.visitors.any(member_id=member.id)).order_by(Assignment.id).limit(1)
        assignment = session.scalars(mine).one()
        partner = session.scalars(select(Member).where(Member.name == f"{member.name}的同伴")).one()
        put(session, partner, assignment, content(remarks="又去了一次。"))
        session.commit()
    answer = _ask(client, token, have)
    have |= {url: version for url, version, _html in answer.pages}
    return answer


_COUNT = """async () => {
  const known = await indexedDB.databases();
  if (!known.some((one) => one.name === "visits")) return 0;
  return new Promise((done) => {
    const asked = indexedDB.open("visits");
    asked.onerror = () => done(0);
    asked.onsuccess = () => {
      const database = asked.result;
      if (!database.objectStoreNames.contains("pages")) { database.close(); return done(0); }
      const count = database.transaction("pages").objectStore("pages").count();
      count.onsuccess = () => { database.close(); done(count.result); };
    };
  });
}"""


def _in_browser(town: Town, folder: Path, member: Member) -> None:
    """The largest pack, fetched by a page over a slow line."""
    db.engine.dispose()
    served = Program(folder)
    served.start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for slower in (1, 4):
                seconds, pages = _until_kept(browser, served, town.cookie(member), slower)
                verdict = "" if seconds < PROMISE_SECONDS else f", more than {PROMISE_SECONDS} s"
                print(f"Chromium, 1.6 Mbit/s, {ROUND_TRIP_MS} ms, processor slowed {slower} times: ", end="")
                print(f"{pages} pages kept {seconds:.1f} s after the first request{verdict}", flush=True)
            browser.close()
    finally:
        served.close()


def _until_kept(browser: Browser, served: Program, cookie: str, slower: int) -> tuple[float, int]:
    with _page(browser, served.live.base, cookie) as (page, line):
        slow = {"offline": False, "latency": ROUND_TRIP_MS}
        rate = LINE_BITS / 8
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", slow | {"downloadThroughput": rate, "uploadThroughput": rate})
        line.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        began = time.monotonic()
        page.goto(f"{served.live.base}/assignments/mine", wait_until="commit")
        pages = 0
        while pages == 0:
            assert time.monotonic() - began < 120, "the pages did not come"
            time.sleep(0.1)
            pages = page.evaluate(_COUNT)
        return time.monotonic() - began, pages


@contextmanager
def _page(browser: Browser, base: str, cookie: str) -> Iterator[tuple[Any, CDPSession]]:
    context = browser.new_context(base_url=base, **SETTINGS)
    context.add_cookies([{"name": "visits", "value": cookie, "url": base}])
    try:
        page = context.new_page()
        yield page, context.new_cdp_session(page)
    finally:
        context.close()


if __name__ == "__main__":
    main()
