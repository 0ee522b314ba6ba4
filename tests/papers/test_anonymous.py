"""No resident stands in what is told of a case."""

import pytest

from hengli_visits.papers.anonymous import anonymous

NAMES = ("钟林锡", "袁国强", "力泰制衣厂")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("钟林锡家门口的灯坏了", "该住户家门口的灯坏了"),
        ("钟伯说，袁女士也这样说", "该住户说，该住户也这样说"),
        ("老钟叔腿脚不好", "该住户腿脚不好"),
        ("请打13800138000", "请打（电话略）"),
        ("电话0769-83700000，或 138 0013 8000", "电话（电话略），或 （电话略）"),
        ("二巷17号门前", "二巷某号门前"),
        ("二巷 17-3号 2楼", "二巷 某号"),
        ("幸福楼3栋502房漏水", "幸福楼某号漏水"),
        ("7月9日前办好，1号线公交太少", "7月9日前办好，1号线公交太少"),
        ("十二点还在冲压，装了3盏灯", "十二点还在冲压，装了3盏灯"),
    ],
)
def test_what_is_left_of_a_text(text: str, told: str) -> None:
    assert anonymous(text, NAMES) == told


def test_the_door_as_it_is_written_in_the_register() -> None:
    assert anonymous("祠堂东座前面积水", NAMES, ["祠堂东座"]) == "某号前面积水"


def test_without_names_the_text_stays() -> None:
    assert anonymous("路灯坏了", ()) == "路灯坏了"
    assert anonymous("钟声", ("钟",)) == "钟声", "a name of one sign stands in too many words"
