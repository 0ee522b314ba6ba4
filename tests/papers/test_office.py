"""LibreOffice opens what we write and makes pages of it. Left out where there is none: the files themselves are tested
without it (formulas by `reckoning`, documents by python-docx)."""

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy.orm import Session

from hengli_visits.models import PaperKind
from hengli_visits.papers.rules import DOCUMENTS
from tests.cast import Cast
from tests.papers.making import data_of, order
from tests.visits.making import content, put, said

OFFICE = shutil.which("soffice")
WRITER = OFFICE and any(Path(OFFICE).resolve().parent.glob("libsw*lo.so"))
KINDS = (PaperKind.VISITS, PaperKind.WEEKLY, *(DOCUMENTS if WRITER else ()))


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on this machine")
def test_pages(session: Session, cast: Cast, tmp_path: Path) -> None:
    """All at once: the program takes longer to start than to convert."""
    put(session, cast.visitor, cast.assignment, content(feedback=(said(),)))
    session.commit()
    files = []
    for kind in KINDS:
        path = tmp_path / f"{kind.value}.{'docx' if kind in DOCUMENTS else 'xlsx'}"
        path.write_bytes(data_of(order(session, cast.coordinator, cast.campaign, kind)))
        files.append(str(path))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for kind in KINDS:
        with pypdfium2.PdfDocument(tmp_path / f"{kind.value}.pdf") as pages:
            width, height = pages[0].get_size()
            assert (round(width), round(height)) in ((595, 842), (842, 595)), kind
            assert (width < height) is (kind in DOCUMENTS)
            text = pages[0].get_textpage().get_text_range()
            assert kind.label[:2] in text or cast.campaign.name in text
