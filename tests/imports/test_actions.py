"""Batches: read, imported, discarded; what happens when somebody else was faster."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.extensions import db
from hengli_visits.households.actions import save_household
from hengli_visits.imports.actions import apply_batch, comparing, discard_batch, read_roster
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.reasons import BadFile
from hengli_visits.members.actions import save_member
from hengli_visits.models import (
    AuditEntry,
    BatchState,
    Campaign,
    CampaignState,
    Household,
    ImportBatch,
    ImportRow,
    Member,
    RosterKind,
    RowState,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_campaign, make_member
from tests.imports.books import book
from tests.imports.importing import GROUPS, HOUSEHOLDS, MEMBERS, Rows, bring, count, figures, read, reasons
from tests.imports.reading import sample

FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]
ROWS: Rows = [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "13800000001", 4]]


def test_a_preview_writes_nothing_of_the_town(session: Session, cast: Cast) -> None:
    before = count(session, Household)
    batch = read(session, ROWS)
    assert (figures(batch), batch.state, count(session, Household)) == ((1, 0, 0, 0, 0), BatchState.READ, before)


def test_only_coordinators_import(session: Session, cast: Cast) -> None:
    batch = read(session, ROWS)
    leader = Actor(id=cast.leader.id, name="温永然", led_groups=frozenset({cast.group.id}))
    for refused in (
        lambda: read_roster(session, leader, None, "a.xlsx", book(("名册", ROWS))),
        lambda: apply_batch(session, leader, batch),
        lambda: discard_batch(session, leader, batch),
    ):
        with pytest.raises(Missing):
            refused()


@pytest.mark.parametrize("decide", [apply_batch, discard_batch])
def test_a_batch_is_decided_once(session: Session, cast: Cast, decide: object) -> None:
    batch = read(session, ROWS)
    assert callable(decide)
    decide(session, SYSTEM, batch)
    session.commit()
    for again in (apply_batch, discard_batch):
        with pytest.raises(Conflict):
            again(session, SYSTEM, batch)
        session.rollback()


def test_what_changed_since_the_preview_is_not_overwritten(session: Session, cast: Cast) -> None:
    bring(session, ROWS)
    rows = [*ROWS, ["CX-901", "乙", "长巷村", "九巷6号", "13800000002", 2]]
    rows[1] = ["CX-900", "甲", "长巷村", "九巷5号", "13800000001", 5]
    batch = read(session, rows)
    assert figures(batch) == (1, 1, 0, 0, 0)
    household = session.scalars(select(Household).where(Household.code == "CX-900")).one()
    save_household(session, SYSTEM, household, phone="13900000009")
    save_household(session, SYSTEM, None, kind="family", code="CX-901", name="丙", area_id=cast.village.id)
    session.commit()
    counts = apply_batch(session, SYSTEM, batch)
    session.commit()
    assert (counts.new, counts.changed, counts.bad) == (0, 0, 2)
    assert all("又有人改过" in text for text in reasons(session, batch))
    session.expire_all()
    assert (household.phone, household.size) == ("13900000009", 4)


def test_what_somebody_else_brought_meanwhile_is_the_same(session: Session, cast: Cast) -> None:
    batch = read(session, ROWS, RosterKind.HOUSEHOLDS)
    other = read_roster(session, SYSTEM, None, "b.xlsx", book(("表", ROWS)))
    session.commit()
    assert apply_batch(session, SYSTEM, other).new == 1
    session.commit()
    counts = apply_batch(session, SYSTEM, batch)
    assert (counts.new, counts.same, counts.bad) == (0, 1, 0)


def test_two_coordinators_at_once(app: Flask, session: Session, cast: Cast) -> None:
    batches = [read(session, sample(HOUSEHOLDS)).id, read_roster(session, SYSTEM, None, "b", book(("表", ROWS))).id]
    session.commit()
    outcomes: list[object] = []

    def run(batch_id: object) -> None:
        with app.app_context(), Session(db.engine) as own:
            try:
                outcomes.append(apply_batch(own, SYSTEM, own.get_one(ImportBatch, batch_id)).new)
                own.commit()
            except Conflict:
                outcomes.append("conflict")

    threads = [threading.Thread(target=run, args=(one,)) for one in (batches[0], batches[0], batches[1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("conflict") == 1
    codes = session.scalars(select(Household.code)).all()
    assert len(set(codes)) == len(codes)
    assert {"CX-900", "SY-001"} <= set(codes)


def test_a_clash_imports_nothing(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = read(
        session, [FAMILY, ["CX-900", "甲", "长巷村", "九巷5号", "", 4], ["CX-901", "乙", "长巷村", "九巷6号", "", 4]]
    )
    before = count(session, Household)

    def late(own: comparing.Comparison, records: Sequence[Any]) -> list[Verdict]:
        found = matched(own, records)
        save_household(session, SYSTEM, None, kind="family", code="CX-901", name="快一步", area_id=cast.village.id)
        return found

    matched = comparing.Comparison.verdicts
    monkeypatch.setattr(comparing.Comparison, "verdicts", late)
    with pytest.raises(Conflict):
        apply_batch(session, SYSTEM, batch)
    session.rollback()
    assert count(session, Household) == before


def test_discarding_deletes_residents_data(session: Session, cast: Cast) -> None:
    batch = read(session, [FAMILY, ["CX-900", " 甲 乙 ", "长巷", "九巷5号", "+86 13800000001", 4]])
    assert batch.outline["cleanings"]
    discard_batch(session, SYSTEM, batch)
    session.commit()
    assert (count(session, ImportRow), batch.new, batch.outline["cleanings"]) == (0, 1, [])


def test_the_same_file_waits_once_and_nothing_waits_for_ever(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    data = book(("名册", ROWS))
    first = read(session, data)
    second = read(session, data)
    session.refresh(first)
    assert (first.state, second.state, count(session, ImportRow)) == (BatchState.DISCARDED, BatchState.READ, 1)
    standing_clock.time += timedelta(days=8)
    read(session, [FAMILY, ["CX-905", "乙", "长巷村", "九巷5号", "", 4]])
    session.refresh(second)
    assert (second.state, count(session, ImportRow)) == (BatchState.DISCARDED, 1)


def test_kinds_are_guessed(session: Session, cast: Cast) -> None:
    kinds = [read(session, sample(name)).kind for name in (MEMBERS, HOUSEHOLDS, GROUPS, "villages.csv", "branches.csv")]
    assert kinds == ["members", "households", "groups", "areas", "branches"]
    with pytest.raises(BadFile, match="看不出"):
        read(session, [["甲", "乙"], ["丙", "丁"]])
    with pytest.raises(BadFile, match="看不出"):
        read(session, sample("群众意见样例.csv"))


def test_files_that_cannot_be_of_a_kind(session: Session, cast: Cast) -> None:
    for data, kind, words in (
        (b"", None, "空的"),
        (b"name,code\n", RosterKind.AREAS, "没有内容"),
        (sample(MEMBERS), RosterKind.AREAS, "缺少"),
        (b"x" * (20 * 1024 * 1024 + 1), RosterKind.MEMBERS, "20 MB"),
        (b"PK" + b"x" * (20 * 1024 * 1024), RosterKind.MEMBERS, "20 MB"),
        (b"a," * (11 * 1024 * 1024), None, "20 MB"),
    ):
        with pytest.raises(BadFile, match=words):
            read_roster(session, SYSTEM, kind, "a.xlsx", data)
        session.rollback()


def test_groups_need_one_open_campaign(session: Session, cast: Cast) -> None:
    assert read(session, sample(GROUPS)).campaign_id == cast.campaign.id
    other = make_campaign(session, "周")
    session.commit()
    with pytest.raises(Invalid, match="哪个活动"):
        read(session, sample(GROUPS))
    assert read(session, sample(GROUPS), campaign=other).campaign_id == other.id
    other.state = CampaignState.CLOSED
    with pytest.raises(Invalid, match="结束"):
        read_roster(session, SYSTEM, None, "a.xlsx", sample(GROUPS), campaign=other)
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    with pytest.raises(Invalid, match="先建立活动"):
        read_roster(session, SYSTEM, None, "a.xlsx", sample(GROUPS))


def test_the_town_needs_a_name(session: Session) -> None:
    batch = read(session, sample("villages.csv"))
    with pytest.raises(Invalid):
        apply_batch(session, SYSTEM, batch, town=" ")
    session.rollback()


def test_the_audit_holds_no_names(session: Session, cast: Cast) -> None:
    bring(session, ROWS)
    bring(session, [["姓名", "联系电话"], ["甲乙", "13800000001"]])
    entries = session.scalars(select(AuditEntry)).all()
    actions = {entry.action for entry in entries}
    assert {"import.read", "import.apply", "household.enrol", "member.enrol"} <= actions
    assert not [entry for entry in entries if "甲" in str(entry.data) or "1380000" in str(entry.data)]


def test_file_names_are_tidied(session: Session, cast: Cast) -> None:
    data = book(("名册", ROWS))
    names = ["C:\\机密\\名册.xlsx", "../../名\x00册.xlsx", "长" * 200 + ".xlsx", ""]
    stored = [read_roster(session, SYSTEM, None, name, data).file_name for name in names]
    assert stored[:2] == ["名册.xlsx", "名册.xlsx"]
    assert (len(stored[2]), stored[2][-5:], stored[3]) == (120, ".xlsx", "未命名")


def test_a_member_changed_on_the_page_is_seen(session: Session, cast: Cast) -> None:
    make_member(session, "金一", phone="13800000001")
    session.commit()
    batch = read(session, [["姓名", "联系电话", "备注"], ["金一", "13800000001", "骨干"]])
    assert figures(batch) == (0, 1, 0, 0, 0)
    member = session.scalars(select(Member).where(Member.phone == "13800000001")).one()
    save_member(session, SYSTEM, member, remarks="骨干")
    session.commit()
    counts = apply_batch(session, SYSTEM, batch)
    assert (counts.changed, counts.same) == (0, 1)
    assert session.scalars(select(ImportRow.state)).all() == [RowState.SAME]
