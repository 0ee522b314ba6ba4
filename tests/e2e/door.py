"""At the door with a phone: what a visitor does there, without a network too, and what the server has in the end."""

import io
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from hengli_visits.extensions import db
from hengli_visits.models import Photo, Visit
from tests.browsers import ARGUMENTS, find_chromium
from tests.e2e.person import PHONE, Person
from tests.e2e.seed import Seeded

SETTINGS: dict[str, Any] = PHONE | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
NO_NETWORK = re.compile("Failed to load resource|net::ERR_|FetchEvent.*network error", re.IGNORECASE)


class Visitor(Person):
    """A person at the door: that there is no network is nothing to complain of."""

    def _hear(self, message: Any) -> None:
        if not NO_NETWORK.search(message.text):
            super()._hear(message)

    def offline(self, away: bool = True) -> None:
        """The network goes, or comes back."""
        self.context.set_offline(away)

    def enter(self, town: Seeded, who: str = "visitor", path: str = "/assignments/mine") -> None:
        """Sign in, open the list, and wait until the phone has everything that it needs without a network."""
        town.enter(self, who, path)
        self.packed()

    def packed(self) -> None:
        """The worker is in charge and the pages lie on the phone."""
        self.page.evaluate("navigator.serviceWorker.ready")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")
        until(lambda: self.held("pages") > 10)

    def held(self, shelf: str = "outbox") -> int:
        """How many things lie on a shelf of the phone's store."""
        return int(self.page.evaluate(_COUNT, shelf))

    def sent(self) -> None:
        """Nothing waits any more: the bar on top is gone."""
        expect(self.page.locator("[data-waiting]")).to_be_hidden()

    def told(self) -> None:
        """All has arrived, and the pages that tell of it have been fetched."""
        until(lambda: self.held() == 0)

    def waits(self, text: str = "条待上传") -> None:
        """The bar on top says what waits."""
        expect(self.page.locator("[data-waiting]")).to_contain_text(text)

    def open_first(self) -> str:
        """Open the first household of the list; returns its name."""
        link = self.page.locator(".card-title a:visible").first
        name = link.inner_text()
        self.follow(link)
        return name

    def begin(self) -> str:
        """Open the form for the first household of the list; returns its name."""
        name = self.open_first()
        self.press("记录走访")
        self.ready()
        return name

    def ready(self) -> None:
        """The form keeps what is written."""
        expect(self.page.locator("form[data-keeps]")).to_be_attached()

    def save(self) -> None:
        """Save, and be led on to another page."""
        self.press("保存")

    def save_fails(self, sentence: str, button: str = "保存") -> None:
        """Save, and be told what is wrong, on the same page."""
        self.tap(button)
        expect(self.page.locator(".error-summary")).to_contain_text(sentence)

    def remark(self, text: str) -> None:
        """Write a remark, which is folded away."""
        folded = self.page.locator("details.visit-more")
        if folded.get_attribute("open") is None:
            self.touch(folded.locator("summary"))
        self.fill("备注", text)

    def misdate(self) -> None:
        """Give a time of the visit that the phone lets pass and the server does not."""
        field = self.page.locator('[name="visited_at"]')
        field.evaluate("(one) => { one.type = 'text'; one.value = '1066-10-14T10:00'; }")

    def kept(self) -> None:
        """What was typed lies on the phone."""
        expect(self.page.locator("form[data-kept=yes]")).to_be_attached()

    def photograph(self, *colours: str) -> None:
        """Add photos from the album."""
        files: list[Any] = [
            {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)} for colour in colours
        ]
        shown = self.page.locator("[data-shots] img").count()
        self.page.locator("input[data-shots-kept]").set_input_files(files)
        expect(self.page.locator("[data-shots] img")).to_have_count(shown + len(colours))


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.05)


_COUNT = """async (shelf) => {
  const known = await indexedDB.databases();
  if (!known.some((one) => one.name === "visits")) return 0;
  return new Promise((done) => {
    const asked = indexedDB.open("visits");
    asked.onsuccess = () => {
      const database = asked.result;
      const count = database.transaction(shelf).objectStore(shelf).count();
      count.onsuccess = () => { database.close(); done(count.result); };
    };
  });
}"""


def photo(colour: str) -> bytes:
    """A photo as a camera makes it, larger than what is sent."""
    file = io.BytesIO()
    Image.new("RGB", (2400, 1800), colour).save(file, "JPEG", quality=90)
    return file.getvalue()


def noise() -> bytes:
    """A photo that stays large however it is encoded."""
    file = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


@contextmanager
def at_door(browser: Browser, base: str, **more: Any) -> Iterator[Visitor]:
    """A visitor with a phone of their own. Fails at the end when the browser had anything to complain of."""
    context = browser.new_context(base_url=base, **(SETTINGS | more))
    visitor = Visitor(context, base, phone=True)
    try:
        yield visitor
        assert not visitor.complaints, visitor.complaints
    finally:
        context.close()


@dataclass
class Handset:
    """A phone whose browser can be killed and opened again on the same store."""

    browser: Browser
    base: str
    folder: Path
    context: BrowserContext | None = None

    def open(self) -> Visitor:
        """Start the browser."""
        self.context = self.browser.browser_type.launch_persistent_context(
            self.folder, executable_path=find_chromium(), args=list(ARGUMENTS), base_url=self.base, **SETTINGS
        )
        return Visitor(self.context, self.base, phone=True)

    def kill(self) -> None:
        """The system kills the browser, with all of its processes, from one moment to the next."""
        listed = subprocess.run(["pgrep", "-f", str(self.folder)], check=False, capture_output=True, text=True)
        for pid in map(int, listed.stdout.split()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.context = None


@contextmanager
def handset(browser: Browser, base: str) -> Iterator[Handset]:
    """A phone with a store on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="phone-"))
    phone = Handset(browser, base, folder)
    try:
        yield phone
    finally:
        phone.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(town: Seeded) -> Iterator[Session]:
    """The server's database."""
    with town.app.app_context(), Session(db.engine.execution_options(deferred=True), expire_on_commit=False) as session:
        yield session


def visits_with(town: Seeded, remark: str) -> list[Visit]:
    """The visits whose remarks begin so, with revisions and photos."""
    with database(town) as session:
        query = select(Visit).where(Visit.remarks.startswith(remark))
        return list(session.scalars(query.options(selectinload(Visit.revisions), selectinload(Visit.photos))))


def count_visits(town: Seeded) -> int:
    """How many visits there are."""
    with database(town) as session:
        return session.scalar(select(func.count(Visit.id))) or 0


def count_photos(town: Seeded) -> int:
    """How many photos there are."""
    with database(town) as session:
        return session.scalar(select(func.count()).select_from(Photo)) or 0
