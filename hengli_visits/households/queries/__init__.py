"""Reads of areas and households."""

from hengli_visits.households.queries.areas import AreaRow, area_tree, get_area, town, villages
from hengli_visits.households.queries.book import (
    Facets,
    Wanted,
    book,
    facets,
    matches,
    page_of_households,
    propose_code,
)
from hengli_visits.households.queries.household import (
    Past,
    doubles_of,
    get_household,
    get_needed,
    is_needed,
    needed_by,
    past_of,
    visible,
)

__all__ = [
    "AreaRow", "Facets", "Past", "Wanted", "area_tree", "book", "doubles_of", "facets", "get_area", "get_household",
    "get_needed", "is_needed", "matches", "needed_by", "page_of_households", "past_of", "propose_code", "town", "villages",
    "visible",
]  # fmt: skip
