"""The permission table of imports."""

from io import BytesIO
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports import uploads
from hengli_visits.imports.actions import apply_batch, read_roster
from hengli_visits.models import ImportBatch, RosterKind
from tests.cast import Cast
from tests.imports.books import book
from tests.permissions import Row

COORDINATOR = frozenset({"coordinator"})
GOOD: list[list[object]] = [["户编号", "户主", "村", "家庭住址"], ["CX-900", "甲", "长巷村", "九巷1号"]]
FAMILIES: list[list[object]] = [["户编号", "户主", "村", "家庭住址"], ["XT-001", "甲", "新田村", "一巷1号"]]


def waiting(session: Session, _cast: Cast) -> ImportBatch:
    return read_roster(session, SYSTEM, None, "名册.xlsx", book(("名册", FAMILIES)))


def imported(session: Session, _cast: Cast) -> ImportBatch:
    batch = read_roster(session, SYSTEM, None, "名册.xlsx", book(("名册", GOOD)))
    apply_batch(session, SYSTEM, batch)
    return batch


def unclear(session: Session, _cast: Cast) -> ImportBatch:
    """A waiting batch with its file, which names a village in a way that the town does not know."""
    rows: list[list[object]] = [*FAMILIES, ["CX-900", "乙", "老长巷片", "一巷2号"]]
    data = book(("名册", rows))
    batch = read_roster(session, SYSTEM, RosterKind.HOUSEHOLDS, "名册.xlsx", data)
    uploads.keep(current_app.config["VISITS"].uploads, batch.id, data)
    return batch


def columns(*meanings: str) -> dict[str, str]:
    return {f"columns-{number}-meaning": meaning for number, meaning in enumerate(meanings)}


def upload(_cast: Cast, _made: Any) -> dict[str, Any]:
    return {"roster": (BytesIO(book(("名册", FAMILIES))), "名册.xlsx"), "kind": ""}


def no_roster(_cast: Cast, _made: Any) -> dict[str, Any]:
    return {"roster": (BytesIO(b"PK"), "名册.xlsx"), "kind": ""}


ROWS = [
    Row("imports.index", lambda _c, _m: "/imports", COORDINATOR),
    Row("imports.index", lambda _c, _m: "/imports", COORDINATOR, "POST", data=upload, bad=no_roster),
    Row("imports.progress", lambda _c, made: f"/imports/{made.id}/progress", COORDINATOR, prepare=waiting),
    Row("imports.resume", lambda _c, made: f"/imports/{made.id}/resume", COORDINATOR, "POST", prepare=waiting),
    Row("imports.show", lambda _c, made: f"/imports/{made.id}", COORDINATOR, prepare=waiting),
    Row(
        "imports.apply",
        lambda _c, made: f"/imports/{made.id}/apply",
        COORDINATOR,
        "POST",
        prepare=waiting,
        data=lambda _c, _m: {"villages-0-taken": "y", "villages-0-code": "XT", "extent": "good"},
        bad=lambda _c, _m: {"villages-0-taken": "y", "villages-0-code": "新田"},
        again=(409,),
    ),
    Row(
        "imports.discard", lambda _c, made: f"/imports/{made.id}/discard", COORDINATOR, "POST", prepare=waiting,
        again=(409,),
    ),
    Row("imports.bad_rows", lambda _c, made: f"/imports/{made.id}/bad.xlsx", COORDINATOR, prepare=waiting),
    Row("imports.twins", lambda _c, made: f"/imports/{made.id}/twins", COORDINATOR, prepare=waiting),
    Row("imports.twins", lambda _c, made: f"/imports/{made.id}/twins", COORDINATOR, "POST", prepare=waiting),
    Row("imports.undo", lambda _c, made: f"/imports/{made.id}/undo", COORDINATOR, prepare=imported),
    Row("imports.undo", lambda _c, made: f"/imports/{made.id}/undo", COORDINATOR, "POST", prepare=imported, again=(409,)),
    Row("imports.columns", lambda _c, made: f"/imports/{made.id}/columns", COORDINATOR, prepare=unclear),
    Row(
        "imports.correct_columns",
        lambda _c, made: f"/imports/{made.id}/columns",
        COORDINATOR,
        "POST",
        prepare=unclear,
        data=lambda _c, _m: columns("code", "name", "village", "address"),
        bad=lambda _c, _m: columns("code", "name", "name", ""),
    ),
    Row(
        "imports.forget_columns", lambda _c, made: f"/imports/{made.id}/columns/forget", COORDINATOR, "POST",
        prepare=unclear,
    ),
    Row(
        "imports.change_kind",
        lambda _c, made: f"/imports/{made.id}/kind",
        COORDINATOR,
        "POST",
        prepare=unclear,
        data=lambda _c, _m: {"kind": "households"},
        bad=lambda _c, _m: {"kind": "areas"},
    ),
    Row(
        "imports.learn_villages",
        lambda _c, made: f"/imports/{made.id}/villages",
        COORDINATOR,
        "POST",
        prepare=unclear,
        data=lambda c, _m: {"alias-names-0-area": "", "alias-names-1-area": str(c.village.id)},
        bad=lambda _c, _m: {"alias-names-1-area": "77777"},
    ),
]  # fmt: skip
