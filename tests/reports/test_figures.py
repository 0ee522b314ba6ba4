"""The pages beside the overview: every figure recounted on random data, whoever looks, whatever is asked for."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import CampaignState
from hengli_visits.reports.comparing import Share, compare, earlier, same_days
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.days import MOST_PARTS, parts
from hengli_visits.reports.span import Quick, Span
from tests.cast import Cast
from tests.factories import make_assignment, make_campaign, make_household
from tests.issues.making import actor_for
from tests.reports.chance import Chance
from tests.reports.parts import check_feedback, check_issues, check_map, check_measures, check_visits, spans_of
from tests.reports.recount import Part, Rows

PEOPLE = ("coordinator", "area_lead", "leader", "other_leader")


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_follows_from_the_rows(session: Session, cast: Cast, seed: int) -> None:
    Chance(session, cast, seed).fill()
    for number, household in enumerate(Rows.load(session).households.values()):
        if number % 3:
            household.latitude, household.longitude = 23.02 + number / 1000, 113.97
    session.flush()
    rows = Rows.load(session)
    for person in PEOPLE:
        actor = actor_for(session, getattr(cast, person))
        for span in spans_of(cast.campaign.id, cast.village.id, cast.group.id):
            part = Part(rows, actor, span)
            check_measures(session, part)
            check_issues(session, part)
            check_visits(session, part, cast.campaign)
            check_feedback(session, part)
            check_map(session, part)


def test_the_campaign_before_over_the_same_days(session: Session, cast: Cast) -> None:
    gap = timedelta(days=365)
    last = make_campaign(
        session,
        "去年的活动",
        state=CampaignState.CLOSED,
        starts_on=cast.campaign.starts_on - gap,
        ends_on=cast.campaign.ends_on - gap,
    )
    draft = make_campaign(
        session, "没有开始的", state=CampaignState.DRAFT, starts_on=cast.campaign.starts_on - timedelta(days=1)
    )
    make_assignment(session, last, make_household(session, cast.village), state="visited")
    Chance(session, cast, 5).fill()
    assert earlier(cast.campaign, [draft, cast.campaign, last]) is last
    assert earlier(last, [draft, cast.campaign, last]) is None
    span = Span(cast.campaign.id, cast.village.id, cast.group.id, clock.today(), clock.today())
    moved = same_days(span, cast.campaign, last)
    assert moved == Span(last.id, cast.village.id, None, clock.today() - gap, clock.today() - gap)
    actor = actor_for(session, cast.coordinator)
    found = {line.name: line for line in compare(session, actor, cast.campaign, last, Span(cast.campaign.id)).lines}
    tasks = Part(Rows.load(session), actor, Span(cast.campaign.id)).tasks()
    visited = sum(a.state.value == "visited" for a in tasks)
    assert (found["走访对象"].now.part.number, found["走访对象"].then.part.number) == (len(tasks), 1)
    assert found["走访对象"].difference == len(tasks) - 1
    assert found["走访覆盖率"].difference == round(round(100 * visited / len(tasks), 1) - 100, 1)
    assert found["解决率"].difference is None
    some = compare(session, actor, cast.campaign, last, Span(cast.campaign.id, since=clock.today()))
    assert "走访覆盖率" not in {line.name for line in some.lines}
    assert "期内走访到的占比" in {line.name for line in some.lines}


def test_a_share_of_nothing_has_no_rate() -> None:
    none = Count(0, Where("reports.overview"))
    assert Share(none, none).rate is None
    assert Share(none).rate is None
    assert Share(Count(1, none.where), Count(3, none.where)).rate == 33.3


def test_long_runs_of_days_are_told_by_weeks() -> None:
    first = date(2026, 1, 1)
    assert [part.single for part in parts(first, first + timedelta(days=2))] == [True] * 3
    for length in (44, 45, 46, 100, 315, 316, 4000):
        found = list(parts(first, first + timedelta(days=length)))
        assert len(found) <= MOST_PARTS
        assert (found[0].first, found[-1].last) == (first, first + timedelta(days=length))
        assert all(one.last + timedelta(days=1) == two.first for one, two in itertools.pairwise(found))


def test_quick_periods_end_today() -> None:
    span, today = Span(1, 2, 3), date(2026, 7, 4)
    assert span.on(Quick.TODAY, today) == Span(1, 2, 3, today, today)
    assert span.on(Quick.WEEK, today) == Span(1, 2, 3, date(2026, 6, 28), today)
    assert span.on(Quick.TODAY, today).on(Quick.WHOLE, today) == span
