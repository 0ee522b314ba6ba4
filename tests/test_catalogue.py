"""Every text of the screen is in the English catalogue, translated, with its places kept."""

import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
PLACES = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue."""
    with (ROOT / "hengli_visits/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en")


def _looked_into(folder: str | os.PathLike[str]) -> bool:
    """Babel passes over folders whose names begin with an underscore; our macros are in one."""
    return not Path(folder).name.startswith(".") and Path(folder).name != "node_modules"


def used() -> set[str]:
    """The first (singular) msgid of every text in the sources."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_looked_into)
    return {message[0] if isinstance(message, tuple) else message for _f, _n, message, _c, _x in found}


def test_every_text_of_the_screen_is_translated(english: Catalog) -> None:
    told = {
        (m.id[0] if isinstance(m.id, tuple | list) else m.id)
        for m in english
        if m.id and (all(m.string) if isinstance(m.string, tuple | list) else m.string) and not m.fuzzy
    }
    assert sorted(used() - told) == [], "run `make messages` and translate"


def test_translations_keep_their_places(english: Catalog) -> None:
    for message in english:
        if not message.id:
            continue
        ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
        told = message.string if isinstance(message.string, tuple | list) else [message.string]
        texts = [text or "" for text in told]
        wanted = set(PLACES.findall(ids[-1]))
        for text in texts:
            assert set(PLACES.findall(text)) <= wanted, message.id
        assert set(PLACES.findall(texts[-1])) == wanted, message.id
