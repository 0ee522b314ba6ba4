"""Rosters laid out as offices lay them out: registers of households."""

from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from hengli_visits.imports.outcomes import Roster
from hengli_visits.imports.reading import guess_kind, open_file
from hengli_visits.imports.rosters import read_households
from hengli_visits.models import RosterKind
from tests.imports.books import VILLAGES, book
from tests.imports.reading import Rows, made, problems, read


def skips(roster: Roster[Any]) -> list[tuple[int, str]]:
    return [(one.row, one.why.text()) for one in roster.skipped]


def sheet_notes(roster: Roster[Any]) -> list[str]:
    return [note.text() for note in roster.sheets[0].notes]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("two_row_header.xls", "单元格里是错误值 #DIV/0!，请改正公式或填写内容。"),
        ("two_row_header.ods", "单元格里是错误值 #DIV/0!，请改正公式或填写内容。"),
        ("two_row_header.xlsb", "单元格里是错误值 #N/A，请改正公式或填写内容。"),
    ],
)
def test_other_formats_with_a_header_of_two_rows(name: str, error: str) -> None:
    """One table in three formats: merged titles over columns, a hidden row, column and sheet, an error, a total."""
    data = made(name)
    assert guess_kind(open_file(data)) is RosterKind.HOUSEHOLDS
    roster = read(read_households, data)
    assert [
        (one.row, one.record.name, one.record.size, one.record.phone, one.record.category) for one in roster.taken
    ] == [
        (4, "张三", 3, "13800000001", "困难户"),
        (5, "李四", 4, "13800000002", "普通户"),
        (6, "王五", 2, "13800000003", "低保户"),
        (2, "陈一", None, None, None),
        (3, "陈一", None, None, None),
        (4, "陈二", None, None, None),
    ]
    assert roster.taken[0].record.second_phone == "0769-83700001"
    assert [one.record.village for one in roster.taken] == ["石涌村"] * 3 + ["隔坑村"] * 3
    assert problems(roster) == [("石涌村", 7, "户主", "没有填写户主姓名。"), ("石涌村", 8, "地址", error)]
    assert skips(roster) == [(9, "合计行。")]
    assert sheet_notes(roster) == ["有 1 行是隐藏的(第 5 行)，也已读取。", "隐藏的列也已读取：家庭情况/类别。"]
    assert [one.name for one in roster.sheets if one.header_row is None] == ["去年"]


def test_parts_of_one_header_over_two_rows() -> None:
    rows: Rows = [
        ["家庭", "户主", "联系", "详细"],
        ["人口数", "姓名", "电话", "地址"],
        [3, "张三", "13800000001", "石涌村一巷1号"],
        [2, "李四", "13800000002", "石涌村一巷2号"],
    ]
    roster = read(read_households, book(("名册", rows)))
    assert [(one.name, one.size, one.phone, one.street) for one in roster.records()] == [
        ("张三", 3, "13800000001", "一巷"),
        ("李四", 2, "13800000002", "一巷"),
    ]
    assert roster.sheets[0].header_row == 2


def test_gb18030_with_semicolons_and_an_address_in_pieces() -> None:
    text = (
        "户长;常住人口;自然村;楼栋;单元;房号;电话;经纬度\r\n"
        "张三;3;石涌;3;2;501;13800000001;113.9,23.0\r\n"
        "李四;2;隔坑村;A栋;一单元;602室;无;23.02 113.95\r\n"
        "王五;;长巷;;;;138000;不详\r\n"
    )
    roster = read(read_households, text.encode("gb18030"))
    assert [(one.village, one.size, one.address, one.latitude, one.longitude) for one in roster.records()] == [
        ("石涌村", 3, "3栋2单元501室", 23.0, 113.9),
        ("隔坑村", 2, "A栋一单元602室", 23.02, 113.95),
    ]
    assert problems(roster) == [("CSV", 4, "电话", "“138000”不是有效的电话号码。")]
    assert "“自然村”按内容认作所属村(社区)，请核对。" in sheet_notes(roster)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "，"])
def test_text_in_every_encoding_and_with_every_delimiter(encoding: str, sign: str) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    lines = [
        ["村", "屋主", "手机号", "住址"],
        ["长巷", "张三", "13800000001", "一巷1号"],
        [],
        ["长巷", "李四", "", '"文明路\n2号"'],
    ]
    data = (mark + "\n".join(sign.join(line) for line in lines)).encode(encoding)
    roster = read(read_households, data)
    assert [(one.row, one.record.name, one.record.village) for one in roster.taken] == [
        (2, "张三", "长巷村"),
        (4, "李四", "长巷村"),
    ]


def test_no_header_at_all() -> None:
    rows: Rows = [
        ["张三", "13800000001", "石涌村", "一巷1号", "困难户", 3],
        ["李四", "13800000002", "石涌村", "一巷2号", "普通户", 2],
        ["王五", "无", "隔坑", "二巷3号", "低保户", 1],
    ]
    data = book(("Sheet1", rows))
    assert guess_kind(open_file(data)) is RosterKind.HOUSEHOLDS
    roster = read(read_households, data)
    summary = roster.sheets[0]
    assert (len(roster.taken), summary.header_row, sorted(summary.columns.unsure)) == (3, 0, [0, 1, 2, 3, 4, 5])
    assert sheet_notes(roster)[0] == "没有找到表头，各列按内容认出，请核对。"
    assert [(one.header, one.field, one.unsure, one.samples[0]) for one in summary.guesses] == [
        ("A 列", "name", True, "张三"),
        ("B 列", "phone", True, "13800000001"),
        ("C 列", "village", True, "石涌村"),
        ("D 列", "address", True, "一巷1号"),
        ("E 列", "category", True, "困难户"),
        ("F 列", "size", True, "3"),
    ]


def test_headers_that_are_not_true_or_not_understood() -> None:
    lines = [
        [number, f"{name}", f"1380000000{number}", f"一巷{number}号", 3]
        for number, name in enumerate(("张三", "李四", "王五"), 1)
    ]
    swapped = read(read_households, book(("石涌村", [["序号", "电话", "姓名", "住址"], *lines])))
    unknown = read(read_households, book(("石涌村", [["No.", "屋里人", "call", "where", "多少"], *lines])))
    for roster in (swapped, unknown):
        assert [(one.name, one.phone) for one in roster.records()][:1] == [("张三", "13800000001")]
        assert {1, 2} <= roster.sheets[0].columns.unsure
    assert sheet_notes(swapped)[:2] == [
        "“电话”里的内容不像联系电话，没有按表头读取，请核对。",
        "“姓名”里的内容不像户主姓名，没有按表头读取，请核对。",
    ]


def test_somebody_elses_name_and_phone_are_not_the_households() -> None:
    header = ["序号", "户主", "网格员", "网格员电话", "住址", "备用"]
    lines = [[1, "张三", "李四", "13900000001", "一巷1号", None], [2, "王五", "李四", "13900000001", "一巷2号", None]]
    roster = read(read_households, book(("石涌村", [header, *lines])))
    assert [one.phone for one in roster.records()] == [None, None]
    assert sheet_notes(roster) == ["没有用到的列：网格员、网格员电话、备用。"]


def test_two_tables_beside_each_other() -> None:
    rows: Rows = [
        ["石涌村走访户"],
        ["序号", "户主", "电话", "地址", None, "序号", "户主", "电话", "地址"],
        [1, "张三", "13800000001", "一巷1号", None, 3, "王五", "13800000003", "一巷3号"],
        [2, "李四", "13800000002", "一巷2号"],
        [None, None, None, None, None, 4, None, "13800000004", "一巷4号"],
    ]
    roster = read_households(open_file(book(("名册", rows))).sheets(), VILLAGES)
    assert [(one.sheet, one.row, one.record.name) for one in roster.taken] == [
        ("名册", 3, "张三"),
        ("名册（F 列起）", 3, "王五"),
        ("名册", 4, "李四"),
    ]
    assert [(bad.sheet, bad.row) for bad in roster.reported] == [("名册（F 列起）", 5)]
    assert [(one.name, one.rows) for one in roster.sheets] == [("名册", 2), ("名册（F 列起）", 2)]


def test_two_tables_beside_each_other_with_a_village_each() -> None:
    rows: Rows = [
        ["石涌村", None, None, "隔坑村"],
        ["户主", "地址", None, "户主", "地址"],
        ["张三", "一巷1号", None, "李四", "一巷2号"],
    ]
    roster = read_households(open_file(book(("名册", rows))).sheets(), VILLAGES)
    assert [(one.record.name, one.record.village) for one in roster.taken] == [("张三", "石涌村"), ("李四", "隔坑村")]


def test_a_village_only_in_the_first_row_of_its_block() -> None:
    rows: Rows = [
        ["村", "户主"],
        ["石涌村", "张三"],
        [None, "李四"],
        [None, "王五"],
        ["隔坑村", "赵六"],
        [None, "钱七"],
        [None, "合计"],
    ]
    roster = read(read_households, book(("名册", rows)))
    assert [one.village for one in roster.records()] == ["石涌村", "石涌村", "石涌村", "隔坑村", "隔坑村"]
    full: Rows = [["村", "户主"], ["石涌村", "张三"], ["石涌村", "李四"], [None, "王五"]]
    assert [bad[1:3] for bad in problems(read(read_households, book(("名册", full))))] == [(4, "村")]


def test_two_tables_below_each_other() -> None:
    rows: Rows = [
        ["石涌村"],
        ["户主", "电话", "地址"],
        ["张三", "13800000001", "一巷1号"],
        ["李四", "13800000002", "一巷2号"],
        [],
        ["隔坑村"],
        ["地址", "户主", "人口", "电话"],
        ["二巷1号", "王五", 3, "13800000003"],
        ["合计", None, 3],
    ]
    roster = read(read_households, book(("名册", rows)))
    assert [(one.name, one.village, one.phone) for one in roster.records()] == [
        ("张三", "石涌村", "13800000001"),
        ("李四", "石涌村", "13800000002"),
        ("王五", "隔坑村", "13800000003"),
    ]
    assert skips(roster) == [
        (6, "小标题，以下各行按隔坑村读取。"),
        (7, "又一个表头，以下各行按它读取。"),
        (9, "合计行。"),
    ]
    assert sheet_notes(roster) == ["表中还有别的表头(第 7 行)，其下各行按它读取。"]


def test_villages_in_lines_of_their_own_with_subtotals() -> None:
    rows: Rows = [
        ["序号", "户主", "电话", "地址"],
        ["一、石涌村（2户）"],
        [1, "张三", "13800000001", "一巷1号"],
        [2, "李四", "13800000002", "一巷2号"],
        ["石涌村小计", None, "2户"],
        ["二、隔坑村"],
        [1, "王五", "13800000003", "二巷1号"],
        ["总计：3户"],
        ["填表人：赵六", None, "联系电话：13800000009"],
    ]
    roster = read(read_households, book(("名册", rows)))
    assert [one.village for one in roster.records()] == ["石涌村", "石涌村", "隔坑村"]
    assert [row for row, _ in skips(roster)] == [2, 5, 6, 8, 9]
    assert roster.reported == []


def test_village_only_in_merged_cells_under_a_word_nobody_knows() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")

    rows: Rows = [
        ["所在", "户主", "门牌", "人数"],
        ["石涌村", "张三", "一巷1号", 3],
        [None, "李四", "一巷2号", 2],
        ["隔坑村", "王五", "二巷1号", 1],
    ]
    roster = read(read_households, book(("Sheet1", rows), then=merge))
    assert [(one.village, one.size) for one in roster.records()] == [("石涌村", 3), ("石涌村", 2), ("隔坑村", 1)]


def test_traditional_characters_and_codes_under_a_word_of_two_meanings() -> None:
    rows: Rows = [
        ["編號", "戶主", "聯繫電話", "所屬村", "家庭住址", "戶類別"],
        ["A1", "張三", "13800000001", "長巷村", "長巷村一巷1號", "困難戶"],
        ["A2", "陳四", "13800000002", "橫瀝村", "橫瀝村二巷2號", "獨居老人"],
        [3, "黃五", "13800000003", "長港村", "三巷3號", "漁民"],
    ]
    roster = read(read_households, book(("Sheet1", rows)))
    assert [(one.code, one.name, one.village, one.street, one.door, one.category) for one in roster.records()] == [
        ("A1", "張三", "长巷村", "一巷", "1號", "困难户"),
        ("A2", "陳四", "横沥村", "二巷", "2號", "独居老人户"),
    ]
    assert [bad[1:3] for bad in problems(roster)] == [(4, "所屬村")]


def test_numbers_as_numbers_and_names_beside_phones() -> None:
    rows: Rows = [
        ["户号", "户主", "电话", "地址"],
        [1.0, "张三", "张三13800000001 李四138-0000-0002", "1巷1号"],
        [2.0, "王五", 13800000003.0, "文明路2号"],
        [1.0, "赵六", "1.38E+10", "文明路3号"],
    ]
    roster = read(read_households, book(("石涌村", rows)))
    assert [(one.code, one.phone, one.second_phone, one.remarks) for one in roster.records()] == [
        ("1", "13800000001", "13800000002", "张三;李四"),
        ("2", "13800000003", None, ""),
    ]
    assert [bad[1:] for bad in problems(roster)] == [
        (4, "电话", "电话存成了科学计数“1.38E+10”，后几位已经丢失，请重新填写。"),
        (4, "户号", "与“石涌村”第 2 行重复。"),
    ]
