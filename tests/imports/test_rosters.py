import itertools
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from hengli_visits.imports import layouts
from hengli_visits.imports.columns import ColumnMap, Layout
from hengli_visits.imports.rosters import read_enterprises, read_households, read_members, scan_members
from hengli_visits.imports.teams import read_groups
from hengli_visits.imports.workbook import Cell, CellError, Row, Sheet
from tests.imports.books import VILLAGES, book
from tests.imports.cells import CELLS
from tests.imports.reading import Reader, Rows, notes, problems, read

HOUSEHOLDS = ["序号", "户编号", "户主姓名", "家庭人口数", "家庭住址", "联系电话", "户类别", "备注"]


def test_members_in_another_layout() -> None:
    data = book(
        (
            "2026年",
            [
                ["横沥镇2026年党员信息表"],
                ["填报单位:组织办", None, None, "单位:人"],
                ["手 机", "党支部名称", "党员姓名*", "性 别", "党员身份", "出生日期", "现居住地", "爱好"],
                [13800000001.0, "中共 石涌村党支部", "张 三", "男", "正式", "1975.08", "甲处", "书法"],
                ["138-0000-0002", "〃", "李四（副组长）", "女", "预备", date(1980, 3, 9), None, None],
                [None, None, "小计", 2],
                ["手机", "党支部名称", "党员姓名", "性别", "党员身份", "出生日期"],
                ["13800000003", "石涌村党支部", "王五", "未知", "正式", "1975年13月"],
                [None, None, None, None, None, None, None, "钢琴"],
                ["注:本表一式两份"],
                ["填表人:赵六", None, "审核人:钱七"],
            ],
        )
    )
    roster = read(read_members, data)
    assert [(one.name, one.phone, one.branch, one.standing) for one in roster.records()] == [
        ("张三", "13800000001", "中共石涌村党支部", "full"),
        ("李四", "13800000002", "中共石涌村党支部", "probationary"),
    ]
    assert problems(roster) == [("2026年", 8, "出生日期", "“1975年13月”不是有效的年月，请写成 1975.08。")]
    assert [(one.row, one.why.text()) for one in roster.skipped] == [
        (6, "合计行。"),
        (7, "重复的表头。"),
        (9, "除序号或备注外没有内容。"),
        (10, "说明文字。"),
        (11, "说明文字。"),
    ]
    assert [note.text() for note in roster.sheets[0].notes] == ["没有用到的列：现居住地、爱好。"]


def test_households_in_another_layout() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A4:A6")
        sheet.merge_cells("E3:F3")

    rows: Rows = [
        ["横沥镇走访户一览表"],
        ["制表日期:2026年6月"],
        ["村别", "户主", "人口", "门牌号", "联系方式", None, "户别"],
        ["长巷", "张三", "三人", "一巷3号之一", "13800000001、0769-83700000/13800000002", None, "困难"],
        [None, "李四", 2.0, "横沥镇长巷村二巷4号", "无", None, "渔民户"],
        [None, "王五", "五六人", "二巷5号", "1380000000", None, "普通户"],
        ["恒泉居委会", "赵六", 1.0, "石涌村三巷6号", "13800000004", None, None],
        ["长港村", "钱七", 1.0, "三巷7号", "13800000005"],
        ["恒泉社区", None, 1.0, "三巷8号", "13800000006"],
        ["恒泉社区", "赵 六", 1.0, "三巷6号", "13800000004"],
    ]
    roster = read(read_households, book(("Sheet1", rows), then=merge))
    first, second, third = roster.records()
    assert (first.village, first.size, first.street, first.door, first.door_number) == (
        "长巷村",
        3,
        "一巷",
        "3号之一",
        3,
    )
    assert (first.phone, first.second_phone, first.remarks) == ("13800000001", "0769-83700000", "13800000002")
    assert (second.village, second.street, second.phone, second.category) == ("长巷村", "二巷", None, "渔民户")
    assert (third.village, third.street) == ("恒泉社区", "三巷")
    assert (5, "联系方式", "没有填写联系电话。") in notes(roster)
    assert (7, "门牌号", "地址写的是石涌村，所属村(社区)是恒泉社区，请核对。") in notes(roster)
    assert [(bad[1], bad[2]) for bad in problems(roster)] == [
        (6, "联系方式"),
        (6, "人口"),
        (8, "村别"),
        (9, "户主"),
        (10, "户主"),
    ]
    assert "“长港村”" in problems(roster)[2][3]


def test_village_by_sheet_title_or_address() -> None:
    header = ["户主", "地址"]
    data = book(
        ("石涌", [header, ["张三", "一巷3号"]]),
        ("二", [["横沥镇隔坑村走访户名册"], header, ["李四", "一巷3号"]]),
        ("三", [header, ["王五", "水边村一巷3号"], ["赵六", "一巷3号"]]),
    )
    roster = read(read_households, data)
    assert [record.village for record in roster.records()] == ["石涌村", "隔坑村", "水边村"]
    assert problems(roster) == [("三", 3, "所属村(社区)", "看不出属于哪个村(社区)。")]


def test_enterprises_in_another_layout() -> None:
    rows: Rows = [
        ["企业走访表"],
        ["公司名称", "负责人", "手机", "用工人数", "厂址", "所属村"],
        ["甲 电子厂（普通合伙）", "张三", "13800000001", "约100人", "工业一路3号", "田坑"],
        ["乙五金厂", "李四", "13800000002", "50-100", "工业一路4号", "田坑"],
        ["甲电子厂(普通合伙)", "张三", "13800000001", 100.0, "田坑村工业一路3号", "田坑村"],
    ]
    roster = read(read_enterprises, book(("企业", rows)))
    (record,) = roster.records()
    assert (record.name, record.size, record.contact, record.village) == ("甲电子厂(普通合伙)", 100, "张三", "田坑村")
    assert problems(roster) == [
        ("企业", 4, "用工人数", "“50-100”不是人数，请填整数。"),
        ("企业", 5, "公司名称", "与“企业”第 3 行重复。"),
    ]


def test_groups_in_another_layout() -> None:
    rows: Rows = [
        ["分组表"],
        ["(2026年)"],
        ["走访村", "组名", "组长", "组长手机", "小组名称", "小组长", "组员"],
        ["月塘、田坑", "第1组", "张三", "13800000001", "第1小组", "李四", "王 五,赵六"],
        [None, None, None, None, "第2小组", "钱七", "孙八 周九"],
        ["月塘村", "第1组", "吴十", "13800000009", "第3小组", "郑一", "王二"],
        ["月塘村", "第1组", "张三", "13800000001", "第2小组", "郑一", "王二"],
        ["月塘村", "第2组", "陈三", "123", "第1小组", "郑一", "王二"],
    ]
    roster = read(read_groups, book(("分组", rows)))
    first, second = roster.records()
    assert (first.villages, first.members) == (("月塘村", "田坑村"), ("王五", "赵六"))
    assert (second.group, second.group_leader, second.team, second.members) == (
        "第1组",
        "张三",
        "第2小组",
        ("孙八", "周九"),
    )
    assert second.villages == first.villages
    assert [(bad[1], bad[2]) for bad in problems(roster)] == [(6, "组长"), (7, "小组名称"), (8, "组长手机")]


def test_duplicates_and_shared_phones() -> None:
    rows: Rows = [
        ["姓名", "电话", "工号"],
        ["张三", "13800000001", "A1"],
        ["张 三", "138 0000 0001", "A2"],
        ["李四", "13800000001", "A3"],
        ["王五", "13800000005", "a1"],
        ["王五", None, None],
        ["王五", None, None],
    ]
    roster = read(read_members, book(("甲", rows)))
    assert [record.name for record in roster.records()] == ["张三", "李四", "王五"]
    assert [(bad[1], bad[2], bad[3]) for bad in problems(roster)] == [
        (3, "姓名", "与“甲”第 2 行重复。"),
        (5, "工号", "与“甲”第 2 行重复。"),
        (7, "姓名", "与“甲”第 6 行重复。"),
    ]
    assert (4, "电话", "与“甲”第 2 行的电话相同。") in notes(roster)


def test_codes_stand_once_across_sheets() -> None:
    rows: Rows = [[*HOUSEHOLDS], [1, "SY-1", "张三", 3, "一巷1号", "13800000001", "普通户"]]
    roster = read(read_households, book(("石涌村", rows), ("隔坑村", rows)))
    assert problems(roster) == [("隔坑村", 2, "户编号", "与“石涌村”第 2 行重复。")]


def test_ditto_follows_the_row_above_even_when_that_was_reported() -> None:
    rows: Rows = [
        ["姓名", "所属党支部", "电话"],
        ["张三", "同上", "13800000001"],
        ["李四", "石涌村党支部", "1"],
        ["王五", "同上", "13800000003"],
        [None, "合计", "3人"],
        ["赵六", '"', "13800000004"],
    ]
    roster = read(read_members, book(("甲", rows)))
    assert [(record.name, record.branch) for record in roster.records()] == [
        ("王五", "石涌村党支部"),
        ("赵六", "石涌村党支部"),
    ]
    assert [(bad[1], bad[2]) for bad in problems(roster)] == [(2, "所属党支部"), (3, "电话")]


def test_sheets_that_are_not_read_say_why() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden" if sheet.title == "去年" else "visible"
        sheet.row_dimensions[3].hidden = True

    rows: Rows = [["姓名", "电话"], ["张三", "13800000001"], ["李四", "13800000002"]]
    data = book(
        ("今年", rows),
        ("去年", rows),
        ("填表说明", [["请如实填写"]]),
        ("空", []),
        ("无姓名", [["性别", "电话"], ["男", "1"]]),
        then=hide,
    )
    roster = read(read_members, data)
    assert [(one.name, one.rows, [note.text() for note in one.notes]) for one in roster.sheets] == [
        ("今年", 2, ["有 1 行是隐藏的(第 3 行)，也已读取。"]),
        ("去年", 3, ["工作表是隐藏的，没有读取。"]),
        ("填表说明", 1, ["没有找到表头，没有读取。"]),
        ("空", 0, []),
        ("无姓名", 2, ["表头里缺少：姓名。"]),
    ]
    assert len(roster.taken) == 2


def test_the_users_correction_of_columns_counts() -> None:
    data = book(("甲", [["姓名", "电话", "曾用名"], ["小张", "13800000001", "张三"]]))
    roster = read(read_members, data, corrections={"甲": {1: "phone", 2: "name"}})
    assert [record.name for record in roster.records()] == ["张三"]


def test_another_source_of_rows_will_do() -> None:
    rows: Iterable[Row] = [Row(1, ("姓名", "电话")), Row(2, ("张三", CellError("#N/A"))), Row(3, ("李四",))]
    outcomes = list(scan_members([Sheet("甲.csv", iter(rows))], VILLAGES))
    assert [type(one).__name__ for one in outcomes] == ["Reported", "Taken", "SheetSummary"]


def test_reported_rows_keep_their_cells() -> None:
    roster = read(read_members, book(("甲", [["姓名", "电话"], ["张三", "1"], [None, "13800000001"]])))
    assert [bad.cells for bad in roster.reported] == [("张三", "1"), ("", "13800000001")]
    assert problems(roster)[1][3] == "没有填写姓名。"
    assert isinstance(roster.sheets[0].columns, ColumnMap)


@pytest.mark.parametrize(
    ("reader", "layout"),
    [
        (read_members, layouts.MEMBERS),
        (read_households, layouts.HOUSEHOLDS),
        (read_enterprises, layouts.ENTERPRISES),
        (read_groups, layouts.GROUPS),
    ],
    ids=["members", "households", "enterprises", "groups"],
)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(lines=st.lists(st.lists(CELLS, min_size=1, max_size=12), max_size=8))
def test_whatever_stands_in_the_cells_every_row_has_one_outcome(
    reader: Reader, layout: Layout, lines: list[list[Cell]]
) -> None:
    header = Row(1, tuple(field.words[0] for field in layout.fields))
    cells = (tuple(None if cell == "" else cell for cell in line) for line in lines)
    below = [row for number, line in enumerate(cells, start=2) if (row := Row(number, line)).own()]
    roster = reader([Sheet("石涌村", iter([header, *below]))], VILLAGES)
    outcomes = [one.row for kind in (roster.taken, roster.reported, roster.skipped) for one in kind]
    assert sorted(outcomes) == [row.number for row in below]
    assert roster.sheets[0].rows == len(below)
    assert all(bad.problems for bad in roster.reported)
    for finding in itertools.chain.from_iterable(bad.problems for bad in roster.reported):
        assert finding.reason.text()
        assert finding.column
