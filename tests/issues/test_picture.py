"""The picture of the table of moves and the page around it."""

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from hengli_visits.issues.commands import PAGE, PICTURE
from hengli_visits.issues.picture import markdown, svg
from hengli_visits.issues.picture.layout import picture
from hengli_visits.issues.picture.reading import arrows
from hengli_visits.issues.rules import MOVES
from hengli_visits.models import IssueState

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "text"), [(PICTURE, svg()), (PAGE, markdown())])
def test_the_documentation_shows_the_table_as_it_is(name: str, text: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == text, "run: flask --app wsgi issues diagram"


def test_the_command_writes_both(sqlite_app: Flask, tmp_path: Path) -> None:
    result = sqlite_app.test_cli_runner().invoke(args=["issues", "diagram", "--folder", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / PICTURE).read_text(encoding="utf-8") == svg()
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == markdown()


def test_every_state_and_every_step_that_leads_somewhere_is_drawn() -> None:
    drawn = "".join(ElementTree.fromstring(svg()).itertext())
    assert all(state.label in drawn for state in IssueState)
    assert all(
        f"{step.verb.label} · " in drawn for step in MOVES if step.sources and step.target not in (None, *step.sources)
    )


def test_nothing_covers_anything() -> None:
    whole = picture()
    labels = [curve.label for curve in whole.curves]
    assert len(labels) == len(arrows())
    assert not [pair for pair in combinations([*labels, *whole.boxes.values()], 2) if pair[0].meets(pair[1])]
    assert all(box.within(whole.width, whole.height) for box in labels)
