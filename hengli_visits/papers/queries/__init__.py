"""Reads of papers: the rows of each ledger, what can be chosen, and the papers themselves."""

from hengli_visits.papers.queries.choices import Choices, campaigns_for, choices_for
from hengli_visits.papers.queries.ledgers import count_of, table_of
from hengli_visits.papers.queries.orders import (
    find,
    get_own,
    latest,
    own_templates,
    places_of,
    taken_whole,
    template_of,
    unfetched,
)

__all__ = [
    "Choices", "campaigns_for", "choices_for", "count_of", "find", "get_own", "latest", "own_templates", "places_of", "table_of", "taken_whole",
    "template_of", "unfetched",
]  # fmt: skip
