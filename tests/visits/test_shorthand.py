"""What a clerk types: one key, times without a colon, coming days."""

from datetime import date, datetime

import pytest

from hengli_visits.models import Nature, Outcome
from hengli_visits.visits.shorthand import read_clock, read_nature, read_occasion, read_outcome, write_clock


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("1", Outcome.MET), ("2", Outcome.AWAY), ("3", Outcome.APPOINTED), ("4", Outcome.DECLINED),
        ("5", Outcome.MOVED), ("6", Outcome.EMPTY), ("６", Outcome.EMPTY), (" 1 ", Outcome.MET), ("不在家", Outcome.AWAY),
        ("7", None), ("0", None), ("", None), (None, None), ("11", None),
    ],
)  # fmt: skip
def test_outcomes(text: str | None, outcome: Outcome | None) -> None:
    assert read_outcome(text) is outcome


def test_natures() -> None:
    found = [read_nature(str(number)) for number in range(1, 6)]
    assert found == [Nature.APPEAL, Nature.OPINION, Nature.SUGGESTION, Nature.QUESTION, Nature.PRAISE]
    assert read_nature("") is read_nature(None) is Nature.OPINION
    assert read_nature("诉求") is Nature.APPEAL
    assert read_nature("9") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9:05", "09:05"), ("905", "09:05"), ("0905", "09:05"), ("９：０５", "09:05"), ("9.05", "09:05"), ("9点", "09:00"),
        ("9点5分", "09:05"), ("9", "09:00"), ("19", "19:00"), ("1930", "19:30"), (" 9 05 ", "09:05"), ("0:00", "00:00"),
        ("24", None), ("25:00", None), ("9:60", None), ("2460", None), ("", None), (None, None), ("x", None),
        ("9:05:30", None), ("99999", None),
    ],
)  # fmt: skip
def test_times(text: str | None, shown: str | None) -> None:
    at = read_clock(text)
    assert (write_clock(at) if at else None) == shown


@pytest.mark.parametrize(
    ("text", "after", "wanted"),
    [
        ("7-5 19:30", date(2026, 7, 3), datetime(2026, 7, 5, 19, 30)),  # noqa: DTZ001 - the town's wall clock
        ("7月5日1930", date(2026, 7, 3), datetime(2026, 7, 5, 19, 30)),  # noqa: DTZ001
        ("5 1930", date(2026, 7, 3), datetime(2026, 7, 5, 19, 30)),  # noqa: DTZ001
        ("2号 9", date(2026, 7, 30), datetime(2026, 8, 2, 9)),  # noqa: DTZ001
        ("1/2 9点", date(2026, 12, 28), datetime(2027, 1, 2, 9)),  # noqa: DTZ001
        ("2 9", date(2026, 12, 28), datetime(2027, 1, 2, 9)),  # noqa: DTZ001
        ("31 9", date(2026, 6, 30), None),
        ("2-30 9", date(2026, 1, 1), None),
        ("13-1 9", date(2026, 1, 1), None),
        ("19:30", date(2026, 1, 1), None),
        ("7-5", date(2026, 7, 3), None),
        ("7-5 25:00", date(2026, 7, 3), None),
        ("2-29 9", date(9999, 12, 31), None),
        ("1-2 9", date(9999, 12, 31), None),
        ("明天", date(2026, 7, 3), None),
    ],
)
def test_coming_moments(text: str, after: date, wanted: datetime | None) -> None:
    assert read_occasion(text, after) == wanted
