"""How papers write numbers. Pure."""

import pytest

from hengli_visits.formats import percent
from hengli_visits.reports.comparing import Share
from hengli_visits.reports.counting import Count, Where

NOWHERE = Where("papers.index")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(27, 48, "56.3%"), (1, 16, "6.3%"), (3, 16, "18.8%"), (2, 3, "66.7%"), (0, 7, "0.0%"), (7, 7, "100.0%")],
)
def test_a_share_is_rounded_as_spreadsheets_do(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said
    assert Share(Count(part, NOWHERE), Count(whole, NOWHERE)).rate == float(said[:-1])


def test_nothing_to_share_is_a_dash() -> None:
    assert percent(0, 0) == "—"
