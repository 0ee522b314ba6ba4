"""What must hold on every page, looked at in the browser: nothing sticks out sideways, whatever can be tapped is large
enough, axe has nothing to say."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

SMALLEST = 44

SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const inner = [...document.querySelectorAll(".table-wrap")].filter((one) => one.scrollWidth > one.clientWidth + 1);
  if (inner.length > 0) return [`a table of ${inner[0].scrollWidth} px in ${inner[0].clientWidth} px`];
  const here = document.querySelector(".tabs [aria-current]")?.getBoundingClientRect();
  if (here && (here.left < -1 || here.right > wide + 1)) return ["the present tab is out of sight"];
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1);
  const names = out.slice(0, 3).map((one) => `${one.tagName}.${one.className.baseVal ?? one.className}`);
  return [`${document.documentElement.scrollWidth} px wide: ${names}`];
}"""

# Not measured: what nobody sees or could hit, links in running text, and inputs whose label is the target. Where a
# link's ::after covers its card, the card is the target.
SMALL = """(smallest) => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const target = (one) => {
    const over = getComputedStyle(one, "::after");
    if (over.content !== "none" && over.position === "absolute") return one.offsetParent;
    const own = one.getBoundingClientRect();
    const tiny = own.width <= 1 || own.height <= 1 || getComputedStyle(one).opacity === "0";
    if (one.matches("input[type=checkbox], input[type=radio], input[type=file]")) return one.closest("label");
    return tiny ? null : one;
  };
  const inText = (one) => one.matches("a") && getComputedStyle(one).display === "inline"
    && (one.parentElement?.textContent ?? "").trim().length > (one.textContent ?? "").trim().length;
  const all = document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])");
  const small = [];
  for (const one of all) {
    if (one.getAttribute("aria-hidden") === "true" || !seen(one) || inText(one) || one.matches(".skip, .sr")) continue;
    const box = target(one)?.getBoundingClientRect();
    if (box && (box.width < smallest - 0.5 || box.height < smallest - 0.5)) {
      const name = (one.textContent || one.name || "").trim().slice(0, 20);
      small.push(`${one.tagName}.${one.className} ${name} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }
  }
  return small;
}"""

# Scripts that bring the present tab into sight answer to a change of size in the next frame.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"

AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((n) => n.target + " " + n.failureSummary)}`);
}"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen, or a table wider than its place, or leaves the present tab aside."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


def small_targets(page: Page) -> list[str]:
    """What can be tapped and is smaller than a fingertip."""
    found: list[str] = page.evaluate(SMALL, SMALLEST)
    return found


def violations(page: Page) -> list[str]:
    """What axe finds fault with."""
    page.evaluate(f"window.axe || (() => {{ {_axe()} }})()")
    found: list[str] = page.evaluate(AXE)
    return found


def resize(page: Page, width: int, height: int) -> None:
    """Turn the window to another size, and let the page settle in it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SETTLED)


def set_on_root(page: Page, **attributes: Any) -> None:
    """Set the preferences that stand on the page's root (`size`, `theme`), and let the page settle."""
    for name, value in attributes.items():
        page.evaluate("([name, value]) => { document.documentElement.dataset[name] = value; }", [name, value])
    page.evaluate(SETTLED)
