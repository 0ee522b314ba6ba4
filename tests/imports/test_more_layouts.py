"""Rosters laid out as offices lay them out: members, enterprises, groups, assignments."""

from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from hengli_visits.imports.assignments import read_assignments
from hengli_visits.imports.reading import guess_kind, open_file
from hengli_visits.imports.rosters import read_enterprises, read_households, read_members
from hengli_visits.imports.teams import read_groups
from hengli_visits.models import RosterKind
from tests.imports.books import book
from tests.imports.reading import Rows, notes, problems, read


def test_members_with_names_in_two_columns_and_ticks_for_the_gender() -> None:
    rows: Rows = [
        ["姓", "名", "性别", None, "出生年月", "支部"],
        [None, None, "男", "女", None, None],
        ["张", "三", "√", None, "75年8月", "石涌村党支部"],
        ["欧阳", "小华", None, "√", 1975.8, "同上"],
        ["李", "四", "√", "√", "19750801", "石涌村党支部"],
    ]
    roster = read(read_members, book(("党员", rows)))
    assert [(one.name, one.gender, one.born, one.branch) for one in roster.records()] == [
        ("张三", "man", date(1975, 8, 1), "石涌村党支部"),
        ("欧阳小华", "woman", date(1975, 8, 1), "石涌村党支部"),
    ]
    assert [bad[1:3] for bad in problems(roster)] == [(5, "性别/男")]


def test_members_below_lines_that_name_their_branch() -> None:
    rows: Rows = [
        ["序号", "姓名", "性别", "出生", "手机"],
        ["石涌村第一党支部"],
        [1, "张三", "男√ 女", "1975.8", "13800000001"],
        ["石涌村第二党支部（2人）"],
        [1, "李四", "☑女 □男", "一九七五年十月", "13800000002"],
        [2, "王五", "不男不女", "八月", "13800000003"],
    ]
    roster = read(read_members, book(("党员", rows)))
    assert [(one.name, one.gender, one.branch, one.born) for one in roster.records()] == [
        ("张三", "man", "石涌村第一党支部", date(1975, 8, 1)),
        ("李四", "woman", "石涌村第二党支部", date(1975, 10, 1)),
    ]
    assert [bad[1:3] for bad in problems(roster)] == [(6, "性别"), (6, "出生")]
    assert [one.row for one in roster.skipped] == [2, 4]


def test_members_with_a_sheet_for_each_village() -> None:
    rows: Rows = [["姓名", "电话"], ["张三", "13800000001"]]
    roster = read(read_members, book(("石涌村", rows), ("隔坑", [["姓名", "电话"], ["李四", "13800000002"]])))
    assert [one.village for one in roster.records()] == ["石涌村", "隔坑村"]
    assert (2, "居住村(社区)", "村(社区)取自小标题或工作表名：石涌村。") in notes(roster)


def test_enterprises_with_codes_as_numbers_and_contacts_beside_phones() -> None:
    rows: Rows = [
        ["企业名称", "统一社会信用代码", "负责人及电话", "地址", "从业人员"],
        ["甲电子厂", 914419001234567890.0, "张三13800000001", "石涌村工业路3号", 12.0],
        ["乙五金厂", "91441900MA4UABCD1X", "李四 13800000002", "石涌村工业路4号", "约30人"],
        ["丙塑胶厂", "9.1442E+17", None, "文明路5号", "50-100"],
    ]
    roster = read(read_enterprises, book(("企业", rows)))
    assert [(one.code, one.contact, one.phone, one.size) for one in roster.records()] == [
        (None, "张三", "13800000001", 12),
        ("91441900MA4UABCD1X", "李四", "13800000002", 30),
    ]
    assert (2, "统一社会信用代码", "编号存成了数值，后几位已经丢失，没有采用。请把这一列改为文本后重新填写。") in notes(
        roster
    )
    assert [bad[1:3] for bad in problems(roster)] == [(4, "所在村(社区)"), (4, "从业人员")]


def test_enterprises_with_a_header_of_two_rows() -> None:
    rows: Rows = [
        ["序号", "企业名称", "法定代表人", None, "经营", None],
        [None, None, "姓名", "电话", "地址", "范围"],
        [1, "甲厂", "张三", "13800000001", "石涌村工业路1号", "五金"],
        [2, "乙公司", "李四", "13800000002", "石涌村工业路2号", "塑胶"],
    ]
    roster = read(read_enterprises, book(("企业", rows)))
    assert [(one.name, one.contact, one.industry) for one in roster.records()] == [
        ("甲厂", "张三", "五金"),
        ("乙公司", "李四", "塑胶"),
    ]


def test_groups_whose_members_stand_in_rows_of_their_own() -> None:
    rows: Rows = [
        ["组别", "小组", "姓名", "职务", "联系电话"],
        ["第一组", "第1小组", "张三", "组长", "13800000001"],
        [None, None, "李四", "组员", "13800000002"],
        [None, None, "王5", "组员", None],
        [None, "第2小组", "赵六", "组长", "13800000004"],
        [None, None, "钱七", "组员", None],
        ["第一组", "第1小组", "孙八", "组员", None],
    ]
    roster = read(read_groups, book(("分组", rows)))
    assert [(one.row, one.record.team, one.record.team_leader, one.record.members) for one in roster.taken] == [
        (2, "第1小组", "张三", ("张三", "李四")),
        (5, "第2小组", "赵六", ("赵六", "钱七")),
    ]
    assert [(one.row, one.why.text()) for one in roster.skipped] == [
        (3, "已并入第 2 行的小组。"),
        (6, "已并入第 5 行的小组。"),
    ]
    assert [bad[1:3] for bad in problems(roster)] == [(4, "姓名"), (7, "小组")]


def test_groups_with_merged_cells_and_members_in_several_columns() -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A2:A3", "B2:B3"):
            sheet.merge_cells(cells)

    rows: Rows = [
        ["组别", "组长", "小组", "小组长", "组员1", "组员2", "组员3"],
        ["第一组", "张三", "第1小组", "李四", "王五", "赵六", None],
        [None, None, "第2小组", "孙八", "周九", None, "吴十"],
    ]
    roster = read(read_groups, book(("分组", rows), then=merge))
    assert [(one.group, one.group_leader, one.members) for one in roster.records()] == [
        ("第一组", "张三", ("王五", "赵六")),
        ("第一组", "张三", ("周九", "吴十")),
    ]


def test_groups_with_a_sheet_each() -> None:
    rows: Rows = [["小组", "小组长", "成员"], ["第1小组", "张三", "李四、王五"]]
    data = book(("第一组", rows), ("第二组", rows))
    assert guess_kind(open_file(data)) is RosterKind.GROUPS
    assert [one.group for one in read(read_groups, data).records()] == ["第一组", "第二组"]


def test_groups_without_teams_that_are_called_teams() -> None:
    rows: Rows = [
        ["序号", "走访小组", "组长", "电话", "组员"],
        [1, "第一小组", "张三", "13800000001", "李四，王五；赵六"],
        [2, "第二小组", "钱七", "138", "孙八 周九"],
    ]
    data = book(("分组", rows))
    assert guess_kind(open_file(data)) is RosterKind.GROUPS
    roster = read(read_groups, data)
    assert [(one.group, one.team, one.group_leader_phone, one.members) for one in roster.records()] == [
        ("第一小组", None, "13800000001", ("李四", "王五", "赵六"))
    ]
    assert [bad[1:3] for bad in problems(roster)] == [(3, "电话")]


def test_assignments() -> None:
    rows: Rows = [
        ["户编号", "户主", "地址", "走访员", "联系电话", "工号", "小组"],
        ["HQ-1", "张三", "石涌村一巷1号", "李四、王 五", "13800000001/138 0000 0002", "A1,A2", "第1小组"],
        ["HQ-2", "赵六", "石涌村一巷2号", "李四", "13800000001", None, None],
        [None, None, "石涌村一巷2号", "李四", "13800000001", None, None],
        ["HQ-3", "赵六", "石涌村一巷3号", None, None, None, None],
        ["HQ-2", "赵六", "石涌村一巷2号", "李四", "13800000001", None, None],
    ]
    data = book(("分派", rows))
    assert guess_kind(open_file(data)) is RosterKind.ASSIGNMENTS
    first, second = read(read_assignments, data).records()
    assert (first.code, first.household, first.village, first.street, first.door) == (
        "HQ-1",
        "张三",
        "石涌村",
        "一巷",
        "1号",
    )
    assert (first.visitors, first.phones) == (("李四", "王五"), ("13800000001", "13800000002"))
    assert (first.staff_numbers, first.team, second.visitors) == (("A1", "A2"), "第1小组", ("李四",))
    assert [bad[1:] for bad in problems(read(read_assignments, data))] == [
        (4, "户主", "没有填写户主姓名或户编号。"),
        (5, "走访员", "没有填写走访员。"),
        (6, "户主", "与“分派”第 3 行重复。"),
    ]


def test_assignments_by_visitor_with_merged_cells_and_two_visitors() -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A2:A3", "B2:B3"):
            sheet.merge_cells(cells)

    rows: Rows = [
        ["走访党员", "手机", "户主", "住址", "所属村"],
        ["张三", "13800000001", "李四", "一巷1号", "石涌"],
        [None, None, "王五", "一巷2号", "石涌"],
    ]
    merged = read(read_assignments, book(("分派", rows), then=merge))
    assert [(one.household, one.visitors, one.phones) for one in merged.records()] == [
        ("李四", ("张三",), ("13800000001",)),
        ("王五", ("张三",), ("13800000001",)),
    ]
    two: Rows = [
        ["户编号", "走访员1", "走访员1电话", "走访员2", "走访员2电话"],
        ["HQ-1", "李四", "13800000001", "王五", "13800000002"],
    ]
    (record,) = read(read_assignments, book(("分派", two))).records()
    assert (record.visitors, record.phones) == (("李四", "王五"), ("13800000001", "13800000002"))


def test_categories_that_are_ticked_and_lists_of_all_persons() -> None:
    ticked: Rows = [
        ["户主", "住址", "类别", None, None],
        [None, None, "困难户", "低保户", "党员户"],
        ["张三", "一巷1号", "√", None, "√"],
        ["李四", "一巷2号"],
    ]
    roster = read(read_households, book(("石涌村", ticked)))
    assert [(one.category, one.remarks) for one in roster.records()] == [("困难户", "党员户"), (None, "")]
    persons: Rows = [
        ["户号", "姓名", "与户主关系", "住址"],
        ["1", "张三", "户主", "一巷1号"],
        ["1", "李四", "妻", "一巷1号"],
    ]
    roster = read(read_households, book(("石涌村", persons)))
    assert [one.name for one in roster.records()] == ["张三"]
    assert [one.why.text() for one in roster.skipped] == ["家庭成员（妻），不是户主，没有当作一户。"]


def test_names_and_phones_in_one_column() -> None:
    groups: Rows = [
        ["组别", "组长及电话", "组员"],
        ["第1组", "张三 13800000001", "李四、王五"],
        ["第2组", "赵六（138-0000-0002）", "钱七"],
    ]
    roster = read(read_groups, book(("分组", groups)))
    assert [(one.group_leader, one.group_leader_phone) for one in roster.records()] == [
        ("张三", "13800000001"),
        ("赵六", "13800000002"),
    ]
    assert (2, "组长及电话", "姓名和电话已分开：张三，13800000001。") in notes(roster)
    visitors: Rows = [
        ["户主", "门牌", "走访人员"],
        ["张三", "一巷1号", "李四 王五"],
        ["赵六", "一巷2号", "李四13800000001、王五(13800000002)"],
    ]
    roster = read(read_assignments, book(("石涌村", visitors)))
    assert [(one.visitors, one.phones) for one in roster.records()] == [
        (("李四", "王五"), ()),
        (("李四", "王五"), ("13800000001", "13800000002")),
    ]


def test_dates_of_another_meaning_are_no_births_and_data_is_no_header() -> None:
    header = ["姓名", "性别", "入党时间", "户籍地址", "所在党支部"]
    lines = [[name, "男", "1999.07", "石涌村一巷1号", "石涌村第一党支部"] for name in ("张三", "李四", "王五")]
    roster = read(read_members, book(("花名册", [header, *lines])))
    assert [(one.born, one.village) for one in roster.records()] == [(None, None)] * 3
    bare = [
        [name, "男", "1975.08", "石涌村第一党支部", f"1380000000{number}", "正式党员"]
        for number, name in enumerate(("张三", "李四", "欧阳小华"))
    ]
    data = book(("Sheet1", bare))
    assert guess_kind(open_file(data)) is RosterKind.MEMBERS
    roster = read(read_members, data)
    assert [(one.name, one.gender, one.standing, one.born) for one in roster.records()][2] == (
        "欧阳小华",
        "man",
        "full",
        date(1975, 8, 1),
    )
