"""How a campaign's days are counted, and where somebody's day begins."""

from datetime import date, timedelta

import pytest

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import Campaign, Role
from hengli_visits.reports.queries import choose_campaign
from hengli_visits.reports.rules import CampaignDay, campaign_day, homes


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2010, 6, 27), CampaignDay(number=0, length=34, ahead=1, over=False)),
        (date(2010, 6, 28), CampaignDay(number=1, length=34, ahead=0, over=False)),
        (date(2010, 7, 31), CampaignDay(number=34, length=34, ahead=0, over=False)),
        (date(2010, 8, 1), CampaignDay(number=35, length=34, ahead=0, over=True)),
    ],
)
def test_first_and_last_day_count(today: date, expected: CampaignDay) -> None:
    campaign = Campaign(starts_on=date(2010, 6, 28), ends_on=date(2010, 7, 31))
    assert campaign_day(campaign, today) == expected


def test_office_work_comes_before_the_own_round() -> None:
    visitor = Actor(id=1, name="", groups=frozenset({1}))
    assert next(homes(visitor)) == "assignments.mine"
    assert next(homes(Actor(id=1, name="", groups=frozenset({1}), units=frozenset({2})))) == "issues.index"
    both = Actor(id=1, name="", groups=frozenset({1}), roles=frozenset({Role.ADMINISTRATOR}))
    assert next(homes(both)) == "accounts.index"


def test_a_campaign_that_has_begun_is_shown_first() -> None:
    ahead, now = (Campaign(id=i, starts_on=clock.today() + timedelta(days=d)) for i, d in ((1, 60), (2, -3)))
    assert choose_campaign([ahead, now], None) is now
    assert choose_campaign([ahead], None) is ahead
    assert choose_campaign([], None) is None
