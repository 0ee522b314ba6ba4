"""Who may have which paper, and who keeps templates."""

import io
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hengli_visits.models import IssueState, PaperKind
from hengli_visits.papers.standard import standard
from tests.cast import Cast
from tests.issues.making import make_issue
from tests.papers.making import order
from tests.permissions import Row

OFFICE = ("coordinator",)
LEADERS = (*OFFICE, "area_lead", "leader", "team_leader", "other_leader")
DOCUMENTS = (*OFFICE, "area_lead")
KEEPERS = (*OFFICE, "administrator")


def _dispatched(session: Session, cast: Cast) -> UUID:
    make_issue(session, cast, IssueState.DISPATCHED)
    return uuid4()


def _made(session: Session, cast: Cast) -> UUID:
    return order(session, cast.coordinator, cast.campaign, PaperKind.VISITS).id


def _upload(_cast: Cast, _made: Any) -> dict[str, Any]:
    return {"circular-file": (io.BytesIO(standard(PaperKind.CIRCULAR)), "通报.docx")}


def _order(kind: str, allowed: tuple[str, ...]) -> list[Row]:
    def address(cast: Cast, _made: Any) -> str:
        return f"/papers/new/{kind}?campaign={cast.campaign.id}"

    return [
        Row("papers.order", address, allowed, prepare=_dispatched),
        Row(
            "papers.order",
            address,
            allowed,
            method="POST",
            prepare=_dispatched,
            data=lambda _c, made: {"id": str(made)},
            bad=lambda _c, made: {"id": str(made), "since": "2026-07-02", "until": "1026-07-01"},
        ),
    ]


ROWS = [
    Row("papers.index", lambda _c, _m: "/papers", (*LEADERS, "handler", "other_handler")),
    *_order("visits", LEADERS),
    *_order("rectified", (*LEADERS, "handler")),
    *_order("daily", LEADERS),
    *_order("circular", DOCUMENTS),
    Row("papers.show", lambda _c, made: f"/papers/{made}", OFFICE, prepare=_made),
    Row("papers.progress", lambda _c, made: f"/papers/{made}/progress", OFFICE, prepare=_made),
    Row("papers.fetch", lambda _c, made: f"/papers/{made}/file", OFFICE, prepare=_made),
    Row("papers.resume", lambda _c, made: f"/papers/{made}/resume", OFFICE, method="POST", prepare=_made),
    Row("papers.remove", lambda _c, made: f"/papers/{made}/removal", OFFICE, method="POST", prepare=_made),
    Row("papers.templates", lambda _c, _m: "/papers/templates", KEEPERS),
    Row(
        "papers.replace_template",
        lambda _c, _m: "/papers/templates/circular",
        KEEPERS,
        method="POST",
        data=_upload,
        bad=lambda _c, _m: {"circular-file": (io.BytesIO(b"PK"), "通报.docx")},
    ),
    Row("papers.template_file", lambda _c, _m: "/papers/templates/summary/file", KEEPERS),
    Row("papers.restore_template", lambda _c, _m: "/papers/templates/summary/default", KEEPERS, method="POST"),
]
