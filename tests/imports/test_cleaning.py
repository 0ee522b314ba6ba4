from datetime import date, datetime, time

import pytest

from hengli_visits.imports.cleaning import (
    clean_category,
    clean_code,
    clean_count,
    clean_gender,
    clean_month,
    clean_name,
    clean_standing,
    clean_title,
)
from hengli_visits.imports.teams import clean_names
from hengli_visits.imports.text import clean_text, half_width
from hengli_visits.imports.workbook import Cell, CellError


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
