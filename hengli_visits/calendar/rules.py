"""Who may see and change the calendar, and when a year that is not known is told of. Pure."""

from collections.abc import Collection
from datetime import date

from hengli_visits.actor import Actor
from hengli_visits.wording import N_, Word

FLAGGED_FROM = 10
"""From this month on the coming year's holidays are missed; the State Council's notice comes in October or November."""
YEARS = range(2004, 2101)
"""Years that have a page."""
LONGEST_NAME = 40


class Choice(Word):
    """What the town says of a day."""

    WORKING = "working", N_("上班")
    FREE = "free", N_("休息")
    OFFICIAL = "official", N_("照国家安排")


def may_see(actor: Actor) -> bool:
    """Those who set limits and those who keep the program running look at the calendar."""
    return actor.is_coordinator or actor.is_administrator


def may_edit(actor: Actor) -> bool:
    """A change moves the limits of the whole town: administrators alone."""
    return actor.is_administrator


def national_day(year: int) -> date:
    """The holiday that stands in every year's notice, and late in it: a town whose own rows reach it has entered the
    year."""
    return date(year, 10, 1)


def missing_year(today: date, known: Collection[int]) -> int | None:
    """The year whose holidays are missed now: this year's at any time, the next one's from 1 October on."""
    if today.year not in known:
        return today.year
    following = today.year + 1
    return following if today.month >= FLAGGED_FROM and following not in known else None
