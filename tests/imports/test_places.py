import pytest

from hengli_visits.imports.addresses import han_number, split_address
from hengli_visits.imports.cleaning import (
    clean_coordinate,
    pair_location,
)
from hengli_visits.imports.text import plain_text
from hengli_visits.imports.workbook import Cell
from tests.imports.books import VILLAGES


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
