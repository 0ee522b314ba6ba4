"""The permission table of imports."""

from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import apply_batch, read_roster
from hengli_visits.models import ImportBatch
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


def upload(_cast: Cast, _made: Any) -> dict[str, Any]:
    return {"roster": (BytesIO(book(("名册", FAMILIES))), "名册.xlsx"), "kind": ""}


def no_roster(_cast: Cast, _made: Any) -> dict[str, Any]:
    return {"roster": (BytesIO(b"PK"), "名册.xlsx"), "kind": ""}


ROWS = [
    Row("imports.index", lambda _c, _m: "/imports", COORDINATOR),
    Row("imports.index", lambda _c, _m: "/imports", COORDINATOR, "POST", data=upload, bad=no_roster),
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
]  # fmt: skip
