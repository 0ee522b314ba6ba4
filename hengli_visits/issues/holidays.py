"""The country's holidays and make-up days (调休), as far as the State Council has announced them.

Source: its yearly notices, as the package chinesecalendar has them (docs/decisions/0012). A year beyond them is not
known: nothing is reckoned ahead, for which weekends are worked is decided anew each year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from chinese_calendar.constants import holidays, workdays

from hengli_visits.wording import N_

NAMES = {
    "New Year's Day": N_("元旦"),
    "Spring Festival": N_("春节"),
    "Tomb-sweeping Day": N_("清明节"),
    "Labour Day": N_("劳动节"),
    "Dragon Boat Festival": N_("端午节"),
    "National Day": N_("国庆节"),
    "Mid-autumn Festival": N_("中秋节"),
    "Anti-Fascist 70th Day": N_("抗战胜利纪念日"),
}
"""The package's words, and ours."""


@dataclass(frozen=True)
class Official:
    """What a notice says of a day: whether offices work, and for which holiday's sake (a msgid)."""

    working: bool
    name: str


@cache
def official_days() -> Mapping[date, Official]:
    """Every day of which a notice speaks: days of holidays, weekends among them, and make-up days."""
    free = {day: Official(working=False, name=NAMES.get(name, name)) for day, name in holidays.items()}
    made_up = {day: Official(working=True, name=NAMES.get(name, name)) for day, name in workdays.items()}
    return MappingProxyType(free | made_up)


@cache
def official_exceptions() -> Mapping[date, bool]:
    """Day → is it a working day, for every day of which a notice speaks."""
    return MappingProxyType({day: told.working for day, told in official_days().items()})


@cache
def known_years() -> range:
    """The years whose notice is known; years between the first and the last are all there."""
    years = {day.year for day in official_days()}
    return range(min(years), max(years) + 1)
