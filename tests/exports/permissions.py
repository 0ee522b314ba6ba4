"""Who may take what away: each register and list by the page and by its button."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tests.permissions import Row

OFFICE = ("coordinator",)
KEEPERS = ("coordinator", "administrator")
LEADERS = ("coordinator", "leader", "team_leader")
OVERSEERS = (*LEADERS, "other_leader", "area_lead")
GOOD = {"format": "csv"}
WHAT: dict[str, tuple[str, ...]] = {
    "families": OFFICE,
    "enterprises": OFFICE,
    "members": OFFICE,
    "branches": KEEPERS,
    "units": KEEPERS,
    "areas": KEEPERS,
    "groups": (*LEADERS, "other_leader"),
    "assignments": OVERSEERS,
    "visits": OVERSEERS,
    "feedback": OVERSEERS,
    "issues": OVERSEERS,
}


def _address(what: str) -> Callable[[Cast, Any], str]:
    return lambda cast, _made: f"/exports/{what}?campaign={cast.campaign.id}"


ROWS = [
    row
    for what, allowed in WHAT.items()
    for row in (
        Row("exports.make", _address(what), allowed),
        Row(
            "exports.make",
            _address(what),
            allowed,
            method="POST",
            data=lambda c, m: GOOD,
            bad=lambda c, m: {"format": "exe"},
            works=200,
        ),
    )
]
