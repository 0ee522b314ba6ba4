"""A Chromium for the tests: found, or installed by `python -m tests.browsers install`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.required import all_required

pytest_plugins = ["tests.required"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHED = ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)
FONT = "fonts-wqy-zenhei"
MISSING = "no Chromium: `make browser` installs one, or CHROMIUM names one"


def _cache_folder() -> Path:
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    mac = sys.platform == "darwin"
    return Path.home() / ("Library/Caches/ms-playwright" if mac else ".cache/ms-playwright")


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    yield from filter(None, map(shutil.which, NAMES))
    for pattern in CACHED:
        yield from map(str, sorted(_cache_folder().glob(pattern), reverse=True))


def _runs(program: str) -> bool:
    """Whether it starts at all: Ubuntu's `chromium-browser` may be a mere hint at a snap."""
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@cache
def find_chromium() -> str | None:
    """Path of a Chromium that runs: CHROMIUM, one of the machine, one of Playwright's; None if there is none."""
    return next(filter(_runs, _candidates()), None)


def has_chinese_font() -> bool:
    """Whether Chinese shows as characters and not as boxes; taken for granted where no fontconfig can tell."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip())


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _install_packages(*packages: str) -> bool:
    """Install Debian packages; False where one may not or cannot."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    return _run("apt-get", "update", "-qq") and _run(*install)


def install() -> bool:
    """Make sure of a Chromium and a Chinese font, as far as this machine lets one; True if the tests can use both.

    Debian's packages are taken where one is root, else Playwright's own Chromium. Says what is missing.
    """
    wanted = [*(["chromium"] if find_chromium() is None else []), *([] if has_chinese_font() else [FONT])]
    if wanted:
        print(f"Installing for the browser tests: {', '.join(wanted)}", flush=True)
        _install_packages(*wanted)
        find_chromium.cache_clear()
    if find_chromium() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
        find_chromium.cache_clear()
    chromium, font = find_chromium(), has_chinese_font()
    print(f"Chromium: {chromium or 'none, browser tests cannot run'}")
    if not font:
        print(f"No Chinese font was found: screenshots will show boxes. Debian, Ubuntu: apt install {FONT}")
    return chromium is not None and font


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium without a window. Raises LookupError where there is none."""
    if (program := find_chromium()) is None:
        raise LookupError(MISSING)
    return playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of this test process; the test is skipped (with REQUIRE_ALL: fails) if there is none.

    Tests make their own context: `browser.new_context(base_url=…, viewport=…, locale="zh-CN")`, and close it.
    """
    if find_chromium() is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        raise SystemExit("usage: python -m tests.browsers install")
    if not install() and all_required():
        raise SystemExit(1)
