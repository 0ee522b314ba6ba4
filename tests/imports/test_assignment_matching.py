"""Rosters of assignments against the book of households, the members' roster and a campaign."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import avoid_household, avoid_member
from hengli_visits.imports.actions import apply_batch, undo_batch
from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVisitor,
    Household,
    ImportBatch,
    Member,
    RosterKind,
    RowState,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import join, make_group, make_household, make_member
from tests.imports.importing import Rows, figures, read, reasons, rows_of
from tests.imports.undone import everything

KIND = RosterKind.ASSIGNMENTS
HEAD: list[object] = ["户编号", "户主", "村", "家庭住址", "走访员", "走访员电话", "工号", "小组"]


def line(household: Household | str, visitors: object, *, code: bool = True, **more: object) -> list[object]:
    """A row as an office writes it."""
    if isinstance(household, str):
        own: list[object] = [None, household, more.get("village"), more.get("address")]
    else:
        own = [household.code if code else None, household.name, more.get("village"), more.get("address")]
    return [*own, visitors, more.get("phone"), more.get("number"), more.get("team")]


def seen(session: Session, *rows: list[object]) -> ImportBatch:
    session.commit()
    return read(session, [HEAD, *rows], KIND)


def visitors_of(session: Session, household: Household) -> set[str]:
    query = (
        select(Member.name)
        .join(AssignmentVisitor, AssignmentVisitor.member_id == Member.id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.household_id == household.id, Assignment.removed_at.is_(None))
    )
    return set(session.scalars(query))


def notes(session: Session, batch: ImportBatch) -> list[str]:
    return [one["message"] % one["params"] for one in batch.outline["warnings"]]


def test_what_is_new_changed_and_the_same(session: Session, cast: Cast) -> None:
    """The second time nothing is left to do."""
    fresh = make_household(session, cast.village, "新来的")
    rows = (
        line(cast.household, "叶秀珍、方光润"),
        line(cast.second_household, "苏慧"),
        line(cast.spare_household, "叶秀珍 苏慧"),
        line(fresh, "方光润"),
    )
    batch = seen(session, *rows)
    assert figures(batch) == (1, 2, 1, 0, 0)
    assert notes(session, batch) == ["这一户还不在走访名单里，导入时一并列入。"]
    changed = rows_of(session, batch, RowState.CHANGED)
    assert [row.changes for row in changed] == [
        {"visitors": ["叶秀珍、方光润", "苏慧"]},
        {"visitors": ["", "叶秀珍、苏慧"], "team": ["长巷村组", "长巷村第1小组"]},
    ]
    apply_batch(session, SYSTEM, batch)
    session.commit()
    assert [visitors_of(session, one) for one in (cast.second_household, cast.spare_household, fresh)] == [
        {"苏慧"},
        {"叶秀珍", "苏慧"},
        {"方光润"},
    ]
    assert len(session.scalars(select(AssignmentMove).where(AssignmentMove.batch == batch.id)).all()) == 3
    assert figures(seen(session, *rows)) == (0, 0, 4, 0, 0)


def test_a_household_by_name_and_place(session: Session, cast: Cast) -> None:
    make_household(session, cast.other_village, cast.household.name)
    where = cast.household.street + cast.household.door
    batch = seen(
        session,
        line(cast.household, "苏慧", code=False),
        line(cast.household, "苏慧", code=False, village="长巷村", address=where),
        line(cast.household, "苏慧", code=False, village="长巷村", address="九十九巷99号"),
        line("没有这家", "苏慧"),
        ["CX-999", "没有", None, None, "苏慧", None, None, None],
        [cast.household.code, "别人家", None, None, "苏慧", None, None, None],
    )
    assert figures(batch) == (0, 1, 0, 5, 0)
    said = reasons(session, batch)
    parts = ("分不清是哪一户", "村或地址对不上", "户籍册里没有“没有这家”", "没有编号 CX-999", "不是“别人家”的")
    assert [part in text for part, text in zip(parts, said, strict=True)] == [True] * 5


def test_who_cannot_be_given_a_household(session: Session, cast: Cast) -> None:
    five = [make_member(session, name) for name in ("甲一", "乙二", "丙三", "丁四", "戊五")]
    join(session, cast.team, *five)
    batch = seen(
        session,
        line(cast.household, "叶秀珍、不在册"),
        line(cast.second_household, "路过"),
        line(cast.spare_household, "黄润"),
        line(cast.other_household, "甲一、乙二、丙三、丁四、戊五"),
    )
    assert figures(batch) == (0, 0, 0, 4, 0)
    assert reasons(session, batch) == [
        "党员册里没有 不在册。",
        "路过 不在这个活动的任何小组里，请先编入小组。",
        "这一户归长巷村组，走访员不在这个组里。",
        "一户最多 4 位走访员，这里有 5 位。",
    ]


def test_namesakes_are_told_apart_or_reported(session: Session, cast: Cast) -> None:
    """By phone, staff number, or because only one of them can have the household."""
    here, near = make_member(session, "重名"), make_member(session, "重名", staff_number="D-7")
    join(session, cast.team, here, near)
    join(session, cast.other_group, make_member(session, "同名"))
    join(session, cast.team, make_member(session, "同名"))
    unclear, by_phone, by_number, by_group = (
        line(cast.household, "重名"),
        line(cast.second_household, "重名", phone=here.phone),
        line(cast.spare_household, "重名", number="D-7"),
        line(cast.other_household, "同名"),
    )
    batch = seen(session, unclear, by_phone, by_number, by_group)
    assert figures(batch) == (0, 3, 0, 1, 0)
    assert reasons(session, batch) == ["党员册里有 2 位 重名，分不清是哪一位，请写上电话或工号。"]
    assert notes(session, batch) == ["党员册里有 2 位 同名，取了石涌村组的一位，请核对。"]
    session.rollback()
    session.add(AssignmentVisitor(assignment_id=cast.assignment.id, member_id=near.id, since=cast.campaign.created_at))
    assert figures(seen(session, line(cast.household, "叶秀珍、方光润、重名"))) == (0, 0, 1, 0, 0)
    foreign = seen(session, line(cast.household, "叶秀珍", phone=here.phone))
    assert "不是 叶秀珍 的" in reasons(session, foreign)[0]


def test_rows_of_one_household_belong_together(session: Session, cast: Cast) -> None:
    """One row per visitor: all of them get it, or, when one is not known, none."""
    both = (line(cast.household, "苏慧"), line(cast.household, "方光润"))
    batch = seen(session, *both)
    assert figures(batch) == (0, 2, 0, 0, 0)
    assert "走访员合在一起：方光润、苏慧" in notes(session, batch)[0]
    apply_batch(session, SYSTEM, batch)
    session.commit()
    assert visitors_of(session, cast.household) == {"苏慧", "方光润"}
    broken = seen(session, line(cast.second_household, "苏慧"), line(cast.second_household, "不在册"))
    assert figures(broken) == (0, 0, 0, 2, 0)
    assert "要一起改好才分派" in reasons(session, broken)[0]


def test_a_named_team_decides_for_who_is_in_two(session: Session, cast: Cast) -> None:
    second = make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group, areas=(cast.village,))
    join(session, second, cast.visitor)
    rows = (line(cast.spare_household, "叶秀珍", team="第2小组"), line(cast.household, "叶秀珍", team="没有的组"))
    batch = seen(session, *rows)
    assert "没有叫“没有的组”的小组" in notes(session, batch)[0]
    apply_batch(session, SYSTEM, batch)
    session.commit()
    session.refresh(cast.spare_assignment)
    assert cast.spare_assignment.group_id == second.id
    assert figures(seen(session, rows[0])) == (0, 0, 1, 0, 0)


def test_who_was_visited_keeps_that_and_removed_targets_come_back(session: Session, cast: Cast) -> None:
    cast.household.removed_at = cast.campaign.created_at
    cast.assignment.last_visit_at = cast.campaign.created_at
    cast.second_assignment.last_visit_at = cast.campaign.created_at
    cast.second_assignment.state = AssignmentState.VISITED
    cast.spare_assignment.removed_at = cast.campaign.created_at
    rows = [line(one, "苏慧") for one in (cast.household, cast.second_household, cast.spare_household)]
    batch = seen(session, *rows)
    assert figures(batch) == (1, 1, 0, 1, 0)
    assert "户籍册里已移出" in reasons(session, batch)[0]
    assert ["走访记录不变" in one for one in notes(session, batch)] == [True, False]
    apply_batch(session, SYSTEM, batch)
    session.commit()
    session.refresh(cast.second_assignment)
    assert cast.second_assignment.state is AssignmentState.VISITED
    assert visitors_of(session, cast.spare_household) == {"苏慧"}


@pytest.mark.parametrize("header", [["户主", "走访员"], ["户编号", "走访员电话"]])
def test_few_columns_are_enough(session: Session, cast: Cast, header: list[object]) -> None:
    values: Rows = [header, [cast.household.name if header[0] == "户主" else cast.household.code,
                             "苏慧" if header[1] == "走访员" else cast.team_leader.phone]]  # fmt: skip
    session.commit()
    assert figures(read(session, values, KIND)) == (0, 1, 0, 0, 0)


def test_assignments_are_undone_as_if_never_imported(session: Session, cast: Cast, standing_clock: Clock) -> None:
    """New targets go, removed ones are out again, visitors and groups are those of before."""
    fresh = make_household(session, cast.village, "新来的")
    cast.other_assignment.removed_at = cast.campaign.created_at
    session.commit()
    before = everything(session)
    rows = [line(one, "苏慧") for one in (cast.household, cast.spare_household, fresh)]
    batch = seen(session, *rows, line(cast.other_household, "黄润"))
    assert figures(batch) == (2, 2, 0, 0, 0)
    standing_clock.time += timedelta(minutes=5)
    apply_batch(session, SYSTEM, batch)
    session.commit()
    assert everything(session) != before
    undo_batch(session, SYSTEM, batch)
    session.commit()
    assert everything(session) == before


def test_who_is_kept_apart_is_a_bad_row_and_the_others_come_in(session: Session, cast: Cast) -> None:
    avoid_household(session, SYSTEM, cast.spare_assignment, cast.visitor.id)
    avoid_member(session, SYSTEM, cast.partner.id, cast.team_leader.id)
    batch = seen(
        session,
        line(cast.household, "方光润、苏慧"),
        line(cast.spare_household, "叶秀珍"),
        line(cast.second_household, "苏慧"),
    )
    assert figures(batch) == (0, 1, 0, 2, 0)
    assert reasons(session, batch) == [
        "方光润、苏慧要回避，不能一起走访，请换一人，或先解除回避。",
        "这一户要回避叶秀珍，请换一位走访员，或先解除回避。",
    ]
    apply_batch(session, SYSTEM, batch)
    session.commit()
    assert visitors_of(session, cast.second_household) == {"苏慧"}
    assert visitors_of(session, cast.spare_household) == set()


def test_what_stands_already_is_not_refused_for_being_kept_apart(session: Session, cast: Cast) -> None:
    avoid_household(session, SYSTEM, cast.assignment, cast.visitor.id)
    assert figures(seen(session, line(cast.household, "叶秀珍、方光润"))) == (0, 0, 1, 0, 0)
