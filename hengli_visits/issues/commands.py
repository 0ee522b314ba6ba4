"""Issues at the console."""

from pathlib import Path

import click
from flask.cli import AppGroup

from hengli_visits.issues.picture import markdown, svg

DOCS = Path(__file__).parents[2] / "docs"
PICTURE, PAGE = "issue-life.svg", "issue-life.md"
group = AppGroup("issues", help="Issues and their table of moves.")


@group.command("diagram")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=DOCS, help="Where to write.")
def _diagram(folder: Path) -> None:
    """Draw the table of moves: docs/issue-life.svg and the page that shows it, docs/issue-life.md."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((PICTURE, svg()), (PAGE, markdown())):
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)
