"""The rows that were not taken, to mend and upload again."""

from io import BytesIO
from pathlib import PurePath
from uuid import UUID

from flask import send_file
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import audit
from hengli_visits.errors import Missing
from hengli_visits.gate import actor, records_reading, session
from hengli_visits.imports import formats, mending, queries, uploads
from hengli_visits.imports.bad_rows import bad_sheets, kept_cells
from hengli_visits.imports.columns import OWN_HEADER
from hengli_visits.imports.packing import SHEET_LENGTH
from hengli_visits.imports.reading import open_file
from hengli_visits.imports.views.blueprint import bp, folder
from hengli_visits.models import ImportBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/imports/<uuid:batch_id>/bad.xlsx")
@records_reading
def bad_rows(batch_id: UUID) -> Response:
    """The rows that were not taken, in the layout of the file, each with the reason."""
    batch = queries.get_batch(session(), actor(), batch_id)
    data = _written(batch)
    audit.record(session(), actor(), "import.download_bad", "import_batch", batch.id, rows=batch.bad)
    session().commit()
    name = _("%(name)s 未采用", name=PurePath(batch.file_name).stem)
    answer = send_file(BytesIO(data), XLSX, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _written(batch: ImportBatch) -> bytes:
    """The spreadsheet. Raises `Missing` when every row was taken, or the rows are gone."""
    bad = bad_sheets(session(), batch, formats.why_bad)
    if not bad:
        raise Missing
    data = uploads.load(folder(), batch.id)
    pages = list(mending.from_file(open_file(data).sheets(), bad, OWN_HEADER, SHEET_LENGTH)) if data else []
    for name in bad.keys() - {page.name[:SHEET_LENGTH] for page in pages}:
        header, cells = kept_cells(session(), batch, name)
        pages.append(mending.from_cells(bad[name], header, cells, OWN_HEADER))
    return mending.write(pages)
