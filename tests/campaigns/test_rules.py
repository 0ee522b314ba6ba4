"""The table of moves and the checklist of the set-up."""

import dataclasses

import pytest

from hengli_visits.campaigns.rules import (
    Part,
    SetUp,
    checklist,
    lacks,
    may_change_set_up,
    step_between,
    steps_from,
)
from hengli_visits.models import CampaignState

READY = SetUp(targets=10, without_visitor=0, groups=2, leaderless=0, members=8, categories=17, unassigned_categories=0)


@pytest.mark.parametrize("state", CampaignState)
@pytest.mark.parametrize("to", CampaignState)
def test_only_the_moves_of_the_table(state: CampaignState, to: CampaignState) -> None:
    allowed = {
        ("draft", "running"),
        ("running", "closed"),
        ("closed", "archived"),
        ("closed", "running"),
    }
    assert (step_between(state, to) is not None) == ((state.value, to.value) in allowed)


def test_reopening_wants_a_reason_and_archived_is_the_end() -> None:
    reopening = step_between(CampaignState.CLOSED, CampaignState.RUNNING)
    assert reopening is not None
    assert reopening.needs_reason
    assert steps_from(CampaignState.ARCHIVED) == ()
    assert [state for state in CampaignState if may_change_set_up(state)] == ["draft", "running"]


@pytest.mark.parametrize(
    ("missing", "part"),
    [
        ({"targets": 0}, Part.TARGETS),
        ({"groups": 0}, Part.GROUPS),
        ({"leaderless": 2}, Part.GROUPS),
    ],
)
def test_what_keeps_a_campaign_from_starting(missing: dict[str, int], part: Part) -> None:
    have = dataclasses.replace(READY, **missing)
    assert len(lacks(have)) == 1
    blocking = [check.part for check in checklist(CampaignState.DRAFT, have) if check.missing]
    assert blocking == [part]


@pytest.mark.parametrize("later", [{"leaderless": 1}, {"without_visitor": 3}, {"unassigned_categories": 1}])
def test_what_may_be_done_later(later: dict[str, int]) -> None:
    have = dataclasses.replace(READY, **later)
    assert lacks(have) == []
    checks = checklist(CampaignState.DRAFT, have)
    assert sum(not check.done for check in checks) == 2
    assert checks[-1].words == "可以启动了"


def test_every_line_has_what_its_words_need() -> None:
    for have in (READY, SetUp(0, 0, 0, 0, 0, 0, 0), SetUp(3, 2, 2, 1, 4, 5, 1)):
        for state in (CampaignState.DRAFT, CampaignState.RUNNING):
            for check in checklist(state, have):
                assert "%" not in check.words % check.params
