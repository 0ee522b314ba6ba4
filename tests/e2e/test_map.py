"""Choosing households on the map: a loop by mouse, a loop by finger, the keyboard alone, and without script."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Request, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits.extensions import db
from hengli_visits.models import Household
from tests.e2e.inspection import resize, set_on_root, sideways, small_targets, violations
from tests.e2e.person import Person, person
from tests.e2e.seed import MANY, Seeded, seed
from tests.e2e.server import Live, new_instance, serve
from tests.e2e.test_keyboard import press, tab_to

pytestmark = pytest.mark.browser

Dot = tuple[float, float]
NEAR, NEXT, FAR = (23.0300, 113.9600), (23.0303, 113.9604), (23.0290, 113.9690)
FLATS = (23.02, 113.97)
"""Where the seed puts its many households: all at one place."""


@pytest.fixture(scope="module")
def town(served: tuple[Live, Seeded]) -> Seeded:
    """Two households beside each other, a third some way off, and many in one house."""
    cast = served[1].cast
    with served[1].app.app_context(), Session(db.engine) as session:
        for household, (lat, lng) in (
            (cast.household, NEAR),
            (cast.second_household, NEXT),
            (cast.spare_household, FAR),
        ):
            values = {"latitude": lat, "longitude": lng}
            session.execute(update(Household).where(Household.id == household.id).values(values))
        session.commit()
    return served[1]


@contextmanager
def leader_at_map(browser: Browser, base: str, town: Seeded, **more: Any) -> Iterator[Person]:
    """The leader, come from the list to the map by its button; the browser has asked nobody but this server."""
    with person(browser, base, **more) as leader:
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        leader.context.on("request", note)
        town.enter(leader, "leader", "/assignments")
        leader.press("地图")
        yield leader
        assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == []


def view(leader: Person) -> dict[str, float]:
    """Where the map is looked at, as it notes it for itself."""
    expect(leader.page.locator("[data-map]")).to_have_attribute("data-ready", "")
    kept: dict[str, float] = json.loads(leader.page.evaluate("sessionStorage.getItem(Object.keys(sessionStorage)[0])"))
    return kept


def goes_east(leader: Person, before: dict[str, float]) -> None:
    """The map shows what lies further east, and comes to rest there."""
    leader.page.wait_for_function("(lng) => JSON.parse(Object.values(sessionStorage)[0]).lng > lng", arg=before["lng"])
    last = None
    while (now := view(leader)) != last:
        last = now
        leader.page.wait_for_timeout(200)


def spot(leader: Person, place: Dot) -> Dot:
    """Where a place is on the screen: Mercator, as maps draw it."""
    seen = view(leader)
    box = ground(leader).bounding_box()
    assert box
    scale = 256 * 2 ** seen["zoom"]

    def flat(lat: float, lng: float) -> Dot:
        north = math.asinh(math.tan(math.radians(lat))) / math.pi
        return scale * (lng + 180) / 360, scale * (1 - north) / 2

    (x, y), (middle_x, middle_y) = flat(*place), flat(seen["lat"], seen["lng"])
    return box["x"] + box["width"] / 2 + x - middle_x, box["y"] + box["height"] / 2 + y - middle_y


def ground(leader: Person) -> Locator:
    return leader.page.locator("[data-map-ground]")


def circle(middle: Dot, radius: float) -> list[Dot]:
    return [(middle[0] + radius * math.cos(turn / 4), middle[1] + radius * math.sin(turn / 4)) for turn in range(26)]


def drag(leader: Person, line: list[Dot]) -> None:
    """Along a line with the mouse's button down."""
    leader.page.mouse.move(*line[0])
    leader.page.mouse.down()
    for dot in line[1:]:
        leader.page.mouse.move(*dot)
    leader.page.mouse.up()


def stroke(leader: Person, line: list[Dot]) -> None:
    """Along a line with a finger, then a rest: Chromium takes a tap right after a stroke for the stopping of a fling."""
    finger = leader.context.new_cdp_session(leader.page)
    for number, (x, y) in enumerate(line):
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    leader.page.wait_for_timeout(500)


def chosen(leader: Person) -> int:
    return int(leader.page.locator("[data-selection-count]").inner_text())


def ticked(leader: Person, assignment_id: int) -> bool:
    return leader.page.locator(f'input[name=assignment][value="{assignment_id}"]').is_checked()


def test_a_loop_with_the_mouse(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    cast = town.cast
    with leader_at_map(browser, served[0].base, town) as leader:
        near = spot(leader, NEAR)
        leader.tap("圈选")
        assert violations(leader.page) == []
        drag(leader, circle(near, 40))
        leader.see("圈中 2 户，已选上，共选 2 户。")
        assert ticked(leader, cast.assignment.id)
        assert ticked(leader, cast.second_assignment.id)
        assert chosen(leader) == 2
        leader.page.mouse.click(*spot(leader, FAR))
        leader.see("已选 钟海彬，共选 3 户。")
        leader.page.mouse.click(*spot(leader, FAR))
        leader.see("已取消 钟海彬，共选 2 户。")
        leader.page.keyboard.down("Shift")
        drag(leader, circle(spot(leader, FLATS), 40))
        leader.page.keyboard.up("Shift")
        # One of them was visited: a loop leaves it alone, a click on the house takes all.
        leader.see(f"圈中 {MANY - 1} 户")
        assert chosen(leader) == MANY + 1
        leader.page.mouse.click(*spot(leader, FLATS))
        leader.see(f"共选 {MANY + 2} 户")
        leader.page.mouse.click(*spot(leader, FLATS))
        leader.see(f"这一处的 {MANY} 户都取消了")
        leader.tap("圈选")
        leader.page.keyboard.press("Escape")
        assert leader.page.locator("[data-map-lasso]").get_attribute("aria-pressed") == "false"
        assert violations(leader.page) == []
        leader.press("分派…")
        leader.see("分派 2 户", "h1")
        leader.tap("苏慧", exact=False)
        leader.press("分派给所选的人")
        assert leader.path.startswith("/assignments/map")
        leader.see("已分派 2 户")
        assert chosen(leader) == 0


def test_a_drag_moves_the_map_and_is_no_loop(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    with leader_at_map(browser, served[0].base, town) as leader:
        before = view(leader)
        x, y = spot(leader, FAR)
        drag(leader, [(x, y), (x - 40, y - 20), (x - 90, y - 60)])
        expect(leader.page.locator("[data-selection-none]")).to_be_visible()
        goes_east(leader, before)
        leader.tap("放大地图")
        assert view(leader)["zoom"] == before["zoom"] + 1
        leader.tap("看全部的户")
        assert view(leader)["zoom"] == before["zoom"]
        zoomed = view(leader)
        leader.page.reload()
        assert view(leader) == zoomed


def test_a_loop_with_a_finger(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    cast = town.cast
    with leader_at_map(browser, served[0].base, town, phone=True) as leader:
        before = view(leader)
        x, y = spot(leader, FAR)
        stroke(leader, [(x, y), (x - 20, y), (x - 50, y + 10)])
        goes_east(leader, before)
        leader.tap("看全部的户")
        leader.tap("圈选")
        moved = view(leader)
        stroke(leader, circle(spot(leader, NEAR), 30))
        leader.see("圈中 2 户，已选上，共选 2 户。")
        assert view(leader) == moved
        assert ticked(leader, cast.assignment.id)
        leader.page.touchscreen.tap(*spot(leader, FAR))
        leader.see("已选 钟海彬，共选 3 户。")
        leader.tap("圈选")
        stroke(leader, circle(spot(leader, FAR), 30))
        leader.see("现在取消了，共选 2 户。")
        assert violations(leader.page) == []
        leader.press("分派…")
        leader.see("分派 2 户", "h1")


def test_the_keyboard_alone(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    cast = town.cast
    with leader_at_map(browser, served[0].base, town) as leader:
        taps = leader.taps
        before = view(leader)
        tab_to(leader, "地图，方向键移动")
        leader.page.keyboard.press("ArrowRight")
        goes_east(leader, before)
        tab_to(leader, "长巷村")
        for _closed_and_open in range(2):
            leader.page.keyboard.press("Enter")
        tab_to(leader, cast.household.name)
        leader.page.keyboard.press("Space")
        assert chosen(leader) == 1
        assert "已选 1" in leader.page.locator("[data-map-picked]").first.inner_text()
        press(leader, "分派…")
        leader.see("分派 1 户", "h1")
        assert leader.taps == taps


def test_without_script_there_is_the_list(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    cast = town.cast
    with leader_at_map(browser, served[0].base, town, script=False, phone=True) as leader:
        leader.see("名单里一样能选")
        leader.page.locator(f'input[name=assignment][value="{cast.assignment.id}"]').check()
        leader.press("分派…")
        leader.see("分派 1 户", "h1")


def test_in_the_dark_and_with_the_largest_text(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    with leader_at_map(browser, served[0].base, town, phone=True, color_scheme="dark") as leader:
        view(leader)
        assert violations(leader.page) == []
        resize(leader.page, 320, 640)
        set_on_root(leader.page, size="xl")
        assert sideways(leader.page) + small_targets(leader.page) == []


def test_a_map_to_look_at_only(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    """As in a preview: no loop, no choosing; a tap tells who visits."""
    with person(browser, served[0].base) as lead:
        town.enter(lead, "area_lead", "/assignments/map")
        view(lead)
        lead.see("点一户看是谁家")
        assert lead.page.locator("[data-map-lasso]").count() == 0
        lead.page.mouse.click(*spot(lead, FAR))
        lead.see("钟海彬 · 祠堂街", ".map-say")
        lead.page.keyboard.down("Shift")
        drag(lead, circle(spot(lead, FAR), 40))
        lead.page.keyboard.up("Shift")
        assert violations(lead.page) == []


def test_a_map_that_cannot_be_read_says_so(browser: Browser, served: tuple[Live, Seeded], town: Seeded) -> None:
    with person(browser, served[0].base) as leader:
        leader.context.route("**/assignments/map/points**", lambda route: route.fulfill(status=200, body="no json"))
        town.enter(leader, "leader", "/assignments/map")
        leader.see("地图没有读到")


def test_tiles_come_from_the_server_that_is_set(browser: Browser) -> None:
    """Pictures of that server are let in, and its credit is on the map."""
    asked: list[str] = []
    with new_instance() as instance:
        town = seed(instance)
        tiles = {"MAP_TILES": "https://tiles.example/{z}/{x}/{y}.svg", "MAP_CREDIT": "某图 GS(2026)1号"}
        with serve(instance, **tiles) as live, person(browser, live.base) as leader:
            picture = (
                '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="9" height="9"/></svg>'
            )
            leader.context.on("request", lambda request: asked.append(request.url))
            leader.context.route(
                "https://tiles.example/**", lambda route: route.fulfill(content_type="image/svg+xml", body=picture)
            )
            town.enter(leader, "leader", "/assignments/map")
            leader.see("某图 GS(2026)1号")
            expect(leader.page.locator(".leaflet-tile-loaded").first).to_be_visible()
            assert leader.page.evaluate("document.querySelector('.leaflet-tile-loaded').naturalWidth") == 256
        town.close()
    foreign = {urlsplit(url).netloc for url in asked} - {urlsplit(live.base).netloc}
    assert foreign == {"tiles.example"}
