"""Proposing a category from what was said."""

import csv

import pytest

from hengli_visits.campaigns.catalogue import SUBJECTS, clean_words, propose_category
from hengli_visits.models import Category
from tests.imports.books import DATA

OWN_SAYINGS = {
    "道路交通": ("巷口那段路坑坑洼洼，修路修了半年还没完", "货车天天停在路中间，停车位不够"),
    "供水供电": ("电压不稳，空调带不动", "水费突然多了一倍，是不是水表坏了"),
    "环境卫生": ("垃圾三天没人收了", "公厕对面那块空地成了卫生死角"),
    "水利排涝": ("下水道一到雨天就返水", "水渠多年没有清淤"),
    "教育入学": ("小学的校车到不了我们村", "初中的学位怎么分"),
    "医疗卫生": ("打疫苗要跑到镇上", "体检报告一直没拿到，医院说再等等"),
    "社会保障": ("父亲的退休金少算了两年", "五保老人的补助几时发"),
    "劳动就业": ("老板欠薪跑了", "工伤认定要找谁"),
    "住房与土地": ("危房改造的名单里没有我", "邻居违建到我家墙边"),
    "社会治安": ("店里被小偷撬了两次", "夜里有人赌博，派出所来过又散了"),
    "消防安全": ("消防通道给摩托车占满了", "房东不肯配灭火器"),
    "噪音与污染": ("隔壁油烟直往家里灌", "工地施工噪声到半夜"),
    "企业服务": ("我们厂想扩产，厂房不够", "营业执照变更要多久"),
    "文体设施": ("公园的健身路径坏了", "希望图书室周末也开"),
    "养老托幼": ("婆婆瘫痪在床，想请护理员上门", "两岁的孩子想找日托"),
    "村务公开": ("选举的名单什么时候公示", "村账三年没有公布了"),
    "表扬感谢": ("村医态度好，辛苦他们了", "帮我们家办好了证，十分感激"),
}
"""Sayings that are not in the town's sample, by the author of the words."""


@pytest.fixture
def categories() -> list[Category]:
    return [Category(name=one.name, words=clean_words(one.words), active=True) for one in SUBJECTS]


def share_right(categories: list[Category], said: list[tuple[str, str]]) -> float:
    right = 0
    for words, name in said:
        category, _hits = propose_category(categories, words)
        right += category is not None and category.name == name
    return right / len(said)


def test_every_subject_has_eight_to_twenty_words() -> None:
    assert len(SUBJECTS) == 17
    for subject in SUBJECTS:
        assert 8 <= len(clean_words(subject.words)) <= 20, subject.name


def test_the_towns_own_sample_is_proposed_right(categories: list[Category]) -> None:
    """All 84 of 84 today. The words were chosen with this sample in view: it shows that they do not get into each
    other's way, not how well they do on what is new."""
    with (DATA / "群众意见样例.csv").open(encoding="utf-8-sig", newline="") as file:
        said = [(row["内容"], row["问题类别"]) for row in csv.DictReader(file)]
    assert len(said) == 84
    assert share_right(categories, said) >= 0.97


def test_other_sayings_are_mostly_proposed_right(categories: list[Category]) -> None:
    """33 of 34 today."""
    said = [(words, name) for name, sayings in OWN_SAYINGS.items() for words in sayings]
    assert share_right(categories, said) >= 0.8


def test_the_proposal_says_why(categories: list[Category]) -> None:
    category, hits = propose_category(categories, "公共厕所 没有人打扫。")
    assert category is not None
    assert (category.name, hits) == ("环境卫生", ["公共厕所", "打扫"])


def test_nothing_found_and_ties_propose_nothing() -> None:
    first = Category(name="甲", words=["路灯"], active=True)
    second = Category(name="乙", words=["路口"], active=True)
    assert propose_category([first, second], "家里都好") == (None, [])
    assert propose_category([first, second], "路口没有路灯") == (None, [])
    assert propose_category([], "路灯") == (None, [])


def test_longer_words_weigh_more_and_resting_categories_are_left_out() -> None:
    short = Category(name="甲", words=["垃圾", "厕所"], active=True)
    long = Category(name="乙", words=["公共厕所"], active=True)
    assert propose_category([short, long], "垃圾倒在公共厕所旁") == (long, ["公共厕所"])
    long.active = False
    assert propose_category([short, long], "垃圾倒在公共厕所旁")[0] is short


def test_words_are_compared_without_spaces_and_full_width() -> None:
    category = Category(name="甲", words=clean_words(["4Ｇ 信号"]), active=True)
    assert propose_category([category], "村里 ４g信号 差")[0] is category
