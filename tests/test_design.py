"""What the design system promises: readable colours in both themes, no inline style, and only drawings that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()
DARK_BLOCKS = re.findall(r"/\* dark \*/(.*?)\n *}", TOKENS, re.DOTALL)
INKS = ("ink", "ink-2", "ink-3", "brand", "done", "again", "wait", "send", "late", "stop")
GROUNDS = ("paper", "surface", "raised")


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = _colours(TOKENS.split("@media")[0])
THEMES = {"light": LIGHT, "dark": LIGHT | _colours(DARK_BLOCKS[0])}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_dark_is_the_same_by_wish_and_by_choice() -> None:
    assert [block.split() for block in DARK_BLOCKS] == [DARK_BLOCKS[0].split()] * 2


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(ink, f"{ink}-soft") for ink in INKS if f"{ink}-soft" in colours]
    pairs += [("ink", "brand-soft"), ("ink", "sunk"), ("ink-2", "sunk"), ("paper", "ink")]
    pairs += [("on-fill", fill) for fill in ("brand-fill", "brand-press")]
    pairs += [("on-band", band) for band in ("band-from", "band-mid", "band-to")]
    assert [(a, b) for a, b in pairs if _contrast(colours[a], colours[b]) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_inputs_and_focus_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [(edge, ground) for edge in ("edge", "focus") for ground in GROUNDS]
    assert [(a, b) for a, b in pairs if _contrast(colours[a], colours[b]) < 3] == []


def test_every_token_in_use_is_defined() -> None:
    defined = {name for file in STYLES for name in re.findall(r"(--[\w-]+):", file.read_text())}
    used = {(file.name, name) for file in STYLES for name in re.findall(r"var\((--[\w-]+)", file.read_text())}
    assert {(file, name) for file, name in used if name not in defined} == set()


def test_style_files_stay_short() -> None:
    assert [file.name for file in STYLES if len(file.read_text().splitlines()) > 300] == []


def test_slices_use_tokens_for_colours() -> None:
    own = [f for f in STYLES if f.parent.name == "css" and f.name not in ("tokens.css", "print.css")]
    assert [f.name for f in own if re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])|rgba?\(", f.read_text())] == []


def test_no_inline_style_or_script() -> None:
    faults = [
        f"{file.relative_to(ROOT)}: {found}"
        for file in TEMPLATES
        for found in re.findall(r"""<[^>]*\s(style|on[a-z]+)=|(<style|<script(?![^>]*src))""", file.read_text())
    ]
    assert faults == []


def test_only_drawings_that_exist() -> None:
    icons = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "img" / "icons.svg").read_text()))
    pictures = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "img" / "art.svg").read_text()))
    missing = []
    for file in TEMPLATES:
        text = file.read_text()
        wanted = set(re.findall(r"""\bicon\(\s*["']([\w-]+)["']""", text))
        wanted |= set(re.findall(r"""\bicon(?:_name)?["']?\s*[=:]\s*["']([\w-]+)["']""", text))
        wanted |= set(re.findall(r"""icon_button\([^"')]*(?:["'][^"']*["'])?[^"']*,\s*["']([\w-]+)["']""", text))
        missing += [f"{file.relative_to(ROOT)}: {name}" for name in wanted - icons]
        art = set(re.findall(r"""\bart\(\s*["']([\w-]+)["']""", text))
        missing += [f"{file.relative_to(ROOT)}: {name}" for name in art - pictures]
    assert missing == []
