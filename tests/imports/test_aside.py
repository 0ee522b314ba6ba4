"""Work on a roster that a process of its own does: as the process does it, here in this one."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import aside, clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM
from hengli_visits.errors import Conflict
from hengli_visits.households.actions import save_household
from hengli_visits.imports import uploads
from hengli_visits.imports.actions import apply_batch, discard_batch, order_apply, receive
from hengli_visits.imports.views.working import work
from hengli_visits.models import AuditEntry, BatchState, Household, ImportBatch, ImportRow, RosterKind
from tests.cast import Cast
from tests.imports.books import book
from tests.imports.importing import Rows, count, read
from tests.pages import SignIn

FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]


def rows_of(number: int) -> Rows:
    return [FAMILY, *([f"CX-9{one:04d}", "甲", "长巷村", f"九巷{one}号", "", 4] for one in range(number))]


def received(session: Session, cast: Cast, folder: Path, data: bytes) -> UUID:
    batch = receive(session, actor_of(session, cast.coordinator.id), RosterKind.HOUSEHOLDS, "名册.xlsx", data)
    session.commit()
    uploads.keep(folder, batch.id, data)
    return batch.id


def test_a_long_roster_is_read_portion_by_portion(session: Session, cast: Cast, tmp_path: Path) -> None:
    """More rows than one portion holds are all there, in their order; how far it is can be told."""
    batch_id = received(session, cast, tmp_path, book(("名册", rows_of(2_100))))
    work(session, tmp_path, batch_id)
    batch = session.get_one(ImportBatch, batch_id)
    assert (batch.state, batch.new, aside.progress(uploads.place(tmp_path), batch_id)) == (
        BatchState.READ,
        2_100,
        2_100,
    )
    numbers = session.scalars(select(ImportRow.number).where(ImportRow.batch_id == batch_id).order_by(ImportRow.id))
    assert list(numbers) == list(range(2, 2_102))


def test_what_cannot_be_read_says_why_and_keeps_nothing(session: Session, cast: Cast, tmp_path: Path) -> None:
    batch_id = received(session, cast, tmp_path, b"PK nothing")
    work(session, tmp_path, batch_id)
    batch = session.get_one(ImportBatch, batch_id)
    assert batch.state is BatchState.FAILED
    assert batch.failure is not None
    assert "重新另存" in batch.failure["message"]
    assert count(session, ImportRow) == 0


def test_an_ordered_import_is_its_orderers(session: Session, cast: Cast, tmp_path: Path) -> None:
    batch = read(session, rows_of(3))
    session.commit()
    order_apply(session, actor_of(session, cast.coordinator.id), batch, villages={}, town=None)
    session.commit()
    with pytest.raises(Conflict):
        apply_batch(session, SYSTEM, batch)
    session.rollback()
    work(session, tmp_path, batch.id)
    assert (batch.state, batch.new) == (BatchState.APPLIED, 3)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import.apply")).one()
    assert entry.actor_id == cast.coordinator.id
    work(session, tmp_path, batch.id)
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "import.apply")).one() is entry


def test_an_ordered_import_compares_anew_what_changed_meanwhile(
    session: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between comparing and writing somebody takes a code: the row is held back, the others come."""
    batch = read(session, rows_of(2))
    order_apply(session, actor_of(session, cast.coordinator.id), batch, villages={}, town=None)
    session.commit()
    came = clock.now()
    end = session.rollback

    def meanwhile() -> None:
        end()
        if not session.scalar(select(Household.id).where(Household.code == "CX-90000")):
            save_household(
                session, SYSTEM, None, kind="family", code="CX-90000", name="快一步", area_id=cast.village.id,
                street="一巷", door="9号", address="一巷9号",
            )  # fmt: skip
            session.commit()

    monkeypatch.setattr(session, "rollback", meanwhile)
    work(session, tmp_path, batch.id)
    assert batch.applied_at is not None
    assert batch.applied_at >= came
    assert (batch.state, batch.new, batch.bad) == (BatchState.APPLIED, 1, 1)


def test_what_came_to_nothing_stands_as_before(session: Session, cast: Cast, tmp_path: Path) -> None:
    batch = read(session, rows_of(2))
    order_apply(session, actor_of(session, cast.coordinator.id), batch, villages={}, town=None)
    session.commit()
    batch.outline = batch.outline | {"town": "横沥镇", "villages": [_village("新村")]}
    batch.choices = batch.choices | {"apply": batch.choices["apply"] | {"villages": {"新村": "CX"}}}
    session.commit()
    work(session, tmp_path, batch.id)
    assert batch.state is BatchState.READ
    assert batch.failure is not None
    discard_batch(session, SYSTEM, batch)
    assert session.scalar(select(ImportBatch.state)) is BatchState.DISCARDED


def test_why_an_ordered_import_came_to_nothing_stands_on_its_page(
    session: Session, cast: Cast, tmp_path: Path, sign_in: SignIn
) -> None:
    batch = read(session, [*rows_of(2), ["CX-99999", "", "长巷村", "九巷9号", "", 4]])
    order_apply(session, actor_of(session, cast.coordinator.id), batch, villages={}, town=None, whole=True)
    session.commit()
    work(session, tmp_path, batch.id)
    page = sign_in(cast.coordinator).page(f"/imports/{batch.id}")
    assert "还有 1 行没有采用，所以什么都没有导入。" in page.text


def _village(name: str) -> dict[str, object]:
    place = {"latitude": None, "longitude": None}
    return {"name": name, "code": "XC", "kind": "village", "rows": 1, "ticked": True, **place}


def test_two_never_work_on_one_roster(tmp_path: Path) -> None:
    batch_id = UUID(int=7)
    uploads.keep(tmp_path, batch_id, b"x")
    assert aside.is_stuck(uploads.place(tmp_path), batch_id)
    with (
        aside.working(uploads.place(tmp_path), batch_id) as first,
        aside.working(uploads.place(tmp_path), batch_id) as second,
    ):
        assert (first, second) == (True, False)
        assert not aside.is_stuck(uploads.place(tmp_path), batch_id)
    aside.note_progress(uploads.place(tmp_path), batch_id, 5)
    assert not aside.is_stuck(uploads.place(tmp_path), batch_id)
    uploads.sweep(tmp_path, {batch_id})
    assert uploads.load(tmp_path, batch_id) == b"x"
    uploads.sweep(tmp_path, set())
    assert uploads.load(tmp_path, batch_id) is None
