"""The blueprint of reports, and the frame that its pages share: campaign, part of it, period, and the way between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.errors import require
from hengli_visits.formats import word
from hengli_visits.forms import row_id, some_day
from hengli_visits.gate import actor, session
from hengli_visits.models import Campaign
from hengli_visits.reports import queries, rules
from hengli_visits.reports.span import Quick, Span, choices
from hengli_visits.wording import N_

bp = Blueprint("reports", __name__)

TABS = (
    ("reports.overview", N_("总览")),
    ("reports.visiting", N_("走访")),
    ("reports.saying", N_("民意")),
    ("reports.solving", N_("问题")),
    ("reports.comparison", N_("与上次比")),
    ("reports.map", N_("地图")),
)


@dataclass(frozen=True)
class Frame:
    """What a page of figures is about, and what it offers to choose."""

    campaign: Campaign
    campaigns: Sequence[Campaign]
    span: Span

    def page(self, endpoint: str, **kept: Any) -> dict[str, Any]:
        """What the templates need to show the frame around a page. Two queries."""
        today = clock.today()
        address = self.span.address()
        areas, groups = choices(session(), actor(), self.campaign.id)
        return {
            "campaign": self.campaign,
            "span": self.span,
            "campaign_chips": [
                {"href": url_for(endpoint, campaign=one.id, **kept), "text": one.name, "current": one is self.campaign}
                for one in self.campaigns
            ],
            "tabs": [
                {"href": url_for(name, **address), "text": _(text), "current": name == endpoint} for name, text in TABS
            ],
            "periods": [
                {
                    "href": url_for(endpoint, **self.span.on(quick, today).address(), **kept),
                    "text": word(quick),
                    "current": self.span == self.span.on(quick, today),
                }
                for quick in Quick
            ],
            "area_choices": areas,
            "group_choices": groups,
            "here": endpoint,
            "kept": kept,
        }


def wanted_span(campaign: Campaign) -> Span:
    """What the address asks for in a campaign; days in either order."""
    args = request.args
    since, until = args.get("since", type=some_day), args.get("until", type=some_day)
    if since is not None and until is not None:
        since, until = min(since, until), max(since, until)
    return Span(campaign.id, args.get("area", type=row_id), args.get("group", type=row_id), since, until)


def frame() -> Frame | None:
    """The frame that the address asks for; None when there is no campaign to look at. Raises `Missing` for who has no
    overview, and for a campaign that they may not see."""
    require(rules.may_see_overview(actor()))
    g.way = "reports.overview"
    campaigns = campaigns_with_tasks(session(), actor())
    campaign = queries.choose_campaign(campaigns, request.args.get("campaign", type=row_id))
    return None if campaign is None else Frame(campaign, campaigns, wanted_span(campaign))
