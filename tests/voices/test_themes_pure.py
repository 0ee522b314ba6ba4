"""Finding words, counting themes, telling rises: without a database."""

import csv
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from hengli_visits.demo.sayings import SAMPLES
from hengli_visits.voices import discovery
from hengli_visits.voices.rising import is_rising, least_rise, likelihood_ratio
from hengli_visits.voices.tally import WEEKS, Sentence, digest
from hengli_visits.voices.words import joints, vocabulary

PLACES = [
    "石涌村",
    "长巷村",
    "月塘村",
    "新村路",
    "市场路",
    "一巷",
    "村尾村",
    "工业一路",
    "五巷",
    "塘边街",
    "中心路",
    "河堤路",
    "三巷",
    "文明路",
]
TODAY = date(2026, 6, 29)


def _sample() -> list[dict[str, str]]:
    with Path(SAMPLES).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _words(sentences: list[str], known: tuple[str, ...] = (), places: list[str] = PLACES) -> dict[str, int]:
    return discovery.words(discovery.count(sentences, discovery.Cutter(places, known)), known)


def test_the_sample_teaches_readable_words() -> None:
    found = _words([row["内容"] for row in _sample()])
    assert set(found) >= {"垃圾", "路灯", "减速带", "排水渠", "出租屋", "乱停车", "水压", "巡逻", "消防车"}
    assert not set(found) & {"水渠", "渠给", "排水", "速带", "租屋", "楼以", "大雨水", "没有路灯", "垃圾桶太少"}
    assert len(found) <= 25


def test_words_known_beforehand_are_not_found_again() -> None:
    found = _words([row["内容"] for row in _sample()], vocabulary())
    assert not set(found) & set(vocabulary())


def test_a_fragment_is_no_word_and_a_name_of_a_place_neither() -> None:
    sentences = ["化粪池满了", "希望清理化粪池", "我家化粪池又堵了", "六甲村化粪池有味道", "六甲村很好", "六甲村有人"]
    assert _words(sentences, places=["六甲村"]) == {"化粪池": 4}


def test_what_only_stands_in_one_phrase_is_no_word_of_its_own() -> None:
    assert "子女积" not in _words(["外来工子女积分入学要材料"] * 9)


def test_memory_stays_bounded_and_frequent_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "BUCKET", 300)
    chance = random.Random(3)
    noise = ["".join(chr(0x4E00 + chance.randrange(2000)) for _ in range(5)) for _ in range(4000)]
    sentences = [f"，化粪池，{words}" for words in noise]
    counts = discovery.count(sentences, discovery.Cutter(()))
    assert len(counts.times) < 10_000
    assert counts.times["化粪池"] > 3900
    assert "化粪池" in discovery.words(counts)


def test_joints_and_vocabulary_do_not_contradict() -> None:
    assert not set(joints()) & set(vocabulary())
    assert all(2 <= len(word) <= 12 for word in vocabulary())


def test_themes_of_the_sample_line_up_with_its_categories() -> None:
    rows = _sample()
    made = digest((Sentence(r["内容"], TODAY, "村", r["问题类别"]) for r in rows), vocabulary(), [], TODAY)
    inside = sum(max(theme.categories.values()) for theme in made.themes)
    assert inside / sum(theme.total for theme in made.themes) > 0.85
    covered = Counter(any(word in row["内容"] for word in vocabulary()) for row in rows)
    assert covered[True] / len(rows) > 0.9


def test_counts_are_those_of_the_sentences_that_hold_the_word() -> None:
    chance = random.Random(5)
    sentences = [
        Sentence(
            "".join(chance.choices(["排水渠", "堵了", "路灯", "水渠", "，", "垃圾桶"], k=4)),
            TODAY - timedelta(days=chance.randrange(-3, 120)),
            chance.choice("甲乙"),
            "",
        )
        for _ in range(300)
    ]
    made = digest(sentences, ["排水渠", "路灯", "垃圾"], ["水渠"], TODAY)
    for theme in made.themes:
        held = [one for one in sentences if theme.word in one.words]
        assert theme.total == len(held)
        assert theme.areas == Counter(one.area for one in held)
        for week in range(WEEKS):
            days = range(7 * week, 7 * week + 7)
            assert theme.weeks[week] == sum((TODAY - one.day).days in days for one in held)
    assert made.total == 300


def test_words_of_the_same_sentences_are_one_theme() -> None:
    sentences = [Sentence("出租屋晚上打架，要多巡逻", TODAY, "甲", "社会治安")] * 3
    sentences += [Sentence("路灯坏了", TODAY, "甲", "道路交通")] * 2
    made = digest(sentences, ["出租屋", "路灯"], ["打架", "巡逻"], TODAY)
    assert [(theme.word, theme.total, theme.also) for theme in made.themes] == [
        ("出租屋", 3, ("巡逻", "打架")),
        ("路灯", 2, ()),
    ]


@pytest.mark.parametrize(
    ("now", "before", "each", "rising"),
    [
        (12, 3, 100, True),
        (120, 30, 1000, True),
        (3, 0, 100, False),
        (4, 1, 50, False),
        (6, 2, 100, False),
        (3, 12, 100, False),
        (120, 100, 1000, False),
        (0, 0, 100, False),
        (10, 10, 100, False),
    ],
)
def test_a_rise_is_told_when_chance_does_not_explain_it(now: int, before: int, each: int, rising: bool) -> None:
    assert is_rising(now, each, before, each) is rising


@pytest.mark.parametrize("now_all", [3, 20, 100, 130])
@pytest.mark.parametrize("before", [0, 2, 10])
def test_how_much_a_rise_needs(now_all: int, before: int) -> None:
    needed = least_rise(now_all, before, 31)
    told = [now for now in range(now_all + 1) if is_rising(now, now_all, before, 31)]
    assert needed == (told[0] if told else None)
    assert told == list(range(told[0], now_all + 1)) if told else needed is None


def test_more_of_everything_is_no_rise() -> None:
    assert not is_rising(24, 240, 6, 60)
    assert likelihood_ratio(24, 240, 6, 60) == pytest.approx(0)
    assert likelihood_ratio(5, 10, 0, 0) == 0


def test_chance_alone_seldom_rises() -> None:
    chance = random.Random(11)

    def said() -> int:
        return sum(chance.random() < 0.06 for _ in range(150))

    told = sum(is_rising(said(), 150, said(), 150) for _ in range(2000))
    assert told < 0.02 * 2000
