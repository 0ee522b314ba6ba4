"""The content of a visit is read strictly, from whoever it comes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings, strategies as st

from hengli_visits import clock
from hengli_visits.models import Handling, Manner, Nature, Outcome
from hengli_visits.reader import Unfit
from hengli_visits.visits.content import Position, VisitContent, read
from tests.visits.making import content, said

FEEDBACK = {"uuid": str(uuid4()), "nature": "appeal", "words": "路灯不亮", "handling": "follow_up"}
GOOD: dict[str, Any] = {"outcome": "met", "visited_at": "2026-06-29T09:00:00+08:00", "feedback": [FEEDBACK]}
SURROGATE = chr(0xD800)


def _problems(raw: Any, **values: Any) -> dict[str, str]:
    with pytest.raises(Unfit) as refused:
        read(raw, **values)
    return {path: str(error) for path, error in refused.value.problems.items()}


def test_what_was_written_is_read_again() -> None:
    full = VisitContent(
        Outcome.APPOINTED,
        clock.now(),
        manner=Manner.PHONE,
        appointment_at=clock.now() + timedelta(days=1),
        remarks="下午在家",
        companions=(3, 7),
        companions_text="村委会老李",
        answers={"几口人": 4, "困难": ["住房"]},
        position=Position(23.02, 113.98, 12.5),
        feedback=(said(category=4), said("谢谢", nature=Nature.PRAISE, handling=Handling.NOTED)),
    )
    assert read(full.as_json()) == full


def test_same_content_has_the_same_digest_however_it_was_sent() -> None:
    one = read(GOOD | {"remarks": "在家\r\n下午", "companions": [2, 1]})
    other = read(
        {"companions": [1, 2, 2], "remarks": " 在家\n下午 ", "visited_at": "2026-06-29T09:00", "manner": "door"}
        | {"feedback": [FEEDBACK], "outcome": "met", "answers": {}}
    )
    assert one.digest() == other.digest()
    assert one.digest() != read(GOOD | {"remarks": "在家"}).digest()


def test_unknown_fields_are_passed_over_mass_assign() -> None:
    raw = GOOD | {"author_id": 1, "late": False, "revision": 9, "voided_at": None, "assignment_id": 4}
    assert read(raw) == read(GOOD)


def test_praise_needs_no_handling_and_other_natures_do() -> None:
    praise = FEEDBACK | {"nature": "praise", "handling": None}
    assert read(GOOD | {"feedback": [praise]}).feedback[0].handling == Handling.NOTED
    assert set(_problems(GOOD | {"feedback": [FEEDBACK | {"handling": ""}]})) == {"feedback.0.handling"}


def test_an_appointment_belongs_to_going_again() -> None:
    later = "2026-07-01T19:00"
    assert read(GOOD | {"appointment_at": later}).appointment_at is None
    away = read(GOOD | {"outcome": "away", "appointment_at": later})
    assert away.appointment_at == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
    assert set(_problems(GOOD | {"outcome": "appointed"})) == {"appointment_at"}
    assert set(_problems(GOOD | {"outcome": "appointed", "appointment_at": "2026-06-01T10:00"})) == {"appointment_at"}


def test_a_typed_time_lies_not_in_the_future_and_a_phones_clock_may() -> None:
    future = GOOD | {"visited_at": "2030-01-01T00:00"}
    assert read(future).visited_at.year == 2029
    assert set(_problems(future, latest=clock.now())) == {"visited_at"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"outcome": None}, "outcome"),
        ({"outcome": "robbed"}, "outcome"),
        ({"outcome": ["met"]}, "outcome"),
        ({"visited_at": ""}, "visited_at"),
        ({"visited_at": "yesterday"}, "visited_at"),
        ({"visited_at": "0001-01-01T00:00"}, "visited_at"),
        ({"visited_at": "9999-12-31T23:59:59-12:00"}, "visited_at"),
        ({"visited_at": 5}, "visited_at"),
        ({"manner": "boat"}, "manner"),
        ({"remarks": "x" * 2001}, "remarks"),
        ({"remarks": "a\x00b"}, "remarks"),
        ({"remarks": SURROGATE}, "remarks"),
        ({"remarks": 5}, "remarks"),
        ({"companions_text": "x" * 121}, "companions_text"),
        ({"companions": ["1"]}, "companions"),
        ({"companions": [2**70]}, "companions"),
        ({"companions": [True]}, "companions"),
        ({"companions": list(range(1, 23))}, "companions"),
        ({"companions": 3}, "companions"),
        ({"answers": []}, ""),
        ({"answers": {"x" * 61: 1}}, "answers"),
        ({"answers": {"a": {"b": 1}}}, "answers"),
        ({"answers": {"a": float("nan")}}, "answers"),
        ({"answers": {"a": 10**400}}, "answers"),
        ({"position": {"latitude": 91, "longitude": 0}}, "position.latitude"),
        ({"position": {"latitude": float("nan"), "longitude": 0}}, "position.latitude"),
        ({"position": [1, 2]}, "position"),
        ({"feedback": [FEEDBACK | {"words": " "}]}, "feedback.0.words"),
        ({"feedback": [FEEDBACK | {"nature": None}]}, "feedback.0.nature"),
        ({"feedback": [FEEDBACK | {"category": -1}]}, "feedback.0.category"),
        ({"feedback": [FEEDBACK | {"uuid": "1"}]}, "feedback.0.uuid"),
        ({"feedback": [FEEDBACK, FEEDBACK]}, "feedback.1.uuid"),
        ({"feedback": ["x"]}, "feedback.0.uuid"),
        ({"feedback": [FEEDBACK] * 21}, "feedback"),
    ],
)
def test_wrong_fields_are_named(change: dict[str, Any], path: str) -> None:
    if path:
        assert path in _problems(GOOD | change)
    else:
        read(GOOD | change)


def test_every_wrong_field_is_named_at_once() -> None:
    raw = {"visited_at": "?", "feedback": [{"uuid": str(uuid4())}]}
    assert set(_problems(raw)) == {
        "outcome",
        "visited_at",
        "feedback.0.nature",
        "feedback.0.words",
        "feedback.0.handling",
    }


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
values = st.recursive(scalars, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=8), x, max_size=3))
FIELDS = sorted(content().as_json())


@settings(max_examples=300, deadline=None)
@given(st.one_of(values, st.dictionaries(st.sampled_from(FIELDS), values)))
def test_any_json_is_read_or_refused(raw: Any) -> None:
    try:
        found = read(raw)
    except Unfit:
        return
    assert read(found.as_json()) == found
