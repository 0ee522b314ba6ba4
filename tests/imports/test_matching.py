"""What importing would do, on small rosters against a small town."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.households.actions import remove_household
from hengli_visits.models import Household, HouseholdKind, Member, Organisation, RowState
from tests.cast import Cast
from tests.factories import make_household, make_member
from tests.imports.importing import Rows, bring, count, figures, read, reasons, rows_of

HEAD: list[object] = ["姓名", "所属党支部", "联系电话", "出生年月", "工号", "居住村"]
FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]
FIRM: list[object] = ["企业名称", "所在村", "地址", "员工人数", "联系人", "联系电话"]


def test_members_by_number_phone_and_name(session: Session, cast: Cast) -> None:
    by_number = make_member(session, "钱大", staff_number="A1")
    by_phone = make_member(session, "钱二", phone="13800000002")
    by_name = make_member(session, "钱三", phone=None)
    session.commit()
    rows: Rows = [HEAD, ["钱一", None, "13800000001", None, "A1", None], ["钱二", None, "13800000002", None, "A2", None],
            ["钱三", None, "13800000003", None, None, None], ["钱四", None, "13800000004", None, None, None]]  # fmt: skip
    batch = read(session, rows)
    assert figures(batch) == (1, 3, 0, 0, 0)
    changes = [row.changes for row in rows_of(session, batch, RowState.CHANGED)]
    assert changes[0] == {"name": ["钱大", "钱一"], "phone": [by_number.phone, "13800000001"]}
    assert changes[1:] == [{"staff_number": [None, "A2"]}, {"phone": [None, "13800000003"]}]
    bring(session, rows)
    session.expire_all()
    assert (by_number.name, by_number.initials, by_phone.staff_number) == ("钱一", "qy", "A2")
    assert by_name.phone == "13800000003"
    assert figures(read(session, rows)) == (0, 0, 4, 0, 0)


def test_a_phone_is_one_persons(session: Session, cast: Cast) -> None:
    batch = read(session, [HEAD, ["新来", None, cast.visitor.phone, None, None, None],
                           ["甲乙", None, "13800000009", None, None, None],
                           ["丙丁", None, "13800000009", None, None, None]])  # fmt: skip
    assert figures(batch) == (1, 0, 0, 2, 0)
    assert ["叶秀珍" in reasons(session, batch)[0], "甲乙" in reasons(session, batch)[1]] == [True, True]


def test_a_second_phone_may_be_anothers_first(session: Session, cast: Cast) -> None:
    batch = read(session, [HEAD, ["甲乙", None, f"13800000009/{cast.visitor.phone}", None, None, None]])
    assert figures(batch) == (1, 0, 0, 0, 0)


def test_namesakes_are_not_guessed(session: Session, cast: Cast) -> None:
    for born in ("1970-01", "1980-01"):
        bring(session, [HEAD, ["赵云", "农林水务局党支部", None, born, None, None]])
    batch = read(session, [HEAD, ["赵云", "农林水务局党支部", "13800000001", "1980.01", None, None]])
    assert [row.changes for row in rows_of(session, batch, RowState.CHANGED)] == [{"phone": [None, "13800000001"]}]
    batch = read(session, [HEAD, ["赵云", "农林水务局党支部", "13800000001", None, None, None]])
    assert "2 位同名" in reasons(session, batch)[0]
    batch = read(session, [HEAD, ["赵云", "农林水务局党支部", "13800000001", "1990.01", None, None]])
    assert figures(batch) == (1, 0, 0, 0, 0)


def test_who_was_taken_off_the_roster_is_not_put_back(session: Session, cast: Cast) -> None:
    make_member(session, "旧人", phone="13800000005", active=False)
    session.commit()
    batch = read(session, [HEAD, ["旧人", None, "13800000005", None, None, None]])
    assert "不在册" in reasons(session, batch)[0]


def test_blank_cells_wipe_nothing(session: Session, cast: Cast) -> None:
    bring(session, [FAMILY, ["CX-900", "甲", "长巷村", "二巷5号", "13800000001", 4]])
    batch = read(session, [FAMILY, ["CX-900", "甲", "长巷村", None, None, None]])
    assert figures(batch) == (0, 0, 1, 0, 0)


def test_new_branches_are_said_and_made(session: Session, cast: Cast) -> None:
    rows: Rows = [HEAD, ["甲乙", "长巷村第一党支部", "13800000001", None, None, "长巷"],
            ["丙丁", "力泰制衣厂党支部", "13800000002", None, None, "长巷"],
            ["戊己", "农林水务局党支部", "13800000003", None, None, "长巷"]]  # fmt: skip
    batch = read(session, rows)
    said = {one["name"]: (one["sector"], one["village"]) for one in batch.outline["branches"]}
    assert said == {
        "长巷村第一党支部": ("village", "长巷村"), "力泰制衣厂党支部": ("new", None), "农林水务局党支部": ("office", None),
    }  # fmt: skip
    bring(session, rows)
    made = session.scalars(select(Organisation).where(Organisation.name == "长巷村第一党支部")).one()
    assert (made.sector, made.area_id) == ("village", cast.village.id)


def test_households_by_code(session: Session, cast: Cast) -> None:
    code = cast.household.code
    batch = read(session, [FAMILY, [code, "钟林锡", "长巷", "长巷村三巷8号", "13800000001", "5人"]])
    assert rows_of(session, batch, RowState.CHANGED)[0].changes == {
        "size": [None, 5], "phone": [cast.household.phone, "13800000001"],
        "address": ["", "长巷村三巷8号"], "street": ["二巷", "三巷"], "door": [cast.household.door, "8号"],
    }  # fmt: skip
    bring(session, [FAMILY, [code, "钟林锡", "长巷", "长巷村三巷8号", "13800000001", "5人"]])
    session.expire_all()
    assert (cast.household.door_number, cast.household.street, cast.household.category) == (8, "三巷", "困难户")


def test_a_code_is_not_passed_on(session: Session, cast: Cast) -> None:
    firm = make_household(session, cast.village, "力泰厂", kind=HouseholdKind.ENTERPRISE)
    gone = make_household(session, cast.village, "搬走的")
    remove_household(session, SYSTEM, gone)
    session.commit()
    rows: Rows = [FAMILY, [cast.household.code, "别人", "长巷村", "九巷99号", None, 1],
            [firm.code, "力泰", "长巷村", "九巷98号", None, 1], [gone.code, "搬走的", "长巷村", None, None, 1]]  # fmt: skip
    batch = read(session, rows)
    assert figures(batch) == (0, 0, 0, 3, 0)
    assert ["钟林锡" in reasons(session, batch)[0], "力泰厂" in reasons(session, batch)[1]] == [True, True]
    assert "移出" in reasons(session, batch)[2]


def test_households_without_codes_get_them_and_keep_them(session: Session, cast: Cast) -> None:
    rows: Rows = [FAMILY[1:], ["甲", "长巷村", "七巷1号", "13800000001", 2], ["乙", "长巷村", "七巷2号", None, 2],
            ["丙", "长巷村", None, "13800000003", 2], ["丙", "长巷村", None, "13800000004", 2]]  # fmt: skip
    bring(session, rows)
    codes = session.scalars(select(Household.code).where(Household.name.in_(("甲", "乙", "丙"))).order_by(Household.id))
    numbers = [int(code.removeprefix("CX-")) for code in codes]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert figures(read(session, rows)) == (0, 0, 4, 0, 0)


def test_enterprises_by_name_and_place(session: Session, cast: Cast) -> None:
    rows: Rows = [FIRM, ["力泰制衣厂", "石涌村", "工业二路5号", 20, "甲", "13800000001"],
            ["力泰制衣厂", "石涌村", "工业二路6号", 30, "乙", "13800000002"]]  # fmt: skip
    bring(session, rows)
    batch = read(session, [FIRM, ["力泰制衣厂", "石涌村", "石涌村工业二路6号", 31, "乙", "13800000002"]])
    changes = rows_of(session, batch, RowState.CHANGED)[0].changes
    assert (changes["size"], set(changes)) == ([30, 31], {"size", "address"})
    codes = session.scalars(select(Household.code).where(Household.kind == HouseholdKind.ENTERPRISE))
    assert sorted(codes) == ["SY-Q001", "SY-Q002"]


@pytest.mark.parametrize("ticked", [True, False])
def test_a_village_that_is_not_there_is_offered(session: Session, cast: Cast, ticked: bool) -> None:
    rows: Rows = [FAMILY, ["XT-001", "甲", "新田村", "新田村一巷1号", None, 2], ["XT-002", "乙", "新田村", "二巷2号", None, 2],
            [None, "丙", "长巷村", "八巷1号", None, 2]]  # fmt: skip
    batch = read(session, rows)
    assert (figures(batch), batch.outline["villages"][0]["code"]) == ((1, 0, 0, 2, 0), "XT")
    assert "新田村" in reasons(session, batch)[0]
    counts = bring(session, rows, villages={"新田村": "xt9"} if ticked else {})
    assert (counts.new, counts.bad) == ((3, 0) if ticked else (1, 2))
    assert count(session, Household) == 4 + counts.new


def test_bad_rows_keep_their_place_and_cells(session: Session, cast: Cast) -> None:
    batch = read(
        session, [FAMILY, ["CX-901", "甲", "长巷村", "一巷1号", "110", 2], ["CX-902", "", "长巷村", "", "", ""]]
    )
    first, second = rows_of(session, batch, RowState.BAD)
    assert (first.sheet, first.number, first.label, first.notes[0]["column"]) == ("名册", 2, "甲", "联系电话")
    assert (first.notes[0]["value"], second.number, second.data["cells"][0]) == ("110", 3, "CX-902")
    assert count(session, Member) == 12
