"""Who may use the pages of campaigns."""

from tests.permissions import Row

OFFICE = ("coordinator",)
LEADERS = ("coordinator", "leader", "team_leader", "other_leader")
LIMITS = {
    "claim_cap": "0",
    "triage_days": "1",
    "sign_days": "1",
    "ordinary_days": "5",
    "complex_days": "15",
    "revisit_days": "3",
    "urgent_hours": "24",
    "written_days": "1",
    "circular_days": "3",
}
GOOD = {"name": "情系群众周", "starts_on": "2026-10-01", "ends_on": "2026-10-31", "counted": ["met"], **LIMITS}
CATEGORY = {"name": "殡葬管理", "lead": "area", "words": "坟、骨灰", "active": "y"}

ROWS = [
    Row("campaigns.index", lambda c, m: "/campaigns", LEADERS),
    Row("campaigns.new", lambda c, m: "/campaigns/new", OFFICE),
    Row(
        "campaigns.new",
        lambda c, m: "/campaigns/new",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD,
        bad=lambda c, m: GOOD | {"ends_on": "2026-09-01", "counted": []},
    ),
    Row("campaigns.show", lambda c, m: f"/campaigns/{c.campaign.id}", LEADERS),
    Row("campaigns.edit", lambda c, m: f"/campaigns/{c.campaign.id}/edit", OFFICE),
    Row(
        "campaigns.edit",
        lambda c, m: f"/campaigns/{c.campaign.id}/edit",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD,
        bad=lambda c, m: GOOD | {"urgent_hours": "0"},
    ),
    Row(
        "campaigns.move",
        lambda c, m: f"/campaigns/{c.campaign.id}/moves",
        OFFICE,
        method="POST",
        data=lambda c, m: {"to": "closed"},
        bad=lambda c, m: {"to": "nowhere"},
    ),
    Row("campaigns.categories", lambda c, m: f"/campaigns/{c.campaign.id}/categories?said=水浸", OFFICE),
    Row("campaigns.new_category", lambda c, m: f"/campaigns/{c.campaign.id}/categories/new", OFFICE),
    Row(
        "campaigns.new_category",
        lambda c, m: f"/campaigns/{c.campaign.id}/categories/new",
        OFFICE,
        method="POST",
        data=lambda c, m: CATEGORY,
        bad=lambda c, m: CATEGORY | {"lead": "unit"},
    ),
    Row("campaigns.edit_category", lambda c, m: f"/campaigns/{c.campaign.id}/categories/{c.category.id}", OFFICE),
    Row(
        "campaigns.edit_category",
        lambda c, m: f"/campaigns/{c.campaign.id}/categories/{c.category.id}",
        OFFICE,
        method="POST",
        data=lambda c, m: CATEGORY,
        bad=lambda c, m: CATEGORY | {"name": c.village_category.name},
    ),
]
