"""How a campaign's days are counted."""

from datetime import date

import pytest

from hengli_visits.models import Campaign
from hengli_visits.reports.rules import CampaignDay, campaign_day


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
