"""The slices, in the order in which they may know each other: each imports lower ones only."""

from flask import Blueprint

from hengli_visits.accounts.views import bp as accounts

ORDER = (
    "accounts",
    "members",
    "households",
    "campaigns",
    "groups",
    "assignments",
    "issues",
    "feedback",
    "visits",
    "imports",
    "offline",
    "notices",
    "reports",
)

BLUEPRINTS: tuple[Blueprint, ...] = (accounts,)
