"""Who may choose targets."""

from tests.permissions import Row

ROWS = [
    Row(
        "assignments.group_by_area",
        lambda c, _m: f"/campaigns/{c.campaign.id}/groups/by-area",
        ("coordinator",),
        "POST",
    ),
    Row("assignments.targets", lambda c, _m: f"/campaigns/{c.campaign.id}/targets", ("coordinator",)),
    Row(
        "assignments.targets",
        lambda c, _m: f"/campaigns/{c.campaign.id}/targets",
        ("coordinator",),
        "POST",
        data=lambda c, _m: {"area": c.village.id},
        bad=lambda _c, _m: {},
    ),
    Row(
        "assignments.remove_targets",
        lambda c, _m: f"/campaigns/{c.campaign.id}/targets/removal",
        ("coordinator",),
        "POST",
        data=lambda c, _m: {"area": c.village.id},
        bad=lambda _c, _m: {},
    ),
]
