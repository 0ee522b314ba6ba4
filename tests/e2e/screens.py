"""Pictures of the main pages for docs/screens: `python -m tests.e2e.screens` loads the demonstration into an instance of
its own, serves it and photographs what its people see, phones at twice the pixels. Chinese is drawn with fonts-noto-cjk
where that is installed."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from hengli_visits.clock import TOWN_ZONE
from hengli_visits.demo.sign_ins import kept
from tests.browsers import launch
from tests.e2e.evening import NAME, seconds_back
from tests.e2e.office import DATA, HOUSEHOLDS
from tests.e2e.person import DESK, Person, person
from tests.e2e.server import ROOT, Live, flask, new_instance, serve
from tests.e2e.signing_in import sign_in

SCREENS = ROOT / "docs" / "screens"
EVENING = "tests.e2e.evening"
LARGEST = 200_000
COLOURS = 256
PAPER: ViewportSize = {"width": 700, "height": 860}


class Album:
    """Takes pictures of a demonstration, by the role of who looks at it."""

    def __init__(self, browser: Browser, live: Live, folder: Path) -> None:
        self.browser, self.live, self.folder = browser, live, folder
        self.sign_ins = {one.role_english: one for one in kept(live.instance)}
        self.taken: list[Path] = []

    @contextmanager
    def __call__(self, role: str, *, phone: bool = False) -> Iterator[Person]:
        """Somebody of this role, signed in."""
        known = self.sign_ins[role]
        with person(self.browser, self.live.base, phone=phone) as somebody:
            somebody.go("/sign-in")
            sign_in(somebody, known.phone, known.password)
            yield somebody

    def take(self, somebody: Person, name: str) -> None:
        """Photograph what is on the screen, with as few colours as it bears. Refuses a picture that is too large."""
        somebody.page.evaluate("document.querySelectorAll('[data-flash]').forEach((one) => one.remove())")
        somebody.page.evaluate("document.fonts.ready")
        shot = Image.open(io.BytesIO(somebody.page.screenshot(animations="disabled")))
        path = self.folder / f"{name}.png"
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        size = path.stat().st_size
        if size > LARGEST:
            raise ValueError(f"{path.name} has {size:,} bytes")
        self.taken.append(path)
        print(f"{path.name}  {size // 1000} kB", flush=True)


def scroll_to(somebody: Person, selector: str, *, above: int = 0) -> None:
    """Bring the first of these to the top of the screen."""
    top = somebody.page.locator(selector).first.evaluate("(one) => one.getBoundingClientRect().top + scrollY")
    somebody.page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", top - above)


def sign_in_page(album: Album) -> None:
    with person(album.browser, album.live.base, phone=True) as stranger:
        stranger.go("/sign-in")
        album.take(stranger, "phone-sign-in")


def visitor(album: Album) -> None:
    """The round, a household with a story, the visit form before and after."""
    with album("Visitor", phone=True) as somebody:
        somebody.go("/assignments/mine?state=visited")
        somebody.follow(somebody.page.locator(".card:has(.card-note) .card-title a").first)
        album.take(somebody, "phone-household")
        somebody.go("/assignments/mine")
        album.take(somebody, "phone-round")
        somebody.follow(somebody.page.locator(".card-title a").first)
        somebody.press("记录走访")
        album.take(somebody, "phone-visit-open")
        somebody.tap("已见面")
        somebody.tap("诉求")
        somebody.page.keyboard.type("巷口那段排水渠给杂物堵了，一下大雨，水就浸到屋里来。")
        somebody.tap("需要跟进")
        somebody.page.evaluate("document.activeElement.blur()")
        scroll_to(somebody, ".visit-feedback", above=16)
        album.take(somebody, "phone-visit")


def handler(album: Album) -> None:
    with album("Handler", phone=True) as somebody:
        somebody.go("/issues?tab=in_hand")
        somebody.follow(somebody.page.locator("tbody th a").first)
        album.take(somebody, "phone-issue")


def leader(album: Album) -> None:
    with album("Group leader", phone=True) as somebody:
        somebody.go("/overview")
        album.take(somebody, "phone-overview")


def coordinator(album: Album) -> None:
    with album("Coordinator") as somebody:
        for path, name in (("/overview", "desk-overview"), ("/issues", "desk-issues"), ("/assignments", "desk-tasks")):
            somebody.go(path)
            album.take(somebody, name)
        somebody.go("/issues?tab=review")
        somebody.follow(somebody.page.locator("tbody th a").first)
        album.take(somebody, "desk-issue")
        import_preview(album, somebody)
        cards(album, somebody)
        set_up(album, somebody)
        share_out(album, somebody)


def changed_roster(folder: Path) -> Path:
    """The sample roster of households as it comes back a month later: some rows new, some changed, some wrong."""
    book = openpyxl.load_workbook(DATA / HOUSEHOLDS.file)
    sheet = book["长巷村"] if "长巷村" in book.sheetnames else book.worksheets[0]
    heads = next(row for row in range(1, 9) if sheet.cell(row, 2).value == "户编号")
    name, size, phone, category = 3, 4, 6, 7
    for row in range(heads + 1, heads + 7):
        sheet.cell(row, category).value = "困难户"
        sheet.cell(row, size).value = 3
    last = sheet.max_row
    for number in range(1, 6):
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last + number, column).value = sheet.cell(last, column).value
        sheet.cell(last + number, 2).value = f"CX-{900 + number}"
        sheet.cell(last + number, name).value = f"{'林陈黄梁谢'[number - 1]}新来"
    sheet.cell(heads + 8, name).value = None
    sheet.cell(heads + 9, phone).value = "1990769"
    sheet.cell(heads + 10, 2).value = sheet.cell(heads + 11, 2).value
    path = folder / HOUSEHOLDS.file
    book.save(path)
    return path


def import_preview(album: Album, somebody: Person) -> None:
    with tempfile.TemporaryDirectory() as folder:
        somebody.go("/imports")
        somebody.attach("名册文件", changed_roster(Path(folder)))
        somebody.press("上传并核对")
        album.take(somebody, "desk-import")


def cards(album: Album, somebody: Person) -> None:
    """The sheet of sign-in cards of a small team."""
    somebody.turn_to("活动")
    somebody.press("双千", "main", exact=False)
    somebody.press("分组")
    somebody.follow(somebody.page.locator(".group-list h2 a").first)
    somebody.follow(somebody.page.locator(".group-rows a").first)
    somebody.press("打印登录卡")
    somebody.page.emulate_media(media="print")
    somebody.page.set_viewport_size(PAPER)
    album.take(somebody, "desk-cards")
    somebody.page.set_viewport_size(DESK["viewport"])
    somebody.page.emulate_media(media="screen")


def set_up(album: Album, somebody: Person) -> None:
    """A campaign in preparation, half ready."""
    today = datetime.now(TOWN_ZONE).date()
    somebody.go("/campaigns/new")
    somebody.fill("活动简称", "送温暖")
    somebody.fill("全称", "走访慰问困难家庭")
    somebody.fill("主题", "把温暖送到家门口")
    somebody.fill("开始日期", (today + timedelta(days=20)).isoformat())
    somebody.fill("结束日期", (today + timedelta(days=35)).isoformat())
    somebody.press("建立活动", "main")
    somebody.press("选走访对象")
    somebody.tap("全选")
    for words in ("困难户", "低保户", "独居老人户"):
        somebody.tap(words, exact=False)
    somebody.press("看看有多少户")
    somebody.press("列入", exact=False)
    somebody.press("返回")
    album.take(somebody, "desk-set-up")


def share_out(album: Album, somebody: Person) -> None:
    """Take what nobody visited yet in one village back, and look at who would get it."""
    somebody.turn_to("走访任务")
    somebody.press("双千", ".chips")
    somebody.choose("村", "长巷村")
    somebody.page.wait_for_url("**area=**")
    somebody.choose("状态", "待访")
    somebody.page.wait_for_url("**state=waiting**")
    somebody.tap("全选本页")
    somebody.press("分派…")
    somebody.press("收回")
    somebody.press("自动分派")
    somebody.press("算一个方案")
    scroll_to(somebody, ".figures", above=12)
    album.take(somebody, "desk-share-out")


def photograph(live: Live, folder: Path) -> list[Path]:
    """Take all pictures of a served demonstration."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        album = Album(browser, live, folder)
        try:
            for chapter in (sign_in_page, visitor, handler, leader, coordinator):
                chapter(album)
        finally:
            browser.close()
    return album.taken


def main() -> None:
    """Load the demonstration, photograph it, and replace its pictures in docs/screens when all went well."""
    back = {"FLASK_APP": EVENING, NAME: str(seconds_back(datetime.now(UTC)))}
    with new_instance() as instance, tempfile.TemporaryDirectory() as folder:
        flask(instance, "db", "upgrade")
        print("Loading the demonstration", flush=True)
        flask(instance, "demo", "load", **back)
        with serve(instance, f"{EVENING}:app", **back) as live:
            taken = photograph(live, Path(folder))
        SCREENS.mkdir(parents=True, exist_ok=True)
        for path in taken:
            shutil.copy(path, SCREENS)


if __name__ == "__main__":
    main()
