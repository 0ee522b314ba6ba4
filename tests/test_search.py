"""Names are found as they are typed; streets sort as people count."""

import pytest

from hengli_visits.search import pattern, sound, street_order


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三", ("zhangsan", "zs")),
        ("曾小明", ("zengxiaoming", "zxm")),
        ("欧阳 淑颖", ("ouyangshuying", "oysy")),
        ("单　国强", ("shanguoqiang", "sgq")),
        ("", ("", "")),
    ],
)
def test_sound_of_a_name(name: str, expected: tuple[str, str]) -> None:
    assert sound(name) == expected


def test_wildcards_are_only_signs() -> None:
    assert pattern("5%_\\") == "%5\\%\\_\\\\%"


def test_streets_sort_as_people_count() -> None:
    walked = [
        "一巷",
        "二巷",
        "十巷",
        "十一巷",
        "12巷",
        "二十巷",
        "工业一路",
        "工业二路",
        "工业十路",
        "文明路",
        "中心路",
    ]
    found = walked[::-1]
    found.sort(key=street_order)
    assert found == walked
