"""A paper as .docx, from the templates that stand beside this file."""

from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from hengli_visits.issues.papers import Paper

FOLDER = Path(__file__).parent


def docx_of(paper: Paper) -> bytes:
    """The paper as a .docx file. What people wrote is escaped: it can neither be markup nor a template."""
    document = DocxTemplate(FOLDER / f"{paper.kind.value}.docx")
    given: dict[str, Any] = {
        "title": paper.title,
        "number": paper.number,
        "day": paper.day,
        "lines": paper.lines,
        "by_hand": paper.by_hand,
        "printed_by": paper.printed_by,
        "printed_at": paper.printed_at,
    }
    document.render(given, autoescape=True)
    document.docx.core_properties.title = f"{paper.kind.label} {paper.number}"
    document.docx.core_properties.author = ""
    file = BytesIO()
    document.save(file)
    return file.getvalue()
