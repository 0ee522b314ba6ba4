"""States after visits, groups from areas and memberships."""

from dataclasses import replace

import pytest

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.assignments.rules import group_for, group_of_area, state_after
from hengli_visits.models import AssignmentState, Outcome

W, V, A, U = (
    AssignmentState.WAITING,
    AssignmentState.VISITED,
    AssignmentState.AGAIN,
    AssignmentState.UNREACHABLE,
)
COUNTED = ["met"]


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], W),
        ([Outcome.MET], V),
        ([Outcome.AWAY], A),
        ([Outcome.APPOINTED], A),
        ([Outcome.DECLINED], U),
        ([Outcome.MOVED], U),
        ([Outcome.EMPTY], U),
        ([Outcome.DECLINED, Outcome.AWAY], A),
        ([Outcome.AWAY, Outcome.EMPTY], U),
        ([Outcome.MET, Outcome.AWAY], V),
        ([Outcome.MET, Outcome.MOVED], V),
    ],
)
def test_state_after(outcomes: list[Outcome], state: AssignmentState) -> None:
    assert state_after(outcomes, COUNTED) == state


def test_each_campaign_says_what_counts() -> None:
    assert state_after([Outcome.DECLINED], ["met", "declined"]) == V
    assert state_after([Outcome.MET], []) == A


def test_the_group_that_the_visitors_share() -> None:
    top, team, second, foreign = 1, 11, 12, 2
    inside, elsewhere, direct = {team: top}, {second: top}, {top: top}
    assert group_for(SYSTEM, [inside, inside], top, top) == team
    assert group_for(SYSTEM, [inside, elsewhere], team, top) == top
    assert group_for(SYSTEM, [inside, direct], team, top) == top
    assert group_for(SYSTEM, [inside | elsewhere, inside | elsewhere], second, top) == second
    assert group_for(SYSTEM, [{foreign: foreign}], top, top) is None
    assert group_for(SYSTEM, [{foreign: foreign}], None, None) == foreign
    assert group_for(SYSTEM, [inside, {}], top, top) is None
    team_leader = replace(Actor(id=5, name=""), led_groups=frozenset({team}))
    assert group_for(team_leader, [inside], team, top) == team
    assert group_for(team_leader, [inside, elsewhere], team, top) is None


def test_one_group_covers_an_area_or_none_does() -> None:
    covering = {1: ["/1/7/"], 2: ["/1/8/", "/1/9/"]}
    assert group_of_area("/1/7/", covering) == 1
    assert group_of_area("/1/9/30/", covering) == 2
    assert group_of_area("/1/77/", covering) is None
    assert group_of_area("/1/7/", covering | {3: ["/1/"]}) is None
