"""Who may do what with a visit, and its flags."""

from datetime import timedelta

import pytest

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import Assignment, AssignmentVisitor, Campaign, CampaignState, Visit
from hengli_visits.visits.rules import (
    Standing,
    clock_gap,
    is_doubtful,
    is_late,
    may_choose,
    may_open_form,
    may_revise,
    standing,
)

LEADER = Actor(id=9, name="组长", led_groups=frozenset({5}))
VISITOR = Actor(id=7, name="走访员", groups=frozenset({5}))


def _assignment(state: CampaignState = CampaignState.RUNNING, *, removed: bool = False) -> Assignment:
    return Assignment(
        group_id=5,
        campaign=Campaign(state=state),
        visitors=[AssignmentVisitor(member_id=7)],
        removed_at=clock.now() if removed else None,
    )


def test_standing_follows_present_and_past() -> None:
    here, gone = _assignment(), _assignment(removed=True)
    other = Actor(id=8, name="别人")
    assert standing(VISITOR, here, here.visitors, ()) == Standing.NOW
    assert standing(LEADER, here, here.visitors, ()) == Standing.NOW
    assert standing(LEADER, gone, gone.visitors, ()) == Standing.ONCE
    assert standing(VISITOR, gone, [], [{"visitors": [7, 8]}]) == Standing.ONCE
    assert standing(other, here, here.visitors, [{"visitors": [7]}, {"group": 5}, {}]) == Standing.NONE
    assert standing(LEADER, Assignment(group_id=6), [], [{"group": 5}]) == Standing.ONCE


@pytest.mark.parametrize(
    ("state", "visitor", "leader"),
    [
        (CampaignState.DRAFT, False, False),
        (CampaignState.RUNNING, True, True),
        (CampaignState.CLOSED, False, True),
        (CampaignState.ARCHIVED, False, False),
    ],
)
def test_form_is_offered_while_it_makes_sense(state: CampaignState, visitor: bool, leader: bool) -> None:
    assert may_open_form(VISITOR, _assignment(state)) is visitor
    assert may_open_form(LEADER, _assignment(state)) is leader
    assert not may_open_form(LEADER, _assignment(state, removed=True))


def test_author_and_leader_revise_and_the_leader_chooses() -> None:
    visit = Visit(author_id=7, assignment=_assignment(), clashing=True)
    assert may_revise(VISITOR, visit)
    assert may_revise(LEADER, visit)
    assert not may_revise(Actor(id=8, name="别人"), visit)
    assert may_choose(LEADER, visit)
    assert not may_choose(VISITOR, visit)
    visit.clashing = False
    assert not may_choose(LEADER, visit)


def test_clock_skew() -> None:
    now = clock.now()
    assert clock_gap(None, now) is None
    assert clock_gap(now + timedelta(minutes=11), now) == 660
    assert clock_gap(now + timedelta(days=40_000), now) == 2_000_000_000
    assert not is_doubtful(600, now, now)
    assert is_doubtful(-601, now, now)
    assert is_doubtful(None, now + timedelta(minutes=11), now)
    assert not is_doubtful(None, now - timedelta(days=9), now)


def test_late_is_after_the_end() -> None:
    assert [is_late(state) for state in CampaignState] == [False, False, True, True]
