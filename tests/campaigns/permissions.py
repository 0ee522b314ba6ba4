"""Who may use the pages of campaigns."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import DispatchRule
from tests.cast import Cast
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


def line(session: Session, cast: Cast, **values: Any) -> DispatchRule:
    """A line of the dispatch catalogue: 水利排涝 in 长巷村 goes to its committee, the unit helps, seven days; the one that is
    there when there is one."""
    given = {
        "category_id": cast.category.id,
        "area_id": cast.village.id,
        "lead_unit_id": cast.committee.id,
        "co_unit_ids": [cast.unit.id],
        "limit_days": 7,
    } | values
    same = (DispatchRule.category_id == given["category_id"], DispatchRule.area_id == given["area_id"])
    if (there := session.scalar(select(DispatchRule).where(*same))) is not None:
        return there
    rule = DispatchRule(**given)
    session.add(rule)
    session.flush()
    return rule


def entered(cast: Cast, **values: Any) -> dict[str, Any]:
    """A line as its form sends it."""
    return {
        "category_id": cast.village_category.id,
        "area_id": "",
        "lead_unit_id": cast.unit.id,
        "co_unit_ids": [cast.committee.id, cast.other_unit.id],
        "limit_days": "9",
    } | values


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
    Row("campaigns.catalogue", lambda c, m: f"/campaigns/{c.campaign.id}/catalogue", OFFICE, prepare=line),
    Row("campaigns.new_line", lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/new", OFFICE),
    Row(
        "campaigns.new_line",
        lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/new",
        OFFICE,
        method="POST",
        data=lambda c, m: entered(c),
        bad=lambda c, m: entered(c, limit_days="0"),
    ),
    Row("campaigns.edit_line", lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/{m.id}", OFFICE, prepare=line),
    Row(
        "campaigns.edit_line",
        lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/{m.id}",
        OFFICE,
        method="POST",
        prepare=line,
        data=lambda c, m: entered(c),
        bad=lambda c, m: entered(c, co_unit_ids=[c.unit.id]),
    ),
    Row(
        "campaigns.remove_line",
        lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/{m.id}/removal",
        OFFICE,
        method="POST",
        prepare=line,
    ),
    Row("campaigns.catalogue_sheet", lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/sheet", OFFICE, prepare=line),
    Row(
        "campaigns.catalogue_sheet",
        lambda c, m: f"/campaigns/{c.campaign.id}/catalogue/sheet",
        OFFICE,
        method="POST",
        prepare=line,
        data=lambda c, m: {"lines": "水利排涝\t石涌村\t农林水务局\t石涌村民委员会\t3\n"},
        bad=lambda c, m: {"lines": "水利排涝\t没有的村\t农林水务局\n"},
    ),
]
