"""久未走访: what counts as it, and that nothing else does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, formats, rules, tasks
from hengli_visits.assignments.stale import Stale, stale, stale_among
from hengli_visits.groups.actions import leave
from hengli_visits.models import Assignment, AssignmentState, CampaignState, Outcome
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_group, make_household
from tests.pages import SignIn

DAYS = 14


def found(session: Session, days: int = DAYS) -> dict[int, Stale]:
    """Everything that is stale, with the reason; by the clause and by what the rows tell it is the same."""
    by_clause = set(session.scalars(select(Assignment.id).where(stale(clock.now(), days))))
    session.expire_all()
    told = stale_among(
        session, session.scalars(select(Assignment).options(selectinload(Assignment.visitors))).all(), days
    )
    assert set(told) == by_clause
    return told


@pytest.fixture
def long_ago(session: Session, cast: Cast) -> Cast:
    """The campaign began forty days ago."""
    cast.campaign.starts_on = clock.today() - timedelta(days=40)
    session.flush()
    return cast


@pytest.mark.parametrize(
    ("length", "days"), [(1, 1), (3, 1), (7, 3), (31, 11), (34, 12), (40, 14), (42, 14), (300, 14)]
)
def test_a_short_campaign_waits_a_third_of_its_length(length: int, days: int) -> None:
    first = date(2026, 7, 1)
    assert rules.stale_days(first, first + timedelta(days=length - 1)) == days


def test_given_for_long_and_nobody_went(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    standing_clock.time += timedelta(days=DAYS - 1, hours=13)
    assert found(session) == {}
    standing_clock.time += timedelta(hours=1)
    assert clock.town_time(clock.now()).hour == 0
    own = (long_ago.assignment, long_ago.second_assignment, long_ago.other_assignment)
    assert found(session) == {one.id: Stale(abandoned=False, days=DAYS, visited=False) for one in own}


def test_a_day_before_the_campaign_began_does_not_count(session: Session, cast: Cast, standing_clock: Clock) -> None:
    cast.campaign.starts_on = clock.today() + timedelta(days=5)
    standing_clock.time += timedelta(days=DAYS + 4)
    assert found(session) == {}
    standing_clock.time += timedelta(days=1)
    assert {one.days for one in found(session).values()} == {DAYS}
    cast.campaign.started_at = clock.now()
    session.flush()
    assert found(session) == {}


def test_a_try_counts_from_its_own_day(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    standing_clock.time += timedelta(days=10)
    make_visit(session, long_ago.assignment, long_ago.visitor, Outcome.AWAY)
    actions.record_visit(session, long_ago.assignment.id, acting(session, long_ago.visitor))
    standing_clock.time += timedelta(days=10)
    assert set(found(session)) == {long_ago.second_assignment.id, long_ago.other_assignment.id}
    standing_clock.time += timedelta(days=4)
    assert found(session)[long_ago.assignment.id] == Stale(abandoned=False, days=DAYS, visited=True)


@pytest.mark.parametrize("state", [AssignmentState.VISITED, AssignmentState.UNREACHABLE])
def test_who_need_not_go_again_is_not_late(
    session: Session, long_ago: Cast, standing_clock: Clock, state: AssignmentState
) -> None:
    long_ago.assignment.state = state
    standing_clock.time += timedelta(days=30)
    assert long_ago.assignment.id not in found(session)


def test_an_appointment_to_come_is_waited_for(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    standing_clock.time += timedelta(days=30)
    long_ago.assignment.state = AssignmentState.AGAIN
    long_ago.assignment.appointment_at = clock.now() + timedelta(hours=5)
    session.flush()
    assert long_ago.assignment.id not in found(session)
    standing_clock.time += timedelta(hours=6)
    assert long_ago.assignment.id in found(session)


def test_who_has_it_longest_decides(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    standing_clock.time += timedelta(days=DAYS)
    actions.give(session, SYSTEM, [long_ago.assignment.id], [long_ago.visitor.id, long_ago.team_leader.id])
    actions.give(session, SYSTEM, [long_ago.second_assignment.id], [long_ago.team_leader.id])
    assert set(found(session)) == {long_ago.assignment.id, long_ago.other_assignment.id}


def test_everybody_has_left_the_group(session: Session, cast: Cast) -> None:
    coordinator = acting(session, cast.coordinator)
    leave(session, coordinator, cast.team, cast.visitor.id)
    assert found(session) == {}
    leave(session, coordinator, cast.team, cast.partner.id)
    gone = Stale(abandoned=True, days=None, visited=False)
    assert found(session) == {cast.assignment.id: gone, cast.second_assignment.id: gone}
    join(session, make_group(session, cast.campaign, "长巷村第2小组", parent=cast.group), cast.partner)
    session.flush()
    assert found(session) == {}


def test_everybody_has_left_the_roster_or_gone_to_another_group(session: Session, cast: Cast) -> None:
    cast.visitor.active = False
    leave(session, acting(session, cast.coordinator), cast.team, cast.partner.id)
    join(session, cast.other_group, cast.partner)
    session.flush()
    assert set(found(session)) == {cast.assignment.id, cast.second_assignment.id}
    cast.campaign.state = CampaignState.CLOSED
    session.flush()
    assert found(session) == {}


def test_nothing_is_taken_away_by_itself(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    standing_clock.time += timedelta(days=60)
    assert long_ago.assignment.id in found(session)
    assert [one.member_id for one in session.get_one(Assignment, long_ago.assignment.id).visitors] == [
        long_ago.visitor.id,
        long_ago.partner.id,
    ]


def test_the_list_counts_them_and_says_why(
    session: Session, long_ago: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    standing_clock.time += timedelta(days=16)
    session.commit()
    leader = acting(session, long_ago.leader)
    assert tasks.only_counts(session, leader, tasks.Wanted(long_ago.campaign.id))[tasks.Only.STALE] == 2
    page = sign_in(long_ago.leader).page("/assignments?only=stale")
    assert page.text.count("分派16天未走访") == 2
    assert long_ago.spare_household.name not in page.text
    assert "久未走访" not in sign_in(long_ago.other_visitor).get("/assignments/mine").get_data(as_text=True)


def test_the_words() -> None:
    assert formats.why_stale(Stale(abandoned=True, days=None, visited=False)) == "走访员已离组"
    assert formats.why_stale(Stale(abandoned=False, days=20, visited=True)) == "20天没有再去"
    assert formats.why_stale(Stale(abandoned=True, days=16, visited=False)) == "走访员已离组 · 分派16天未走访"


def test_costs_one_query(session: Session, long_ago: Cast, standing_clock: Clock) -> None:
    for _ in range(3):
        household = make_household(session, long_ago.village)
        make_assignment(session, long_ago.campaign, household, long_ago.team, (long_ago.visitor,))
    standing_clock.time += timedelta(days=20)
    rows = session.scalars(select(Assignment).options(selectinload(Assignment.visitors))).all()
    with counted_queries() as statements:
        assert len(stale_among(session, rows, DAYS)) == 6
    assert len(statements) == 1
