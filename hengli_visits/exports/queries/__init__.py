"""Reads of exports: each gives a table of what the actor may see, nothing read but how many rows it has."""

from hengli_visits.exports.queries.groups import groups
from hengli_visits.exports.queries.lists import assignments, feedback, issues, visits
from hengli_visits.exports.queries.places import areas, organisations
from hengli_visits.exports.queries.registers import enterprises, families, members

__all__ = [
    "areas", "assignments", "enterprises", "families", "feedback", "groups", "issues", "members", "organisations", "visits",
]  # fmt: skip
