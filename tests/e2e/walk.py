"""A walk through everything that somebody can reach by links, page after page, each inspected."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.e2e.inspection import resize, set_on_root, sideways, small_targets, violations
from tests.e2e.person import Person, person
from tests.e2e.seed import Seeded
from tests.e2e.server import Live

PHONE, TABLET, DESK, SMALLEST = (360, 740), (1024, 768), (1280, 860), (320, 640)
EACH = {"assignments.leave", "issues.show", "campaigns.show", "imports.show"}
"""Pages that differ by the state of what they show: all of them are visited, of others one. Those are looked at thoroughly
that show something which no thoroughly seen page of their kind has shown."""
SHAPES = """() => [...new Set([...document.querySelectorAll("body *")].map((one) =>
  [one.tagName, one.getAttribute("class") ?? "", one.getAttribute("type") ?? "", one.getAttribute("role") ?? "",
   one.parentElement.tagName, one.parentElement.getAttribute("class") ?? ""].join(" ")))]"""
"""What a page is built of: elements as styles and axe tell them apart, with what they stand in."""
NO_PAGES = {
    "api.figures",
    "api.item",
    "api.listed",
    "api.openapi",
    "assignments.plan_points",
    "assignments.plan_progress",
    "assignments.lost_choice",
    "assignments.map_points",
    "calendar.export",
    "reports.map_points",
    "imports.bad_rows",
    "imports.progress",
    "static",
    "papers.fetch",
    "papers.progress",
    "papers.template_file",
    "visits.keyed_household",
    "visits.photo",
    "visits.thumbnail",
    "offline.worker",
    "offline.manifest",
}
Key = tuple[str, Any]


@dataclass
class Walk:
    """What a walk came by: endpoints, and what was wrong with which page."""

    reached: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    pages: int = 0


def key_of(urls: MapAdapter, path: str) -> Key | None:
    """What makes two addresses the same kind of page; None for what is no page of this server."""
    try:
        endpoint, values = urls.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    if endpoint in NO_PAGES:
        return None
    return endpoint, tuple(values.items()) if endpoint in EACH else values.get("verb")


def look(somebody: Person, *, thorough: bool) -> Iterator[str]:
    """What is wrong with a page: on a phone, and with `thorough` also on a tablet and a desk, on the smallest phone with
    the largest text, and to axe."""
    page = somebody.page
    yield from sideways(page)
    yield from small_targets(page)
    if not thorough:
        return
    resize(page, *TABLET)
    yield from (f"tablet: {problem}" for problem in sideways(page))
    resize(page, *DESK)
    yield from (f"desk: {problem}" for problem in sideways(page) + small_targets(page))
    resize(page, *SMALLEST)
    set_on_root(page, size="xl")
    yield from (f"320 px, 特大: {problem}" for problem in sideways(page) + small_targets(page))
    resize(page, *PHONE)
    set_on_root(page, size="m")
    yield from (f"axe: {problem}" for problem in violations(page))


def _is_page(response: Response | None) -> bool:
    return response is not None and "html" in response.headers.get("content-type", "")


@dataclass
class Walker:
    """Walks as one person of the cast after the other; a kind of page that somebody has seen thoroughly is seen by the
    next ones in passing, and so is one of a kind that is built of nothing new."""

    browser: Browser
    live: Live
    town: Seeded
    done: dict[str, Walk] = field(default_factory=dict)
    thorough: set[Key] = field(default_factory=set)
    shapes: dict[str, set[str]] = field(default_factory=dict)

    def walk(self, who: str) -> Walk:
        """Everything that this person can reach from the first page."""
        if who not in self.done:
            with person(self.browser, self.live.base, phone=True, device_scale_factor=1) as somebody:
                self.town.enter(somebody, who)
                self.done[who] = self._walk(somebody)
        return self.done[who]

    def _walk(self, somebody: Person) -> Walk:
        urls = self.town.app.url_map.bind("")
        walk, seen, queue = Walk(), set[Key](), deque(["/"])
        while queue:
            path = queue.popleft()
            key = key_of(urls, path)
            if key is None or key in seen:
                continue
            seen.add(key)
            walk.problems += [f"{path}: {problem}" for problem in self._visit(somebody, path, key)]
            walk.reached.add(key[0])
            walk.pages += 1
            queue.extend(self._links(somebody))
        return walk

    def _visit(self, somebody: Person, path: str, key: Key) -> Iterator[str]:
        response = somebody.page.goto(self.live.base + path, wait_until="domcontentloaded")
        if response is None or response.status != 200 or not _is_page(response):
            yield f"answers {response.status if response else 'nothing'}"
        else:
            yield from look(somebody, thorough=self._is_new(somebody, key))
        yield from somebody.complaints
        somebody.complaints.clear()

    def _is_new(self, somebody: Person, key: Key) -> bool:
        """Whether nobody has looked at such a page thoroughly; from now on somebody has."""
        if key in self.thorough:
            return False
        self.thorough.add(key)
        known = self.shapes.setdefault(key[0], set())
        built = set[str](somebody.page.evaluate(SHAPES))
        new = key[0] not in EACH or not built <= known
        known |= built
        return new

    def _links(self, somebody: Person) -> list[str]:
        all_: list[str] = somebody.page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.href)")
        return [one.removeprefix(self.live.base).split("#")[0] for one in all_ if one.startswith(self.live.base)]
