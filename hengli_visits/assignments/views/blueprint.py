"""The blueprint of assignments, and what its views share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug import Response

from hengli_visits.assignments import formats
from hengli_visits.errors import require
from hengli_visits.forms import row_id
from hengli_visits.models import Campaign

bp = Blueprint("assignments", __name__)
Answer = str | tuple[str, int] | Response

for said in (
    formats.appointment, formats.standing, formats.tags_of, formats.address_line, formats.size_line, formats.titled,
    formats.findable, formats.went, formats.keyed_by, formats.why_stale,
):  # fmt: skip
    bp.add_app_template_filter(said)
bp.add_app_template_filter(formats.rank_mark, "rank")
bp.add_app_template_filter(formats.who_where, "who")


def number(name: str) -> int | None:
    """A whole number of the address that a database can hold."""
    return request.args.get(name, type=row_id)


def link_to(endpoint: str, kept: Mapping[str, Any]) -> Callable[..., str]:
    """Makes addresses of a page with some of what is kept in it changed."""

    def link(**changes: Any) -> str:
        return url_for(endpoint, **{k: v for k, v in {**kept, **changes}.items() if v not in (None, "")})

    return link


def pick_campaign(campaigns: Sequence[Campaign]) -> Campaign | None:
    """The campaign that the address names (`Missing` when it is none of these), else the first."""
    wanted = number("campaign")
    if wanted is None:
        return campaigns[0] if campaigns else None
    found = next((campaign for campaign in campaigns if campaign.id == wanted), None)
    require(found is not None)
    return found


def campaign_chips(endpoint: str, campaigns: Sequence[Campaign], shown: Campaign) -> list[dict[str, Any]]:
    """The campaigns between which a page lets choose, as chips; none when there is only one."""
    if len(campaigns) < 2:
        return []
    return [
        {"href": url_for(endpoint, campaign=one.id), "text": one.name, "current": one.id == shown.id}
        for one in campaigns
    ]
