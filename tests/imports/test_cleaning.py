from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from hengli_visits.imports.addresses import Address, han_number, split_address
from hengli_visits.imports.cleaning import (
    clean_category,
    clean_code,
    clean_coordinate,
    clean_count,
    clean_gender,
    clean_month,
    clean_name,
    clean_standing,
    clean_title,
    pair_location,
)
from hengli_visits.imports.phones import clean_phones
from hengli_visits.imports.teams import clean_names
from hengli_visits.imports.text import Cleaned, clean_text, half_width, plain_text
from hengli_visits.imports.workbook import Cell, CellError
from tests.imports.books import NAMES, VILLAGES
from tests.imports.cells import CELLS


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张三", "张三"),
        ("张 三", "张三"),
        ("欧 阳柏华", "欧阳柏华"),
        ("梁\u3000杰", "梁杰"),
        (" 苏慧\n", "苏慧"),
        ("吴国荣(组长)", "吴国荣"),
        ("吴国荣（组长）", "吴国荣"),
        ("吴国荣(支部书记、组长)", "吴国荣"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("张三(大)", "张三(大)"),
        ("张三\u200b_x000D_", "张三"),
        (None, None),
        ("无", None),
    ],
)
def test_names(cell: Cell, name: str | None) -> None:
    cleaned = clean_name(cell)
    assert (cleaned.value, cleaned.problem) == (name, None)
    assert bool(cleaned.notes) == (name != cell)


def test_name_with_an_aside() -> None:
    cleaned = clean_name("张三(已迁出)")
    assert (cleaned.value, cleaned.extra) == ("张三", ("已迁出",))


@pytest.mark.parametrize("cell", ["张3", 13800000000.0, "??", "张" * 41, CellError("#N/A")])
def test_bad_names(cell: Cell) -> None:
    assert clean_name(cell).problem


@pytest.mark.parametrize(
    ("cell", "first", "second", "extra"),
    [
        ("19807690000", "19807690000", None, ()),
        (19807690047.0, "19807690047", None, ()),
        ("+8619807690002", "19807690002", None, ()),
        ("+86 198 0769 0002", "19807690002", None, ()),
        ("0086-19807690002", "19807690002", None, ()),
        ("198-0769-0008", "19807690008", None, ()),
        ("１９８０７６９００３２", "19807690032", None, ()),
        ("19807690048\n", "19807690048", None, ()),
        ("19807690037/19807690032", "19807690037", "19807690032", ()),
        ("19807690037、19807690037", "19807690037", None, ()),
        ("19807690037 19807690032", "19807690037", "19807690032", ()),
        ("19807690037\n0769-83700000", "19807690037", "0769-83700000", ()),
        ("1980769003719807690032", "19807690037", "19807690032", ()),
        ("19807690037,19807690038;19807690039", "19807690037", "19807690038", ("19807690039",)),
        ("(0769)83700000", "0769-83700000", None, ()),
        ("076983700000", "0769-83700000", None, ()),
        ("+86-769-83700000", "0769-83700000", None, ()),
        ("020 83700000", "020-83700000", None, ()),
        ("0769-83700000转801", "0769-83700000-801", None, ()),
        ("0769-83700000-801", "0769-83700000-801", None, ()),
        ("400-830-0000", "4008300000", None, ()),
        (83700000.0, "83700000", None, ()),
        ("19807690037(儿子)", "19807690037", None, ("儿子",)),
        ("手机:19807690037", "19807690037", None, ("手机",)),
        ("19807690037/1980769", "19807690037", None, ("1980769",)),
    ],
)
def test_phones(cell: Cell, first: str, second: str | None, extra: tuple[str, ...]) -> None:
    cleaned = clean_phones(cell)
    assert cleaned.value is not None
    assert (cleaned.value.first, cleaned.value.second, cleaned.extra) == (first, second, extra)
    assert bool(cleaned.notes) == (cell != first)


@pytest.mark.parametrize("cell", [None, "", " ", "无", "/", "-", 0.0, "暂无"])
def test_no_phone(cell: Cell) -> None:
    assert clean_phones(cell).value is None
    assert clean_phones(cell).problem is None


@pytest.mark.parametrize(
    "cell", ["1980769004", "12345678901", "138000000001", "张三", "1" * 5000, True, CellError("#REF!"), 1.5]
)
def test_bad_phones(cell: Cell) -> None:
    assert clean_phones(cell).problem


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("1975.08", date(1975, 8, 1)),
        (1975.08, date(1975, 8, 1)),
        (1975.1, date(1975, 10, 1)),
        ("1975.1", date(1975, 1, 1)),
        ("1975年8月", date(1975, 8, 1)),
        ("1975年08月15日", date(1975, 8, 1)),
        ("1975-08", date(1975, 8, 1)),
        ("1975/8/15", date(1975, 8, 1)),
        ("１９７５．０８", date(1975, 8, 1)),
        (197508.0, date(1975, 8, 1)),
        ("19750815", date(1975, 8, 1)),
        (date(1975, 8, 15), date(1975, 8, 1)),
        (datetime.combine(date(1975, 8, 15), time(10)), date(1975, 8, 1)),
        (27621.0, date(1975, 8, 1)),
        (None, None),
    ],
)
def test_months(cell: Cell, month: date | None) -> None:
    cleaned = clean_month(cell)
    assert (cleaned.value, cleaned.problem) == (month, None)


@pytest.mark.parametrize("cell", ["1975.13", "八月", 12.0, "1800.01", 999999.0, "197500", "0000.01"])
def test_bad_months(cell: Cell) -> None:
    assert clean_month(cell).problem


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (5.0, 5),
        ("3人", 3),
        ("３ 人", 3),
        ("三人", 3),
        ("十二口人", 12),
        ("约100人", 100),
        ("1,200", 1200),
        ("5.0", 5),
        ("0", 0),
        ("", None),
    ],
)
def test_counts(cell: Cell, count: int | None) -> None:
    assert clean_count(cell).value == count


@pytest.mark.parametrize("cell", ["50-100", 2.5, -1.0, "几个", "1" * 400, 1e9])
def test_bad_counts(cell: Cell) -> None:
    assert clean_count(cell).problem


def test_words_of_lists() -> None:
    assert [clean_gender(one).value for one in ("男", " 女 ", "男性", "F", "")] == [
        "man",
        "woman",
        "man",
        "woman",
        None,
    ]
    assert [clean_standing(one).value for one in ("正式党员", "正式", "预备", "中共预备党员")] == [
        "full",
        "full",
        "probationary",
        "probationary",
    ]
    assert clean_gender("不男不女").problem
    assert clean_standing("入党积极分子").problem


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("困难户", "困难户"),
        ("困难", "困难户"),
        ("独居老人", "独居老人户"),
        ("外来务工人员", "外来务工户"),
        ("渔民户", "渔民户"),
        ("低保、独居老人", "低保户"),
    ],
)
def test_categories(cell: str, category: str) -> None:
    assert clean_category(cell).value == category
    assert clean_category(cell).problem is None
    assert bool(clean_category(cell).notes) == (cell != "困难户")


@pytest.mark.parametrize(
    ("cell", "village"),
    [
        ("长巷村", "长巷村"),
        ("长巷", "长巷村"),
        ("长巷村委会", "长巷村"),
        ("长巷村民委员会", "长巷村"),
        ("长巷村(社区)", "长巷村"),
        ("长巷村（社区）", "长巷村"),
        ("横沥镇长巷村", "长巷村"),
        ("横沥长巷村", "长巷村"),
        ("东莞市横沥镇长巷村", "长巷村"),
        ("广东省东莞市横沥镇长巷社区", "长巷村"),
        (" 长 巷 村 ", "长巷村"),
        ("恒泉居委会", "恒泉社区"),
        ("恒泉村(社区)", "恒泉社区"),
        ("恒泉社区居委会", "恒泉社区"),
        ("横沥", "横沥村"),
        ("横沥村", "横沥村"),
        ("横沥镇横沥村", "横沥村"),
        ("横沥横沥", "横沥村"),
        ("村头", "村头村"),
        ("石冲村", "石涌村"),
    ],
)
def test_villages(cell: str, village: str) -> None:
    cleaned = VILLAGES.resolve(cell)
    assert (cleaned.value, cleaned.problem) == (village, None)


@pytest.mark.parametrize("cell", ["长港村", "横沥镇", "村", "社区", "东莞市", 5.0])
def test_unknown_villages(cell: Cell) -> None:
    problem = VILLAGES.resolve(cell).problem
    assert problem
    assert plain_text(cell) in problem.text()


def test_ambiguous_village_is_a_problem_and_the_full_name_is_not() -> None:
    villages = type(VILLAGES)(["新村", "新村社区"])
    assert villages.resolve("新村社区").value == "新村社区"
    twins = type(VILLAGES)(["新塘村", "新塘社区"])
    problem = twins.resolve("新塘").problem
    assert problem
    assert "新塘村、新塘社区" in problem.text()


def test_several_villages() -> None:
    assert VILLAGES.resolve_all("月塘村、田坑").value == ("月塘村", "田坑村")
    assert VILLAGES.resolve_all("月塘村 田坑村").value == ("月塘村", "田坑村")
    assert VILLAGES.resolve_all("月塘村、长港村").problem
    assert VILLAGES.resolve_all(None).value is None


@pytest.mark.parametrize(
    ("text", "own", "street", "door", "number"),
    [
        ("恒泉社区一巷37号", "恒泉社区", "一巷", "37号", 37),
        ("恒泉社区工业一路18号", "恒泉社区", "工业一路", "18号", 18),
        ("横沥镇长巷村委会一巷3号之一", "长巷村", "一巷", "3号之一", 3),
        ("东莞市横沥镇文明路44号", "恒泉社区", "文明路", "44号", 44),
        ("长巷一巷3号", "长巷村", "一巷", "3号", 3),
        ("横沥大道5号", "横沥村", "横沥大道", "5号", 5),
        ("新四路5号", "新四村", "新四路", "5号", 5),
        ("横沥镇长巷村一巷3号", "横沥村", "一巷", "3号", 3),
        ("村尾村1巷5号", "村尾村", "1巷", "5号", 5),
        ("文明路3-1号", None, "文明路", "3-1号", 3),
        ("文明路3号之2", None, "文明路", "3号之2", 3),
        ("文明路3之1号", None, "文明路", "3之1号", 3),
        ("文明路十二号", None, "文明路", "十二号", 12),
        ("文明路44号2楼", None, "文明路", "44号2楼", 44),
        ("恒泉花园A栋3座501室", None, "恒泉花园", "A栋3座501室", 3),
        ("恒泉花园12栋2单元502", None, "恒泉花园", "12栋2单元502", 12),
        ("第3组15号", None, "第3组", "15号", 15),
        ("一号路5号", None, "一号路", "5号", 5),
        ("文明路44号(市场旁)", None, "文明路", "44号(市场旁)", 44),
        ("一巷３７号", None, "一巷", "37号", 37),
        ("37号", None, "", "37号", 37),
        ("市场旁边", None, "市场旁边", "", None),
        ("一号路", None, "一号路", "", None),
    ],
)
def test_addresses(text: str, own: str | None, street: str, door: str, number: int | None) -> None:
    cleaned = split_address(text, VILLAGES, own)
    assert cleaned.value is not None
    assert (cleaned.value.street, cleaned.value.door, cleaned.value.door_number) == (street, door, number)


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("二十三", 23), ("一百零五", 105), ("四四", 44), ("一百二十", 120), ("号", None)]
)
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert han_number(text) == number


def test_locations() -> None:
    assert pair_location(23.02, 113.97) == (23.02, 113.97, ())
    assert pair_location(113.97, 23.02)[:2] == (23.02, 113.97)
    assert pair_location(23.02, None)[:2] == (None, None)
    assert pair_location(123.0, 513.0)[:2] == (None, None)
    assert clean_coordinate("北纬23.02°").value == 23.02
    assert clean_coordinate("东边").problem


def test_names_in_one_cell() -> None:
    assert clean_names("祁建、邓国伟").value == ("祁建", "邓国伟")
    assert clean_names("张 三,李四(组长)\n王五 ;张三").value == ("张三", "李四", "王五")
    assert clean_names("张三 李四 欧阳明").value == ("张三", "李四", "欧阳明")
    assert clean_names("张三、2").problem


def test_text() -> None:
    assert clean_text("\ufeffＡ１\t  乙\x00").value == "A1 乙"
    assert clean_text(5.0).value == "5"
    assert clean_text("无").value is None
    assert clean_text("长" * 501).problem
    assert clean_code("hq－００１").value == "HQ-001"
    assert clean_title("东莞市 鑫越（制衣）有限公司").value == "东莞市鑫越(制衣)有限公司"
    assert half_width("（１）") == "(1)"


CLEANERS: dict[str, Callable[[Cell], Cleaned[Any]]] = {
    "text": clean_text,
    "name": clean_name,
    "title": clean_title,
    "code": clean_code,
    "category": clean_category,
    "count": clean_count,
    "month": clean_month,
    "coordinate": clean_coordinate,
    "village": VILLAGES.resolve,
}


@pytest.mark.parametrize("name", CLEANERS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_is_idempotent(name: str, cell: Cell) -> None:
    clean = CLEANERS[name]
    once = clean(cell)
    assert once.value is None or once.problem is None
    twice = clean(once.value)
    assert (twice.value, twice.problem, twice.extra) == (once.value, None, ())
    assert name == "category" or not twice.notes


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_phones_is_idempotent(cell: Cell) -> None:
    once = clean_phones(cell)
    if once.value is None:
        return
    for number in filter(None, (once.value.first, once.value.second)):
        twice = clean_phones(number)
        assert twice.value is not None
        assert (twice.value.first, twice.value.second, twice.extra) == (number, None, ())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS, own=st.sampled_from([None, *NAMES]))
def test_splitting_addresses_loses_nothing_and_is_idempotent(cell: Cell, own: str | None) -> None:
    once = split_address(cell, VILLAGES, own).value
    if once is None:
        return
    again = split_address(once.street + once.door, VILLAGES).value or Address("")
    if once.door and once.village is None and own is None and again.village is None:
        assert (again.street, again.door) == (once.street, once.door)
    assert split_address(once.whole, VILLAGES, own).value == once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_lists_of_names_is_idempotent(cell: Cell) -> None:
    once = clean_names(cell)
    if once.value:
        assert clean_names("、".join(once.value)).value == once.value
