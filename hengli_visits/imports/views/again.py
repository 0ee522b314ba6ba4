"""Reading the kept file of a batch again: at once, or aside when it is a long one."""

from hengli_visits.errors import Conflict
from hengli_visits.imports import uploads
from hengli_visits.imports.views import working
from hengli_visits.imports.views.blueprint import folder
from hengli_visits.imports.views.upload import LARGE
from hengli_visits.models import BatchState, ImportBatch
from hengli_visits.wording import N_


def to_read(batch: ImportBatch) -> bytes | None:
    """The file of a batch, as far as it is to be read at once; None for a long one. Raises `Conflict` when it is not kept
    any more."""
    data = uploads.load(folder(), batch.id)
    if data is None:
        raise Conflict(N_("上传的文件已经不在了，请再上传一次。"))
    return None if uploads.weight(data) > LARGE else data


def go_on(batch: ImportBatch) -> None:
    """Start what was ordered of a batch, once that is committed."""
    if batch.state is BatchState.READING:
        working.start(folder(), batch.id)
