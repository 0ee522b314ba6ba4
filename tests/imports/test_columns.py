import pytest

from hengli_visits.imports.columns import Layout, normalise, repeats_header
from hengli_visits.imports.headers import find_header
from hengli_visits.imports.layouts import ASSIGNMENTS, DOORS, ENTERPRISES, GROUPS, HOUSEHOLDS, MEMBERS, PHONES
from hengli_visits.imports.workbook import Cell, Row


def rows(*lines: list[Cell]) -> list[Row]:
    return [Row(number, tuple(line)) for number, line in enumerate(lines, start=1) if any(line)]


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("联 系\n电 话", "联系电话"),
        ("居住村(社区)", "居住村"),
        ("居住村（社区）", "居住村"),
        ("*姓名:", "姓名"),
        ("(备注)", "(备注)"),
    ],
)
def test_normalise(header: str, word: str) -> None:
    assert normalise(header) == word
    assert normalise(normalise(header)) == normalise(header)


@pytest.mark.parametrize(
    "layout", [MEMBERS, HOUSEHOLDS, ENTERPRISES, GROUPS, ASSIGNMENTS], ids=lambda layout: layout.name
)
def test_synonyms_are_normalised_and_mean_one_thing(layout: Layout) -> None:
    words = [word for field in layout.fields for word in field.words]
    assert [word for word in words if normalise(word) != word] == []
    assert sorted({word for word in words if words.count(word) > 1} - {"编号", *DOORS, *PHONES}) == []


def test_a_word_with_two_meanings_takes_the_one_that_is_left() -> None:
    for line, code in ((["序号", "编号", "户主"], 1), (["编号", "序号", "户主"], 0), (["编号", "户主", "电话"], None)):
        header, _ = find_header([Row(1, tuple(line))], HOUSEHOLDS)
        assert header is not None
        assert header.columns.index("code") == code


def test_header_below_titles_and_notes() -> None:
    header, seen = find_header(
        rows(
            ["横沥镇党员花名册"],
            [],
            ["填报单位:组织办", None, "填报时间:2010年9月30日"],
            ["序号", "姓 名", "性别", "所属党支部", "联系电话(手机)", "特长"],
            [1.0, "张三", "男", "石涌村党支部", "13800000000", "书法"],
        ),
        MEMBERS,
    )
    assert header is not None
    assert header.row == 4
    assert header.columns.columns == {0: "serial", 1: "name", 2: "gender", 3: "branch", 4: "phone"}
    assert header.columns.unmatched() == {5: "特长"}
    assert header.columns.missing(MEMBERS) == ()
    assert [row.number for row in header.above] == [1, 3]
    assert len(seen) == 4


def test_the_lower_of_two_header_rows_names_more() -> None:
    merged = Row(2, ("序号", "户主姓名", "手机", "固话"), frozenset({0, 1}))
    header, _ = find_header([Row(1, ("序号", "户主姓名", "联系方式", None)), merged], HOUSEHOLDS)
    assert header is not None
    assert header.row == 2
    assert header.columns.columns == {0: "serial", 1: "name", 2: "phone", 3: "second_phone"}


def test_endings_are_unsure_and_whole_words_win() -> None:
    header, _ = find_header(rows(["包户干部姓名", "户主姓名", "户主身份证号", "紧急联系电话"]), HOUSEHOLDS)
    assert header is not None
    assert header.columns.columns == {1: "name", 3: "phone"}
    assert header.columns.unsure == {3}


def test_group_leader_and_team_leader_are_told_apart() -> None:
    header, _ = find_header(rows(["组别", "小组长", "小组长电话", "组长", "组长电话", "小组", "成员"]), GROUPS)
    assert header is not None
    assert header.columns.index("group_leader") == 3
    assert header.columns.index("team_leader") == 1
    assert header.columns.index("team") == 5


def test_no_header() -> None:
    assert find_header(rows(["填表说明"], ["请如实填写,谢谢。"]), MEMBERS)[0] is None
    assert find_header(rows(), MEMBERS) == (None, [])
    assert find_header(rows(["张三", "13800000000"], ["李四", "13800000001"]), MEMBERS)[0] is None


def test_one_column_list() -> None:
    header, _ = find_header(rows(["姓名"], ["张三"]), MEMBERS)
    assert header is not None
    assert header.columns.columns == {0: "name"}


def test_corrected_by_the_user() -> None:
    header, _ = find_header(rows(["姓名", "电话", "大名"]), MEMBERS)
    assert header is not None
    corrected = header.columns.corrected({2: "name", 1: "phone"})
    assert corrected.index("name") == 2
    assert corrected.unmatched() == {0: "姓名"}
    assert corrected.key() == header.columns.key()


def test_repeated_header() -> None:
    header, _ = find_header(rows(["序号", "姓名", "电话"]), MEMBERS)
    assert header is not None
    assert repeats_header(Row(30, ("序号", "姓 名", "电话")), header.columns)
    assert not repeats_header(Row(31, (1.0, "姓名", "13800000000")), header.columns)
