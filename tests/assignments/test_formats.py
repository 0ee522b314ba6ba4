"""How an assignment stands, in words."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from hengli_visits import clock
from hengli_visits.assignments.formats import address_line, appointment, size_line, standing, tags_of, told
from hengli_visits.assignments.story import Step
from hengli_visits.models import Assignment, AssignmentMove, AssignmentState, AssignmentVerb, Household, HouseholdKind

S = AssignmentState


def town(*numbers: int) -> datetime:
    year, month, day, hour, minute = numbers
    return datetime(year, month, day, hour, minute, tzinfo=clock.TOWN_ZONE)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (town(2026, 6, 29, 19, 30), "今晚 19:30"),
        (town(2026, 6, 29, 15, 0), "今天 15:00"),
        (town(2026, 6, 30, 9, 5), "明天 9:05"),
        (town(2026, 6, 30, 18, 0), "明晚 18:00"),
        (town(2026, 7, 4, 19, 30), "7月4日 19:30"),
        (town(2026, 6, 28, 19, 30), "6月28日 19:30"),
    ],
)
def test_appointments_as_one_says_them(sqlite_app: Flask, at: datetime, words: str) -> None:
    with sqlite_app.test_request_context():
        assert appointment(at) == words


EVENING = town(2026, 6, 29, 19, 30)


@pytest.mark.parametrize(
    ("values", "words", "kind"),
    [
        ({"state": S.WAITING}, "待访", "wait"),
        ({"state": S.WAITING, "due_on": date(2026, 7, 4)}, "待访 · 7月4日前", "wait"),
        ({"state": S.WAITING, "due_on": date(2026, 6, 28)}, "待访 · 已逾期", "late"),
        ({"state": S.AGAIN, "last_outcome": "away"}, "不在家，需再访", "again"),
        ({"state": S.AGAIN, "last_outcome": "away", "appointment_at": EVENING}, "不在家，约今晚 19:30", "again"),
        ({"state": S.AGAIN, "last_outcome": "appointed", "appointment_at": EVENING}, "约好今晚 19:30", "again"),
        ({"state": S.AGAIN, "last_outcome": "appointed"}, "约时间再访", "again"),
        ({"state": S.AGAIN, "last_outcome": "declined"}, "需再访", "again"),
        ({"state": S.VISITED, "last_visit_at": EVENING, "due_on": date(2026, 6, 1)}, "已访 · 6月29日", "done"),
        ({"state": S.UNREACHABLE, "last_outcome": "moved"}, "已搬离，等组长确认", "stop"),
        ({"state": S.UNREACHABLE, "last_outcome": "moved", "confirmed_at": EVENING}, "已搬离，不再走访", "stop"),
    ],
)
def test_standing(sqlite_app: Flask, values: dict[str, object], words: str, kind: str) -> None:
    with sqlite_app.test_request_context():
        assert standing(Assignment(**values)) == (words, kind)


def test_households_in_a_line(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        family = Household(kind=HouseholdKind.FAMILY, street="二巷", door="17号", category="困难户", size=3)
        factory = Household(kind=HouseholdKind.ENTERPRISE, street="", door="", address="工业大道88号", size=120)
        assert (address_line(family), size_line(family), tags_of(family)) == ("二巷 17号", "3 人", [("困难户", "care")])
        assert (address_line(factory), size_line(factory), tags_of(factory)) == (
            "工业大道88号",
            "120 名员工",
            [("企业", "plain")],
        )
        assert tags_of(Household(kind=HouseholdKind.FAMILY, category="普通户")) == []
        assert size_line(Household(kind=HouseholdKind.FAMILY)) == ""


def test_days_are_those_of_the_town(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        assert appointment(clock.now() + timedelta(hours=15)) == "明天 1:00"


def step(verb: AssignmentVerb, before: tuple[str, ...], after: tuple[str, ...]) -> Step:
    """A move between visitors."""
    move = AssignmentMove(verb=verb, at=clock.now(), before={}, after={}, note="")
    return Step(move=move, actor="温永然", visitors=after, before=before, group="", due_on=date(2026, 7, 9))


def test_the_history_says_who_went_before(sqlite_app: Flask) -> None:
    pair = ("叶秀珍", "方光润")
    with sqlite_app.test_request_context():
        said = {
            (AssignmentVerb.HAND_OVER, pair, pair[1:]): "由叶秀珍、方光润改为方光润",
            (AssignmentVerb.HAND_BACK, pair[1:], pair): "由方光润改为叶秀珍、方光润",
            (AssignmentVerb.SWAP, pair[:1], pair[1:]): "由叶秀珍改为方光润",
            (AssignmentVerb.UNDO, pair, ()): "不再由叶秀珍、方光润走访",
            (AssignmentVerb.TAKE_BACK, pair, ()): "不再由叶秀珍、方光润走访",
            (AssignmentVerb.CLAIM, (), pair[:1]): "叶秀珍",
            (AssignmentVerb.SHARE, (), pair): "叶秀珍、方光润 · 7月9日前",
        }
        for (verb, before, after), words in said.items():
            assert told(step(verb, before, after))["text"] == words
        assert told(step(AssignmentVerb.HAND_OVER, pair, pair[1:]))["title"] == "请假交接"
